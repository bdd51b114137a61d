"""What a change means: for groups of cases, and for scenarios played on the other files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.bundle.catalogue import Catalogue
from engine.bundle.contract import Files
from engine.kernel.refusal import Invalid
from engine.rehearsal.decision_effects import decision_effects
from engine.rehearsal.effects import Effect
from engine.rehearsal.rehearsal import run
from engine.rehearsal.scenario_effects import scenario_effects

_FOLDER = "scenarios/"


@dataclass(frozen=True, kw_only=True)
class Departure:
    """A scenario that goes otherwise on the other files; `found` says what was expected, and found."""

    of_old: bool
    file: str
    title: str
    found: str


def effects_between(
    old: Files, new: Files, *, catalogue: Catalogue, now: datetime, scenarios: bool
) -> tuple[Effect, ...]:
    """What is another for groups of cases: by the decisions, and with `scenarios` by playing these too.

    `now` is local time. `Invalid` if one of the two is no sound procedure.
    """
    decided = decision_effects(catalogue.check(old), catalogue.check(new), now=now)
    return (*decided, *(scenario_effects(old, new) if scenarios else ()))


def departures(old: Files, new: Files) -> tuple[Departure, ...]:
    """Every scenario of each that does not go on the other as it does on its own; none if all do."""
    return (*_departures(old, new, of_old=True), *_departures(new, old, of_old=False))


def _departures(told: Files, played: Files, *, of_old: bool) -> Iterator[Departure]:
    scenarios = {name: content for name, content in told.items() if name.startswith(_FOLDER)}
    rest = {name: content for name, content in played.items() if not name.startswith(_FOLDER)}
    if not scenarios:
        return
    try:
        results = run({**rest, **scenarios})
    except Invalid as refused:
        for file, found in refused.errors.items():
            yield Departure(of_old=of_old, file=file, title=file, found=" ".join(found))
        return
    for result in results:
        if result.problem is not None:
            yield Departure(
                of_old=of_old,
                file=result.scenario.file,
                title=result.scenario.title,
                found=result.problem.problem or "",
            )

"""What a change means for scenarios: those of the old files played on the new ones, and the other way."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bundle.contract import Files
from engine.kernel.refusal import Invalid
from engine.rehearsal.rehearsal import run

_FOLDER = "scenarios/"


@dataclass(frozen=True, kw_only=True)
class Departure:
    """A scenario that goes otherwise on the other files; `found` says what was expected, and found."""

    of_old: bool
    file: str
    title: str
    found: str


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

"""Model cases: the scenarios of all procedures, played in memory, as they stood after each step.

A copy of a model (`stamp.py`) is a case at the step that its age has reached. Models whose rows are bound to
their case by a seal, or to what one alone can have, are left out: those with documents, appointments, or
links of parties that are still open, and those that are opened for an organisation.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from engine.bundle.contract import Files
from engine.bundle.files import folder, keys
from engine.bundle.scenario import Advance, Book, End, Expect, Given, Scenario, Step
from engine.bundle.scenario_reading import read_scenarios
from engine.kernel.refusal import Refusal
from engine.rehearsal.office import ATHENS, Office, Stage, Unexpected
from engine.rehearsal.player import Play
from engine.schema import metadata
from engine.storage.bulk import rows_of

STAMPED: Final = (
    "cases",
    "parties",
    "term_entries",
    "tasks",
    "service_tasks",
    "signatures",
    "subscriptions",
    "notices",
    "payments",
    "jobs",
    "journal",
)
"""The tables whose rows are copied, those first that others refer to."""

_LEFT_OUT: Final = ("documents", "appointments", "incidents", "notes", "applications")
"""Tables with a row of which a case is no model."""

_WEEKDAYS: Final = range(5)

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of a case by table, as their types read them."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A model as it stood some time after it was opened: its rows by table."""

    after: timedelta
    rows: Rows


@dataclass(frozen=True, kw_only=True)
class ModelCase:
    """A case that the engine really ran: its procedure, who applied, and its moments in order."""

    procedure: str
    name: str
    given: Given
    opened_at: datetime
    moments: tuple[Moment, ...]

    @property
    def status(self) -> str:
        """The status in which it ends."""
        status: str = self.moments[-1].rows["cases"][0]["status"]
        return status


def models_of(processes: Path, forms: Path, *, processes_besides: int) -> Mapping[str, Sequence[ModelCase]]:
    """The models of every procedure that has any, played by that many processes besides this one, if any."""
    every = keys(processes)
    play = partial(_models_of_one, processes, forms)
    if processes_besides == 0:
        found = list(map(play, every))
    else:
        with ProcessPoolExecutor(processes_besides, mp_context=get_context("spawn")) as pool:
            found = list(pool.map(play, every))
    return {key: models for key, models in zip(every, found, strict=True) if models}


def _models_of_one(processes: Path, forms: Path, key: str) -> Sequence[ModelCase]:
    return list(model_cases(folder(processes, forms, key)))


def model_cases(files: Files, *, weekdays: Sequence[int] = _WEEKDAYS) -> Iterator[ModelCase]:
    """The models of a procedure on each of the weekdays."""
    scenarios = [one for one in read_scenarios(files) if not one.end.refused]
    if not scenarios:
        return
    stage = Stage(files)
    for scenario in scenarios:
        for weekday in weekdays:
            model = _played(stage, scenario, weekday)
            if model is not None:
                yield model


def _played(stage: Stage, scenario: Scenario, weekday: int) -> ModelCase | None:
    """A model from a scenario begun on the next such weekday; None where the day matters to the scenario."""
    local = scenario.given.at.astimezone(ATHENS)
    moved = timedelta(days=(weekday - local.weekday()) % 7)
    office = stage.office(replace(scenario.given, at=_moved(local, moved)))
    play, opened_at, moments = Play(office), office.clock.now(), []
    try:
        play.begin(scenario.given, ())
        moments.append(_moment(office, play.case_id, opened_at))
        for step in scenario.steps:
            if not isinstance(step, Expect | End):
                play.take(_on_other_day(step, moved))
                moments.append(_moment(office, play.case_id, opened_at))
    except (Unexpected, Refusal):
        return None
    whole = [moment for moment in moments if moment is not None]
    if len(whole) != len(moments):
        return None
    return ModelCase(
        procedure=office.procedure,
        name=f"{scenario.name}/{weekday}",
        given=scenario.given,
        opened_at=opened_at,
        moments=tuple(whole),
    )


def _moved(moment: datetime, by: timedelta) -> datetime:
    """That many days later, at the same time of day in Athens."""
    local = moment.astimezone(ATHENS)
    return (local.replace(tzinfo=None) + by).replace(tzinfo=ATHENS)


def _on_other_day(step: Step, by: timedelta) -> Step:
    if isinstance(step, Advance) and step.to is not None:
        return replace(step, to=_moved(step.to, by))
    if isinstance(step, Book) and step.at is not None:
        return replace(step, at=_moved(step.at, by))
    return step


def _moment(office: Office, case_id: UUID | None, opened_at: datetime) -> Moment | None:
    """The case as it stands now; None if it cannot be copied."""
    tables = metadata.tables
    with office.engine.store.reading() as connection:
        if any(rows_of(connection, tables[name], "case_id", case_id) for name in _LEFT_OUT):
            return None
        rows = {
            name: rows_of(connection, tables[name], "id" if name == "cases" else "case_id", case_id)
            for name in STAMPED
        }
    rows["jobs"] = [job for job in rows["jobs"] if job["state"] != "done"]
    if any(signature["sealed"] is not None for signature in rows["signatures"]):
        return None
    return Moment(after=office.clock.now() - opened_at, rows=rows)

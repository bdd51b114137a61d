"""Where a play stands after its last act: everything that the engine knows of the case in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import feel
from engine.bundle.contract import DeskAction
from engine.bundle.procedure import Procedure
from engine.cases.journal import JournalEntry
from engine.cases.queries import ReadJournal
from engine.cases.term_queries import ShowTerms, TermView
from engine.kernel.actor import SYSTEM
from engine.kernel.pages import MAX_LIMIT, Slice
from engine.payments.model import Payment
from engine.rehearsal.player import Play
from engine.runtime.contract import Marks
from engine.runtime.standing import Standing
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task

_PAGES = 10
"""Pages of the journal that are shown, a hundred lines each."""


_NO_MARKS = Marks(completed=(), active=())
_NOWHERE = Standing()


@dataclass(frozen=True, kw_only=True)
class PlayedTask:
    """An open task with the form that completes it; None where it has none."""

    task: Task
    form: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class PlayedServiceTask:
    """A service task with the form that an answer must fit, and the error codes that are caught there."""

    service_task: ServiceTask
    form: Mapping[str, Any] | None
    errors: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PlayState:
    """Everything of it; before anybody has come there is the start form alone.

    `at` is where the clock of the play stands.
    """

    start_form: Mapping[str, Any] | None
    at: datetime | None = None
    number: str | None = None
    status: str | None = None
    outcome: str | None = None
    flags: tuple[str, ...] = ()
    marks: Marks = _NO_MARKS
    standing: Standing = _NOWHERE
    tasks: tuple[PlayedTask, ...] = ()
    service_tasks: tuple[PlayedServiceTask, ...] = ()
    actions: tuple[DeskAction, ...] = ()
    due: tuple[Payment, ...] = ()
    terms: tuple[TermView, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)


def state_without_case(procedure: Procedure) -> PlayState:
    """Nobody has come yet."""
    form = procedure.start_form
    return PlayState(start_form=form.schema if form is not None else None)


def state_of(play: Play) -> PlayState:
    """Where the case of a play stands."""
    view, procedure, office = play.view, play.procedure, play.office
    case = view.case
    standing = office.standing(procedure.definition, case.snapshot)
    waiting = {event.element_id for event in standing.events}
    return PlayState(
        start_form=None,
        at=office.clock.now(),
        number=case.number,
        status=case.status.value,
        outcome=case.outcome,
        flags=tuple(sorted(flag.value for flag in case.flags)),
        marks=office.engine.workflow.marks(procedure.definition, case.snapshot),
        standing=standing,
        tasks=tuple(PlayedTask(task=task, form=_form(procedure, task.form_id)) for task in view.tasks),
        service_tasks=tuple(_service_task(procedure, task) for task in view.service_tasks),
        actions=tuple(action for event, action in procedure.actions.items() if event in waiting),
        due=tuple(play.due().values()),
        terms=office.engine.ask(ShowTerms(case_id=case.id), actor=SYSTEM),
        journal=tuple(_journal(play)),
        documents=dict(play.documents),
    )


def _journal(play: Play) -> Iterator[JournalEntry]:
    part = Slice(limit=MAX_LIMIT)
    for _ in range(_PAGES):
        page = play.office.engine.ask(ReadJournal(case_id=play.opened_id, part=part), actor=SYSTEM)
        yield from page.items
        if page.next is None:
            return
        part = Slice(limit=MAX_LIMIT, cursor=page.next)


def _form(procedure: Procedure, form_id: str | None) -> Mapping[str, Any] | None:
    form = procedure.forms.get(form_id or "")
    return form.schema if form is not None else None


def _service_task(procedure: Procedure, task: ServiceTask) -> PlayedServiceTask:
    form = procedure.answer_form(task.element_id)
    return PlayedServiceTask(
        service_task=task,
        form=form.schema if form is not None else None,
        errors=procedure.answer_sheet(task.element_id).refusals,
    )


def plain(value: Any) -> Any:
    """A value of FEEL as JSON has it: dates and durations as ISO 8601 writes them, decimals as numbers."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return feel.to_json(value)

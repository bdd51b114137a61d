"""Runs cases of drawn diagrams by the engine's own commands, and reads from its store what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.cases import changeset_store
from engine.cases.changeset_store import CaseView
from engine.cases.journal import JournalEntry
from engine.cases.journal_store import JOURNAL, journal, journal_entry_of
from engine.cases.open import OpenCase
from engine.context import Command, QueryContext
from engine.dispatch import Engine
from engine.incidents.store import open_incidents
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.refusal import Refusal
from engine.kernel.vocabulary import Channel, Flag
from engine.messages.deliver import DeliverMessage
from engine.messages.model import Subscription
from engine.messages.subscription_store import subscriptions_of
from engine.messages.timers import FireTimer
from engine.organisation.registers import EnterBranch
from engine.people.users import SaveUser
from engine.sealing.chain import GENESIS, is_authentic
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.fail import FailServiceTask
from engine.tasks.assign import ClaimTask
from engine.tasks.complete import CompleteTask
from tests.builders import a_branch, a_clerk, a_person, a_user
from tests.difference.drawing import Diagram
from tests.difference.writing import CORRELATION, PERSON, message_name
from tests.office import MovableClock, offer_files

OWN = frozenset({"applicant", "case", "error"})
"""Variables that the engine adds to those of the diagram."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What can be seen of a case from outside.

    `waiting` are the elements that wait, each with what for, as often as it waits, sorted. `due` are the
    seconds from the beginning to the next timer. `sent` are the messages and signals thrown so far, sorted.
    `wrong` says that the case is stuck, or its journal not intact.
    """

    waiting: tuple[str, ...]
    due: int | None
    variables: Mapping[str, object] = field(default_factory=dict)
    ended: bool
    outcome: str | None
    sent: tuple[str, ...]
    wrong: str | None = None

    def lines(self) -> list[str]:
        """The same for people."""
        variables = ", ".join(f"{name}={value}" for name, value in sorted(self.variables.items()))
        return [
            f"waiting:   {', '.join(self.waiting) or '–'}",
            f"timer due: {self.due}",
            f"variables: {variables}",
            f"ended:     {f'in {self.outcome}' if self.ended else 'no'}",
            f"sent:      {', '.join(self.sent) or '–'}",
            *([f"wrong:     {self.wrong}"] if self.wrong else []),
        ]


class Branch:
    """A branch with one clerk, who is given every task; `engine` works on the store that is looked at."""

    def __init__(self, engine: Engine, clock: MovableClock) -> None:
        self.engine = engine
        self.clock = clock
        branch, person = a_branch(), a_user(username=PERSON)
        employed = SaveUser(user=person, branch_id=branch.id, roles=frozenset({Role.CLERK}))
        engine.carry_out(EnterBranch(branch=branch), actor=SYSTEM)
        engine.carry_out(employed, actor=SYSTEM)
        self.clerk = a_clerk(branch, user=person)
        self.applicant = a_person()

    def offer(self, files: Mapping[str, bytes]) -> None:
        """Put a procedure on offer; `Invalid` where the linter, bundle or runtime refuses it."""
        offer_files(self.engine, files)

    def open(self, diagram: Diagram) -> "OpenedCase":
        """A case of a diagram that was offered; a `Refusal` where it cannot begin."""
        command = OpenCase(procedure=diagram.key, channel=Channel.COUNTER, applicant=self.applicant, data={})
        return OpenedCase(self, diagram, self.engine.carry_out(command, actor=self.clerk).case.id)


class OpenedCase:
    """A case of a diagram; `look` reads all of it from the store."""

    def __init__(self, branch: Branch, diagram: Diagram, case_id: UUID) -> None:
        self._branch = branch
        self._diagram = diagram
        self._case_id = case_id
        self._began = branch.clock.now()
        self._journal: list[JournalEntry] = []
        self._sent: list[str] = []
        self._opened: dict[str, int] = {}
        self._stored: _Stored
        self._refused: str | None = None

    def look(self) -> Seen:
        """The case as it is in the store now."""
        read = _ReadAll(case_id=self._case_id, lines_known=len(self._journal))
        self._stored = stored = self._branch.engine.ask(read, actor=SYSTEM)
        case = stored.view.case
        is_intact = self._follow(stored.journal) and case.journal.hash == self._journal[-1].hash
        waiting = [f"task {task.element_id}" for task in stored.view.tasks]
        waiting += [f"service {task.element_id}" for task in stored.view.service_tasks]
        waiting += [f"{each.kind.value} {each.element_id}" for each in stored.subscriptions]
        due = None if case.is_closed or case.next_timer_at is None else case.next_timer_at - self._began
        return Seen(
            waiting=tuple(sorted(waiting)),
            due=None if due is None else round(due.total_seconds()),
            variables=stored.variables,
            ended=case.is_closed,
            outcome=case.outcome,
            sent=tuple(sorted(self._sent)),
            wrong=self._refused or stored.stuck or (None if is_intact else "the journal is not intact"),
        )

    def complete(self, element_id: str, number: int, value: int | None) -> None:
        """Complete the task at an element, the `number`th of those that wait there."""
        tasks = [task for task in self._stored.view.tasks if task.element_id == element_id]
        task = sorted(tasks, key=lambda task: self._opened[str(task.id)])[number]
        data = {} if value is None else {"value": value}
        if task.assignee_id is None:
            self._carry_out(ClaimTask(task_id=task.id), actor=self._branch.clerk)
        self._carry_out(CompleteTask(task_id=task.id, data=data), actor=self._branch.clerk)

    def answer(self, element_id: str, number: int, value: int | None) -> None:
        """Answer the service task at an element."""
        data = {} if value is None else {element_id: value}
        self._carry_out(AnswerServiceTask(service_task_id=self._service_task(element_id, number), data=data))

    def fail(self, element_id: str, number: int, code: str) -> None:
        """Answer the service task at an element with an error."""
        task_id = self._service_task(element_id, number)
        self._carry_out(FailServiceTask(service_task_id=task_id, code=code, message="No."))

    def deliver(self, element_id: str, value: int | None) -> None:
        """Deliver the message that an element of the case waits for."""
        data = {} if value is None else {element_id: value}
        name = message_name(self._diagram, element_id)
        self._carry_out(DeliverMessage(name=name, correlation_key=CORRELATION, data=data))

    def pass_time(self, now: int) -> None:
        """Let it be that many seconds after the beginning."""
        self._branch.clock.moment = self._began + timedelta(seconds=now)

    def fire_timers(self) -> None:
        """Fire what is due."""
        self._carry_out(FireTimer(case_id=self._case_id))

    def _carry_out(self, command: Command[Any], *, actor: Actor = SYSTEM) -> None:
        """Have it done; that it is refused will be seen."""
        try:
            self._branch.engine.carry_out(command, actor=actor)
        except Refusal as refusal:
            self._refused = f"{type(command).__name__} was refused: {refusal}"
        except Exception as fault:  # noqa: BLE001 - whatever the engine raises is what we look for
            self._refused = f"{type(command).__name__} raised {type(fault).__name__}: {fault}"

    def _service_task(self, element_id: str, number: int) -> UUID:
        tasks = [task for task in self._stored.view.service_tasks if task.element_id == element_id]
        return sorted(tasks, key=lambda task: self._opened[str(task.id)])[number].id

    def _follow(self, lines: Sequence[JournalEntry]) -> bool:
        """Take new lines of the journal to those that are known; whether each follows from the one before."""
        is_intact = True
        for line in lines:
            before = self._journal[-1].hash if self._journal else GENESIS
            is_intact &= line.number == len(self._journal) + 1
            is_intact &= line.previous_hash == before
            is_intact &= is_authentic(line, self._branch.engine.journal_keys)
            self._journal.append(line)
            if line.action in {"task_opened", "service_task_opened"}:
                self._opened[line.detail[line.action.removesuffix("_opened")]] = line.number
            kind = line.action.removesuffix("_sent")
            if kind != line.action and kind in line.detail:
                name = str(line.detail[kind]).removeprefix(f"{self._diagram.key}-")
                self._sent.append(f"{kind} {name}")
        return is_intact


@dataclass(frozen=True, kw_only=True)
class _Stored:
    """A case as the store has it; `journal` holds the lines that were not known yet."""

    view: CaseView
    subscriptions: Sequence[Subscription]
    journal: Sequence[JournalEntry]
    variables: Mapping[str, object]
    stuck: str | None


@dataclass(frozen=True, kw_only=True)
class _ReadAll:
    """Everything about a case that is compared, as of one moment."""

    case_id: UUID
    lines_known: int

    def answer(self, context: QueryContext) -> _Stored:
        connection = context.connection
        view = changeset_store.case(connection, self.case_id)
        if view is None:
            raise LookupError(f"expected the case {self.case_id} in the store")
        definition = context.procedure(view.case.version_id).definition
        variables = context.workflow.variables(definition, view.case.snapshot)
        incidents = open_incidents(connection, self.case_id) if Flag.STUCK in view.case.flags else ()
        known = {"case_id": self.case_id, "known": self.lines_known}
        return _Stored(
            view=view,
            subscriptions=subscriptions_of(connection, self.case_id),
            journal=[journal_entry_of(row) for row in connection.execute(_NEW_LINES, known)],
            variables={name: _plain(value) for name, value in variables.items() if name not in OWN},
            stuck="; ".join(f"{each.code}: {each.message}" for each in incidents) or None,
        )


def _plain(value: object) -> object:
    """A value of the diagram's variables, with the decimals of FEEL as the whole numbers that they are."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


_NEW_LINES = (
    sa.select(*JOURNAL)
    .where(journal.c.case_id == sa.bindparam("case_id", type_=sa.Uuid()))
    .where(journal.c.number > sa.bindparam("known"))
    .order_by(journal.c.number)
)

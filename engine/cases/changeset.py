"""The case file: all that one command changes in one case, gathered, told in the journal.

Written once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from engine.bundle.contract import Procedure
from engine.bundle.term import SupplementRule
from engine.cases import changeset_store
from engine.cases.journal import JournalEntry
from engine.cases.locked_case import CaseChange, LockedCase
from engine.cases.model import Case
from engine.cases.opened import service_task_of, subscription_of, task_of
from engine.cases.party import Party
from engine.cases.surroundings import surroundings
from engine.cases.terms import end_of_rested_term
from engine.context import Transaction
from engine.incidents.changes import IncidentFile
from engine.incidents.model import FIRING, Attempt, AttemptKind, Incident
from engine.kernel.case_words import CaseStatus, Flag
from engine.kernel.refusal import Conflict
from engine.messages import store as messages_store
from engine.messages.model import Message, Subscription, SubscriptionKind
from engine.notices.changes import NoticeFile
from engine.organisation import store as organisation_store
from engine.outbox.model import Job, JobKind
from engine.runtime.contract import Incident as StepIncident
from engine.runtime.contract import (
    OpenedServiceTask,
    OpenedTask,
    Phase,
    Step,
    StepRefused,
    Surroundings,
    TakenDecision,
    ThrownMessage,
    ThrownSignal,
)
from engine.runtime.json_variables import as_json
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.tasks.model import Task, TaskState

STUCK_RETRY = timedelta(minutes=5)
"""How long a due timer rests when firing it left the case stuck."""

Line = tuple[str, Mapping[str, Any]]
"""A journal line to be written: action and detail."""

Waiting = TypeVar("Waiting", Task, ServiceTask)

_DERIVED_FLAGS = {Flag.AWAITING_AGENCY, Flag.AWAITING_CITIZEN, Flag.READY_FOR_PICKUP}


def _reception(subscription: Subscription, data: Mapping[str, Any]) -> Attempt:
    return Attempt(kind=AttemptKind.RECEIVE, token=subscription.token, data=data)


def _receipt_line(subscription: Subscription) -> Line:
    kind = subscription.kind.value
    return f"{kind}_received", {kind: subscription.message, "element": subscription.element_id}


@dataclass(frozen=True, kw_only=True)
class CaseState:
    """A case after a command, with what is open in it."""

    case: Case
    tasks: tuple[Task, ...]
    service_tasks: tuple[ServiceTask, ...]
    incidents: tuple[Incident, ...] = ()

    @property
    def is_stuck(self) -> bool:
        """Whether the case waits for a repair."""
        return Flag.STUCK in self.case.flags


class CaseFile:
    """A case under change. `case`, `tasks` and `service_tasks` are as the change leaves them so far."""

    def __init__(self, transaction: Transaction, locked: LockedCase, *, is_new: bool = False) -> None:
        self.case = locked.case
        self._transaction = transaction
        self._is_new = is_new
        self._tasks = {task.id: task for task in locked.tasks}
        self._service_tasks = {task.id: task for task in locked.service_tasks}
        self._before = {**self._tasks, **self._service_tasks}
        self._subscriptions: dict[UUID, Subscription] = {}
        self._closed_subscriptions: list[UUID] = []
        self._jobs: list[Job] = []
        self._journal: list[JournalEntry] = []
        self._parties: tuple[Party, ...] = ()
        self._words: tuple[str, ...] = ()
        self.incidents = IncidentFile(transaction, locked.case)
        self._notices = NoticeFile(transaction, locked, is_new=is_new)

    @property
    def procedure(self) -> Procedure:
        """The procedure version that the case runs."""
        return self._transaction.procedure(self.case.version_id)

    @property
    def surroundings(self) -> Surroundings:
        """What a step of this case may know."""
        return surroundings(self._transaction, self.case.branch_id)

    @property
    def state(self) -> CaseState:
        """The case as it is now, with what is still open."""
        return CaseState(
            case=self.case,
            tasks=tuple(task for task in self._tasks.values() if task.state is TaskState.OPEN),
            service_tasks=tuple(task for task in self._service_tasks.values() if not task.state.is_final),
            incidents=self.incidents.open,
        )

    def task(self, task_id: UUID) -> Task | None:
        """The task, if it was open when the case was locked."""
        return self._tasks.get(task_id)

    def service_task(self, service_task_id: UUID) -> ServiceTask | None:
        """The service task, if it waited when the case was locked."""
        return self._service_tasks.get(service_task_id)

    def note(
        self, action: str, detail: Mapping[str, Any] | None = None, *, reason: str | None = None
    ) -> None:
        """Write a line in the journal."""
        entry, head = self.case.journal.next(
            case_id=self.case.id,
            at=self._transaction.now,
            actor=self._transaction.actor,
            action=action,
            detail=detail,
            reason=reason,
        )
        self._journal.append(entry)
        self.case = replace(self.case, journal=head)

    def introduce(self, parties: tuple[Party, ...], words: tuple[str, ...]) -> None:
        """Say who is in a new case, and by which words it is found."""
        self._parties, self._words = parties, words

    def put(self, changed: Task | ServiceTask) -> None:
        """Replace a task or service task by what has become of it."""
        if isinstance(changed, Task):
            self._tasks[changed.id] = changed
        else:
            self._service_tasks[changed.id] = changed

    def add_job(
        self, kind: JobKind, payload: Mapping[str, Any], *, service_task_id: UUID | None = None
    ) -> None:
        """Leave work for the worker, to be done once this is committed."""
        now = self._transaction.now
        self._jobs.append(
            Job(
                id=self._transaction.new_id(),
                kind=kind,
                case_id=self.case.id,
                service_task_id=service_task_id,
                run_at=now,
                created_at=now,
                payload=payload,
            )
        )

    def follow(
        self,
        step: Step,
        told: Line,
        *,
        attempt: Attempt = FIRING,
        closing: Task | ServiceTask | None = None,
    ) -> bool:
        """Take over what a step of the workflow did; False if it left the case stuck, and as it was before.

        `told` is the line that the journal gets first. `attempt` is what the step was asked to do: a stuck
        case keeps it in an incident. `closing` is the task that the step answered, as it is afterwards.
        Messages that were kept for a subscription which the step opened are delivered at once.
        """
        if not self._take_over(step, told, attempt, closing):
            return False
        self.take_kept_messages()
        return True

    def step_of_answer(self, task: Task | ServiceTask, data: Mapping[str, Any]) -> Step:
        """The step by which the workflow takes the answer to a task; `Conflict` if the task does not wait."""
        try:
            return self._transaction.workflow.complete(
                self.procedure.definition,
                self.case.snapshot,
                token=task.token,
                variables=data,
                surroundings=self.surroundings,
            )
        except StepRefused as refusal:
            kind = "Task" if isinstance(task, Task) else "Service task"
            raise Conflict(f"{kind} {task.id} does not wait in its case: {refusal}") from refusal

    def repaired(self, step: Step, told: Line, *, reason: str) -> None:
        """Take over a step by which a person repaired the case; one that leads nowhere is a `Conflict`."""
        if step.phase is Phase.STUCK:
            why = step.incident.message if step.incident else "the case cannot go on from there"
            raise Conflict(f"That would leave case {self.case.number} stuck: {why}", code="case_stuck")
        self.note(*told, reason=reason)
        self._apply(step, None)
        self.take_kept_messages()

    def take_kept_messages(self, waiting: Sequence[Subscription] = ()) -> None:
        """Deliver the messages that are kept for what this change opened, and for `waiting`.

        One that leaves the case stuck is in its incident from then on.
        """
        while not self.case.status.is_final and (kept := self._kept_message(waiting)) is not None:
            subscription, message = kept
            step = self._step_of_delivery(subscription, message.data)
            attempt = _reception(subscription, message.data)
            if not self._take_over(step, _receipt_line(subscription), attempt):
                break

    def receive(self, subscription: Subscription, data: Mapping[str, Any]) -> bool:
        """Give the case the message or signal that it waits for; False if that left the case stuck."""
        return self.follow(
            self._step_of_delivery(subscription, data),
            _receipt_line(subscription),
            attempt=_reception(subscription, data),
        )

    def postpone(self, by: timedelta) -> None:
        """Move the timers and the due dates of the open tasks by the time that the case rested."""
        step = self._transaction.workflow.postpone_timers(
            self.procedure.definition, self.case.snapshot, by=by, surroundings=self.surroundings
        )
        self.case = replace(self.case, snapshot=step.snapshot, next_timer_at=step.next_timer_at)
        for task in self.state.tasks:
            if task.due_at is not None:
                self.put(replace(task, due_at=task.due_at + by))

    def derive_flags(self) -> None:
        """Mark the case with what its open tasks and service tasks make of it."""
        if self.case.status.is_final:
            return
        state = self.state
        wanted = {task.flag for task in state.tasks if task.flag}
        for service_task in state.service_tasks:
            awaits_citizen = service_task.supplement_wanted is not None
            wanted.add(Flag.AWAITING_CITIZEN if awaits_citizen else Flag.AWAITING_AGENCY)
        self.case = replace(self.case, flags=(self.case.flags - _DERIVED_FLAGS) | wanted)
        self.keep_term()

    def keep_term(self) -> None:
        """Let the term of an open case rest while its citizen is awaited, if the procedure says so.

        Afterwards it goes on or begins anew; timers and due dates of the open tasks move as far as it does.
        """
        case, term = self.case, self.procedure.term
        if not case.is_open or case.due_at is None:
            return
        awaits_citizen = Flag.AWAITING_CITIZEN in case.flags
        if case.term_rests_since is None:
            if awaits_citizen and term.supplement is not SupplementRule.RUNS_ON:
                self.case = case.with_term_at_rest(self._transaction.now)
                self._move_tasks_due(case.due_at, until=None)
                self.note("term_rests", {"rule": term.supplement.value})
        elif not awaits_citizen:
            self._let_term_go_on(case.due_at, case.term_rests_since)

    def _let_term_go_on(self, was_due_at: datetime, rested_since: datetime) -> None:
        due_at = end_of_rested_term(
            self.procedure.term,
            due_at=was_due_at,
            rested_since=rested_since,
            branch=organisation_store.branch(self._transaction.connection, self.case.branch_id),
            transaction=self._transaction,
        )
        self.case = self.case.with_term_until(due_at, now=self._transaction.now)
        if due_at != was_due_at:
            self.postpone(due_at - was_due_at)
        self._move_tasks_due(None, until=due_at)
        self.note("term_goes_on", {"due_at": due_at.astimezone(UTC).isoformat()})

    def _move_tasks_due(self, day: datetime | None, *, until: datetime | None) -> None:
        """Let the open tasks that are due with the term be due until then: while it rests, on no day."""
        for task in self.state.tasks:
            if task.due_at == day:
                self.put(replace(task, due_at=until))

    def set_aside(self, fault: str, attempt: Attempt) -> None:
        """Mark the case stuck after a fault that nobody anticipated: `fault` names what was raised."""
        self._stop(attempt, StepIncident(element_id=None, code="fault", message=f"{fault} was raised"))

    def end(self, status: CaseStatus, *, outcome: str | None, reason: str | None = None) -> None:
        """Close the case: whatever is still open in it is cancelled."""
        for task in self.state.tasks:
            self.put(task.closed(TaskState.CANCELLED, self._transaction.now))
        for service_task in self.state.service_tasks:
            self.put(service_task.closed(ServiceTaskState.CANCELLED, self._transaction.now))
        self.incidents.settle(lambda _: True, self._tell_of_incident)
        self.case = self.case.closed(status, at=self._transaction.now, outcome=outcome)
        self.note(f"case_{status}", {"outcome": outcome} if outcome else {}, reason=reason)

    def save(self) -> CaseState:
        """Write everything, and give the state it leaves, at the versions it has now."""
        state = self.state
        for notice in self._notices.follow(state):
            self.add_job(JobKind.SEND_NOTICE, {"notice": str(notice.id)})
        changeset_store.save_changeset(self._transaction.connection, self._change())
        self.incidents.save()
        self._notices.save(state.case)
        version = self.case.row_version if self._is_new else self.case.row_version + 1
        return replace(
            state,
            case=replace(state.case, row_version=version),
            tasks=tuple(self._as_written(task) for task in state.tasks),
            service_tasks=tuple(self._as_written(task) for task in state.service_tasks),
        )

    def save_task(self, task_id: UUID) -> Task:
        """Write everything, and give one task as it has become."""
        self.save()
        return self._as_written(self._tasks[task_id])

    # How a step becomes rows

    def _step_of_delivery(self, subscription: Subscription, data: Mapping[str, Any]) -> Step:
        return self._transaction.workflow.deliver(
            self.procedure.definition,
            self.case.snapshot,
            token=subscription.token,
            variables=data,
            surroundings=self.surroundings,
        )

    def _take_over(
        self, step: Step, told: Line, attempt: Attempt, closing: Task | ServiceTask | None = None
    ) -> bool:
        if step.phase is Phase.STUCK:
            self._get_stuck(step, attempt)
            return False
        self.note(*told)
        if closing is not None:
            self.put(closing)
        self._apply(step, attempt)
        return True

    def _apply(self, step: Step, attempt: Attempt | None) -> None:
        self.case = replace(self.case, snapshot=step.snapshot)
        for decision in step.decisions:
            self._tell_decision(decision)
        self._close(step.closed)
        for opened in step.opened_tasks:
            self._open_task(opened)
        for service_task in step.opened_service_tasks:
            self._open_service_task(service_task)
        for subscription in step.opened_subscriptions:
            self._subscriptions[subscription.token] = subscription_of(
                subscription, self.case, self._transaction
            )
        for message in step.thrown_messages:
            self._throw(message)
        for signal in step.thrown_signals:
            self._broadcast(signal)
        self._refresh(step)
        self._wake_at(step)
        self._settle_incidents(step, attempt)
        if step.phase is Phase.COMPLETED:
            self._complete(step)
        self.derive_flags()

    def _get_stuck(self, step: Step, attempt: Attempt) -> None:
        unknown = StepIncident(element_id=None, code="unknown", message="The workflow gave no reason.")
        self._stop(attempt, step.incident or unknown)
        if self.case.next_timer_at is not None and self.case.next_timer_at <= self._transaction.now:
            self.case = replace(self.case, next_timer_at=self._transaction.now + STUCK_RETRY)

    def _stop(self, attempt: Attempt, why: StepIncident) -> None:
        incident, is_news = self.incidents.stopped(
            self.case,
            attempt,
            code=why.code,
            message=why.message,
            element_id=why.element_id,
            variable=why.variable,
        )
        if is_news:
            self._tell_of_incident("case_stuck", incident)
        self.case = self.case.flagged(Flag.STUCK, wanted=True)

    def _settle_incidents(self, step: Step, attempt: Attempt | None) -> None:
        """An incident is over when what was attempted was done, or waits no more."""

        def is_settled(incident: Incident) -> bool:
            if attempt is not None and incident.attempt.is_like(attempt):
                return True
            if incident.attempt.kind is AttemptKind.FIRE_TIMERS:
                return step.next_timer_at is None or step.next_timer_at > self._transaction.now
            return incident.attempt.token in step.closed

        self.incidents.settle(is_settled, self._tell_of_incident)
        self.case = self.case.flagged(Flag.STUCK, wanted=bool(self.incidents.open))

    def _tell_of_incident(self, action: str, incident: Incident) -> None:
        # The message may quote the case's data, so it is not told.
        told = {
            "incident": str(incident.id),
            "code": incident.code,
            "element": incident.element_id,
            "variable": incident.variable,
        }
        self.note(action, told)

    def _refresh(self, step: Step) -> None:
        state = self.state
        tasks = {task.token: task for task in state.tasks}
        service_tasks = {task.token: task for task in state.service_tasks}
        for seen in step.refreshed_tasks:
            if (task := tasks.get(seen.token)) is not None:
                self.put(replace(task, prefill=as_json(seen.variables)))
        for asked in step.refreshed_service_tasks:
            if (service_task := service_tasks.get(asked.token)) is not None:
                self.put(replace(service_task, variables=as_json(asked.variables)))

    def _close(self, tokens: tuple[UUID, ...]) -> None:
        state = self.state
        waiting: dict[UUID, Task | ServiceTask] = {task.token: task for task in state.tasks}
        waiting.update({task.token: task for task in state.service_tasks})
        for token in tokens:
            found = waiting.get(token)
            if isinstance(found, Task):
                self.put(found.closed(TaskState.CANCELLED, self._transaction.now))
                self.note("task_cancelled", {"task": str(found.id), "element": found.element_id})
            elif isinstance(found, ServiceTask):
                self.put(found.closed(ServiceTaskState.CANCELLED, self._transaction.now))
                self.note("service_task_cancelled", {"service_task": str(found.id), "topic": found.topic})
            elif self._subscriptions.pop(token, None) is None and not self._was_answered(token):
                self._closed_subscriptions.append(token)

    def _was_answered(self, token: UUID) -> bool:
        tasks = any(task.token == token for task in self._tasks.values())
        return tasks or any(task.token == token for task in self._service_tasks.values())

    def _open_task(self, opened: OpenedTask) -> None:
        task = task_of(opened, self.case, self._transaction)
        self.put(task)
        self.note("task_opened", {"task": str(task.id), "element": task.element_id, "name": task.name})

    def _open_service_task(self, opened: OpenedServiceTask) -> None:
        task, is_sent = service_task_of(opened, self.case, self._transaction)
        self.put(task)
        if is_sent:
            payload = {"retries": opened.retries} if opened.retries else {}
            self.add_job(JobKind.DELIVER_WEBHOOK, payload, service_task_id=task.id)
        detail = {
            "service_task": str(task.id),
            "topic": task.topic,
            "agency": task.agency_key,
            "name": task.name,
        }
        self.note("service_task_opened", detail)

    def _tell_decision(self, taken: TakenDecision) -> None:
        detail = {"element": taken.element_id, "decision": taken.decision_id, "rules": list(taken.rules)}
        self.note("decision_taken", detail)

    def _throw(self, thrown: ThrownMessage) -> None:
        payload = {
            "name": thrown.message,
            "correlation_key": thrown.correlation_key or "",
            "data": as_json(thrown.variables),
            "branch": self.case.branch_code,
        }
        self.add_job(JobKind.DELIVER_MESSAGE, payload)
        self.note("message_sent", {"message": thrown.message})

    def _broadcast(self, thrown: ThrownSignal) -> None:
        payload = {
            "name": thrown.signal,
            "data": as_json(thrown.variables),
            "branch": self.case.branch_code,
        }
        self.add_job(JobKind.CARRY_SIGNAL, payload)
        self.note("signal_sent", {"signal": thrown.signal})

    def _kept_message(self, waiting: Sequence[Subscription]) -> tuple[Subscription, Message] | None:
        for subscription in (*waiting, *self._subscriptions.values()):
            is_over = subscription.token in self._closed_subscriptions
            if is_over or subscription.kind is not SubscriptionKind.MESSAGE:
                continue
            message = messages_store.take_message(
                self._transaction.connection,
                subscription.message,
                subscription.correlation_key,
                self._transaction.now,
            )
            if message is not None:
                return subscription, message
        return None

    def _wake_at(self, step: Step) -> None:
        suspended = self.case.status is CaseStatus.SUSPENDED
        self.case = replace(self.case, next_timer_at=None if suspended else step.next_timer_at)

    def _complete(self, step: Step) -> None:
        rule = self.procedure.outcome(step.outcome or "")
        self.end(CaseStatus(rule.status), outcome=step.outcome)

    def _change(self) -> CaseChange:
        new_tasks = tuple(task for id_, task in self._tasks.items() if id_ not in self._before)
        new_service_tasks = tuple(
            task for id_, task in self._service_tasks.items() if id_ not in self._before
        )
        return CaseChange(
            case=self.case,
            is_new=self._is_new,
            parties=self._parties,
            words=self._words,
            new_tasks=new_tasks,
            changed_tasks=tuple(task for task in self._tasks.values() if self._has_changed(task)),
            new_service_tasks=new_service_tasks,
            changed_service_tasks=tuple(
                task for task in self._service_tasks.values() if self._has_changed(task)
            ),
            settled_service_tasks=tuple(
                task.id
                for task in self._service_tasks.values()
                if task.state.is_final and self._has_changed(task)
            ),
            new_subscriptions=tuple(self._subscriptions.values()),
            closed_subscriptions=tuple(self._closed_subscriptions),
            jobs=tuple(self._jobs),
            journal=tuple(self._journal),
        )

    def _as_written(self, task: Waiting) -> Waiting:
        return replace(task, row_version=task.row_version + 1) if self._has_changed(task) else task

    def _has_changed(self, task: Task | ServiceTask) -> bool:
        before = self._before.get(task.id)
        return before is not None and before is not task

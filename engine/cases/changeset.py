"""The changeset of a case: all that one command changes in it, gathered, and written in one go."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from engine.bundle.procedure import Procedure
from engine.cases import changeset_store
from engine.cases.changeset_store import CaseChange, LockedCase
from engine.cases.journal import JournalEntry
from engine.cases.model import Case
from engine.cases.party import Party
from engine.cases.surroundings import surroundings
from engine.cases.tally import Tally, tallies_of
from engine.cases.term_store import ledgers_of
from engine.context import Transaction
from engine.incidents.changes import IncidentChanges
from engine.incidents.model import Incident
from engine.kernel.actor import Actor
from engine.kernel.money import PAYMENT_TOPIC
from engine.kernel.permission import require_sees_case, require_sees_task
from engine.kernel.refusal import NotFound, OutOfDate
from engine.kernel.signing import SIGNATURE, SignatureState
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.messages.model import Subscription
from engine.notices.changes import NoticeChanges, notice_changes
from engine.outbox.model import Job, JobKind
from engine.payments.changes import PaymentChanges
from engine.payments.model import Payment, PaymentState
from engine.runtime.closed_snapshots import compacted
from engine.runtime.contract import Surroundings
from engine.sealing.journal_keys import JournalKey
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.signatures import store as signatures_store
from engine.signatures.model import Signature, Signer
from engine.tasks import store as tasks_store
from engine.tasks.model import Task, TaskState
from engine.terms.ledger import Ledger, TermEntry
from engine.terms.term import TermKind

Work = TypeVar("Work", Task, ServiceTask)


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


class CaseChangeset:
    """A case under change, `case` being what it is so far; nothing is written before `save`."""

    def __init__(self, transaction: Transaction, locked: LockedCase, *, is_new: bool = False) -> None:
        self.case = locked.case
        self.transaction = transaction
        self._actor = transaction.actor
        self._locked = locked
        self._is_new = is_new
        self._tasks = {task.id: task for task in locked.tasks}
        self._service_tasks = {task.id: task for task in locked.service_tasks}
        self._before: dict[UUID, Task | ServiceTask] = {**self._tasks, **self._service_tasks}
        self._subscriptions: dict[UUID, Subscription] = {}
        self._closed_subscriptions: list[UUID] = []
        self._jobs: list[Job] = []
        self._changed_jobs: tuple[Job, ...] = ()
        self._journal: list[JournalEntry] = []
        self._journal_head = locked.case.journal
        self._term_entries: list[tuple[TermKind, TermEntry]] = []
        self._ledgers: dict[TermKind, Ledger] | None = {} if is_new else None
        self._parties: tuple[Party, ...] = ()
        self._words: tuple[str, ...] = ()
        self._sealed_code: bytes | None = None
        self._incidents: IncidentChanges | None = None
        self._payments: PaymentChanges | None = None
        self.not_to_be_paid: list[ServiceTask] = []
        """New service tasks that wait for a payment of which nothing is due."""
        self._new_signatures: dict[UUID, Signature] = {}
        self._changed_signatures: dict[UUID, Signature] = {}
        self._lapsed: list[tuple[UUID, SignatureState]] = []

    @property
    def incidents(self) -> IncidentChanges:
        """What becomes of the incidents of the case; read when somebody first asks."""
        if self._incidents is None:
            self._incidents = IncidentChanges(self.transaction, self._locked.case)
        return self._incidents

    @property
    def may_have_incidents(self) -> bool:
        """Whether it is worth asking for them: the case is stuck, or was in this change."""
        return self._incidents is not None or Flag.STUCK in self.case.flags

    @cached_property
    def procedure(self) -> Procedure:
        """The procedure version that the case runs."""
        return self.transaction.procedure(self.case.version_id)

    @property
    def surroundings(self) -> Surroundings:
        """What a step of this case may know."""
        return surroundings(self.transaction, self.case, signers=self.signers)

    @property
    def payments(self) -> PaymentChanges:
        """The payments of the case; looked up when somebody first asks."""
        if self._payments is None:
            self._payments = PaymentChanges(self.transaction, self.case, is_new=self._is_new)
        return self._payments

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks that are open."""
        return tuple(task for task in self._tasks.values() if task.state is TaskState.OPEN)

    @property
    def service_tasks(self) -> tuple[ServiceTask, ...]:
        """The service tasks that wait for an answer, those included that could not be delivered."""
        return tuple(task for task in self._service_tasks.values() if not task.state.is_final)

    @property
    def new_subscriptions(self) -> tuple[Subscription, ...]:
        """What the case has begun to wait for in this change, and waits for still."""
        return tuple(self._subscriptions.values())

    @property
    def state(self) -> CaseState:
        """The case as it is now, with what is still open."""
        return CaseState(
            case=self.case,
            tasks=self.tasks,
            service_tasks=self.service_tasks,
            incidents=self._open_incidents,
        )

    @property
    def _open_incidents(self) -> tuple[Incident, ...]:
        return self.incidents.open if self.may_have_incidents else ()

    def task(self, task_id: UUID) -> Task | None:
        """The task, if it was open when the case was locked."""
        return self._tasks.get(task_id)

    def service_task(self, service_task_id: UUID) -> ServiceTask | None:
        """The service task, if it waited when the case was locked."""
        return self._service_tasks.get(service_task_id)

    def ledger(self, kind: TermKind) -> Ledger:
        """What has happened to a term; looked up when somebody first asks, and empty where nothing has."""
        if self._ledgers is None:
            self._ledgers = dict(ledgers_of(self.transaction.connection, self.case.id))
        return self._ledgers.get(kind, Ledger())

    def enter(self, kind: TermKind, ledger: Ledger) -> None:
        """Let a term have this ledger: the one that it had, with further entries."""
        known = len(self.ledger(kind).entries)
        self._term_entries += [(kind, entry) for entry in ledger.entries[known:]]
        self._ledgers = {**(self._ledgers or {}), kind: ledger}

    def record(
        self, action: str, detail: Mapping[str, Any] | None = None, *, reason: str | None = None
    ) -> None:
        """Add a line to the journal."""
        entry, self._journal_head = self._journal_head.next(
            case_id=self.case.id,
            at=self.transaction.now,
            actor=self._actor,
            action=action,
            detail=detail,
            reason=reason,
            key=self._journal_key,
        )
        self._journal.append(entry)

    @cached_property
    def _journal_key(self) -> JournalKey | None:
        return self.transaction.journal_keys.newest

    @contextmanager
    def in_the_name_of(self, actor: Actor) -> Iterator[None]:
        """Lines that are added meanwhile say that it was this actor, whoever carries out the command."""
        before, self._actor = self._actor, actor
        try:
            yield
        finally:
            self._actor = before

    def record_incident(self, action: str, incident: Incident) -> None:
        """Add a line about an incident; its message may quote the case's data, and stays out."""
        detail = {
            "incident": str(incident.id),
            "code": incident.code,
            "element": incident.element_id,
            "variable": incident.variable,
        }
        self.record(action, detail)

    def introduce(self, parties: tuple[Party, ...], words: tuple[str, ...], *, sealed_code: bytes) -> None:
        """Say who is in a new case, by which words it is found, and the code of its receipt, sealed."""
        self._parties, self._words, self._sealed_code = parties, words, sealed_code

    def signers(self) -> tuple[Signer, ...]:
        """The parties of the case with their newest signatures, as they have become in this change."""
        if self._is_new:
            found: Sequence[Signer] = [Signer(party=party) for party in self._parties]
        else:
            found = signatures_store.signers_of(self.transaction.connection, self.case.id)
        became = {**self._changed_signatures, **self._new_signatures}
        by_party = {signature.party_id: signature for signature in became.values()}
        return tuple(
            Signer(party=one.party, signature=by_party.get(one.party.id, one.signature)) for one in found
        )

    def ask_signature(self, signature: Signature) -> None:
        """Ask a party for a new signature."""
        self._new_signatures[signature.id] = signature

    def put_signature(self, changed: Signature) -> None:
        """Replace a signature by what has become of it."""
        self._changed_signatures[changed.id] = changed

    def put(self, changed: Task | ServiceTask) -> None:
        """Replace a task or service task by what has become of it, or add a new one."""
        if isinstance(changed, Task):
            self._tasks[changed.id] = changed
        else:
            self._service_tasks[changed.id] = changed

    def subscribe(self, subscription: Subscription) -> None:
        """Let the case wait for a message or a signal."""
        self._subscriptions[subscription.token] = subscription

    def stop_waiting(self, token: UUID) -> None:
        """Cancel what waits at a token of the workflow, unless it was answered already."""
        open_work: tuple[Task | ServiceTask, ...] = (*self.tasks, *self.service_tasks)
        found = next((work for work in open_work if work.token == token), None)
        if isinstance(found, Task):
            self.put(found.closed(TaskState.CANCELLED, self.transaction.now))
            self.record("task_cancelled", {"task": str(found.id), "element": found.element_id})
        elif isinstance(found, ServiceTask):
            self._cancel(found, is_late=True)
            self.record("service_task_cancelled", {"service_task": str(found.id), "topic": found.topic})
            if found.topic == PAYMENT_TOPIC:
                self._give_up_payment(found, PaymentState.EXPIRED)
        elif self._subscriptions.pop(token, None) is None and not self._is_of_work(token):
            self._closed_subscriptions.append(token)

    def waits_no_more(self, subscription: Subscription) -> bool:
        """Whether a subscription was ended in this change, and not begun anew for the same token."""
        is_anew = subscription.token in self._subscriptions
        return subscription.token in self._closed_subscriptions and not is_anew

    def add_job(
        self, kind: JobKind, payload: Mapping[str, Any], *, service_task_id: UUID | None = None
    ) -> UUID:
        """Leave work for the worker, to be done once this is committed; the id of its job."""
        now = self.transaction.now
        job = Job(
            id=self.transaction.new_id(),
            kind=kind,
            case_id=self.case.id,
            service_task_id=service_task_id,
            run_at=now,
            created_at=now,
            payload=payload,
        )
        self._jobs.append(job)
        return job.id

    def put_job(self, changed: Job) -> None:
        """Replace the job that led to this change by what has become of it."""
        self._changed_jobs = (*self._changed_jobs, changed)

    def close(self, status: CaseStatus, *, outcome: str | None, reason: str | None = None) -> None:
        """Close the case: what is still open in it is cancelled, its snapshot compacted."""
        now = self.transaction.now
        for task in self.tasks:
            self.put(task.closed(TaskState.CANCELLED, now))
        for service_task in self.service_tasks:
            self._cancel(service_task, is_late=False)
        if self.may_have_incidents:
            self.incidents.settle(lambda _: True, self.record_incident)
        ended = self.case.closed(status, at=now, outcome=outcome)
        self.case = replace(ended, snapshot=compacted(ended.snapshot))
        self.record(f"case_{status}", {"outcome": outcome} if outcome else {}, reason=reason)

    def save(self) -> CaseState:
        """Write everything, and give the state it leaves, at the versions it has now."""
        notices = self._notices()
        for notice in notices.new if notices else ():
            self.add_job(JobKind.SEND_NOTICE, {"notice": str(notice.id)})
        changeset_store.save_changeset(self.transaction.connection, self._rows())
        if self._incidents is not None:
            self._incidents.save()
        if self._payments is not None:
            self._payments.save()
        if notices:
            notices.save(self.case, self.transaction)
        version = self.case.row_version if self._is_new else self.case.row_version + 1
        return CaseState(
            case=replace(self.case, journal=self._journal_head, row_version=version),
            tasks=tuple([self._as_written(task) for task in self.tasks]),
            service_tasks=tuple([self._as_written(task) for task in self.service_tasks]),
            incidents=self._open_incidents,
        )

    def save_task(self, task_id: UUID) -> Task:
        """Write everything, and give one task as it has become."""
        self.save()
        return self._as_written(self._tasks[task_id])

    def _cancel(self, service_task: ServiceTask, *, is_late: bool) -> None:
        """Take a request back, with the fee or the signature that it asks.

        `is_late`: the diagram waits for it no longer. The worker cancels an appointment that was made.
        """
        self.put(service_task.closed(ServiceTaskState.CANCELLED, self.transaction.now))
        if service_task.asks_appointment:
            self.add_job(JobKind.RELEASE_APPOINTMENTS, {"request": str(service_task.id)})
        elif service_task.topic == SIGNATURE:
            lapsed = SignatureState.EXPIRED if is_late else SignatureState.WITHDRAWN
            self._lapsed.append((service_task.id, lapsed))
        elif service_task.topic == PAYMENT_TOPIC:
            given_up = PaymentState.EXPIRED if is_late else PaymentState.CANCELLED
            self._give_up_payment(service_task, given_up)

    def _give_up_payment(self, task: ServiceTask, state: PaymentState) -> None:
        ended: Payment | None = self.payments.give_up(task.id, state)
        if ended is not None:
            self.record("payment_given_up", ended.detail)

    def _notices(self) -> NoticeChanges | None:
        """What becomes of the notices of a citizen who agreed to be told; None for one who did not."""
        notify = self.case.notify
        if not (notify.sms or notify.email):
            return None
        return notice_changes(self.transaction, None if self._is_new else self._locked, self.state)

    def _is_of_work(self, token: UUID) -> bool:
        known: tuple[Task | ServiceTask, ...] = (*self._tasks.values(), *self._service_tasks.values())
        return any(work.token == token for work in known)

    def _rows(self) -> CaseChange:
        tasks, service_tasks = self._tasks.values(), self._service_tasks.values()
        changed_service_tasks = tuple([task for task in service_tasks if self._has_changed(task)])
        return CaseChange(
            case=self.case,
            is_new=self._is_new,
            parties=self._parties,
            words=self._words,
            sealed_code=self._sealed_code,
            new_tasks=tuple(task for task in tasks if task.id not in self._before),
            changed_tasks=tuple(task for task in tasks if self._has_changed(task)),
            new_service_tasks=tuple(task for task in service_tasks if task.id not in self._before),
            changed_service_tasks=changed_service_tasks,
            settled_service_tasks=tuple(task.id for task in changed_service_tasks if task.state.is_final),
            new_subscriptions=self.new_subscriptions,
            closed_subscriptions=tuple(self._closed_subscriptions),
            jobs=tuple(self._jobs),
            changed_jobs=self._changed_jobs,
            journal=tuple(self._journal),
            term_entries=tuple(self._term_entries),
            new_signatures=tuple(self._new_signatures.values()),
            changed_signatures=tuple(self._changed_signatures.values()),
            lapsed_signatures=tuple(self._lapsed),
            tallies=self._tallies(),
        )

    def _tallies(self) -> tuple[Tally, ...]:
        before = None if self._is_new else self._locked.case
        if before is not None and before.standing == self.case.standing:
            return ()
        transaction = self.transaction
        return tallies_of(before, self.case, zone=transaction.zone, new_id=transaction.new_id)

    def _as_written(self, work: Work) -> Work:
        return replace(work, row_version=work.row_version + 1) if self._has_changed(work) else work

    def _has_changed(self, work: Task | ServiceTask) -> bool:
        before = self._before.get(work.id)
        return before is not None and before is not work


def case_file(transaction: Transaction, case_id: UUID) -> CaseChangeset:
    """The file of a case that the actor sees, locked."""
    locked = changeset_store.lock_case(transaction.connection, case_id)
    if locked is None:
        raise NotFound.of("case", case_id)
    require_sees_case(transaction.actor, locked.case)
    return CaseChangeset(transaction, locked)


def open_task(transaction: Transaction, task_id: UUID) -> tuple[CaseChangeset, Task]:
    """An open task that the actor sees, with the file of its case, locked; a closed one is a `Conflict`."""
    locked = changeset_store.lock_case_of_task(transaction.connection, task_id)
    if locked is None:
        raise NotFound.of("task", task_id)
    changeset = CaseChangeset(transaction, locked)
    task = changeset.task(task_id) or tasks_store.task(transaction.connection, task_id)
    if task is None:
        raise NotFound.of("task", task_id)
    require_sees_task(transaction.actor, task)
    task.require_open()
    return changeset, task


def waiting_service_task(
    transaction: Transaction, service_task_id: UUID
) -> tuple[CaseChangeset, ServiceTask]:
    """A service task with the file of its case, locked.

    It may be closed: the caller decides what that means.
    """
    locked = changeset_store.lock_case_of_service_task(transaction.connection, service_task_id)
    if locked is None:
        raise NotFound.of("service task", service_task_id)
    changeset = CaseChangeset(transaction, locked)
    task = changeset.service_task(service_task_id) or service_tasks_store.service_task(
        transaction.connection, service_task_id
    )
    if task is None:
        raise NotFound.of("service task", service_task_id)
    return changeset, task


def require_version(row_version: int, expected: int | None) -> None:
    """Refuse when the asker saw another version than the one that is there.

    None means that they do not care.
    """
    if expected is not None and expected != row_version:
        raise OutOfDate(f"Expected version {expected}, but it has become version {row_version} since.")

"""What the engine needs from storage to change things: one unit of work is one transaction.

Everything that one command changes in a case is gathered in a `CaseChange` and written by one call, so that
the number of statements does not depend on the verb. Reading for change locks the case: two commands on one
case follow each other.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from engine.cases.journal import JournalEntry
from engine.cases.model import Case
from engine.cases.party import Party
from engine.cases.ports_casebook import CasebookWork
from engine.documents.ports_documents import DocumentWork
from engine.incidents.ports_incidents import IncidentWork
from engine.messages.model import Message, Subscription
from engine.notices.ports_notices import NoticeWork
from engine.organisation.model import Agency, Branch, User
from engine.outbox.model import Job
from engine.people.ports_accounts import AccountWork
from engine.people.ports_officers import OfficerWork
from engine.people.ports_staff import StaffWork
from engine.people.token import Token
from engine.procedures.model import ProcedureVersion
from engine.procedures.ports_starts import StartWork
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task
from engine.tasks.ports_worklist import WorklistWork


@dataclass(frozen=True, kw_only=True)
class LockedCase:
    """A case locked for change, with everything in it that still waits: dead service tasks included."""

    case: Case
    tasks: tuple[Task, ...]
    service_tasks: tuple[ServiceTask, ...]


@dataclass(frozen=True, kw_only=True)
class CaseChange:
    """All rows that one command writes in one case.

    `case` is the case as it becomes; its `row_version` is the one that was read, and is raised by one when
    written (a new case is written as it is). The same holds for `changed_tasks` and `changed_service_tasks`.
    `closed_subscriptions` are workflow tokens. The undelivered jobs of `settled_service_tasks` are done.
    `words` make a new case findable, in search form.
    """

    case: Case
    is_new: bool = False
    parties: tuple[Party, ...] = ()
    words: tuple[str, ...] = ()
    new_tasks: tuple[Task, ...] = ()
    changed_tasks: tuple[Task, ...] = ()
    new_service_tasks: tuple[ServiceTask, ...] = ()
    changed_service_tasks: tuple[ServiceTask, ...] = ()
    settled_service_tasks: tuple[UUID, ...] = ()
    new_subscriptions: tuple[Subscription, ...] = ()
    closed_subscriptions: tuple[UUID, ...] = ()
    jobs: tuple[Job, ...] = ()
    journal: tuple[JournalEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """What an idempotency key stands for: the fingerprint of the request, and the receipt it got."""

    fingerprint: bytes
    receipt: Mapping[str, Any]


class Work(Protocol):
    """One transaction. What it reads for change stays locked until the end.

    What it writes is seen by others only after `commit`.
    """

    def commit(self) -> None:
        """Make everything durable. Called by the dispatch only, once."""

    @property
    def accounts(self) -> AccountWork:
        """Accounts and sessions."""

    @property
    def worklist(self) -> WorklistWork:
        """Worklists."""

    @property
    def staff(self) -> StaffWork:
        """The people of a branch."""

    @property
    def casebook(self) -> CasebookWork:
        """What stands beside the journal of a case."""

    @property
    def officers(self) -> OfficerWork:
        """Who works for an agency."""

    @property
    def documents(self) -> DocumentWork:
        """Documents."""

    @property
    def notices(self) -> NoticeWork:
        """Messages to citizens."""

    @property
    def incidents(self) -> IncidentWork:
        """Incidents."""

    @property
    def starts(self) -> StartWork:
        """Start events that begin cases by themselves."""

    # Cases

    def lock_case(self, case_id: UUID) -> LockedCase | None:
        """The case, locked; None if there is no such case.

        A second caller waits until the first one's transaction ends.
        """

    def lock_case_of_task(self, task_id: UUID) -> LockedCase | None:
        """The case that the task belongs to, locked; None if there is no such task.

        The task itself may be closed already.
        """

    def lock_case_of_service_task(self, service_task_id: UUID) -> LockedCase | None:
        """The case that the service task belongs to, locked; None if there is no such service task."""

    def lock_case_with_due_timer(self, case_id: UUID, now: datetime) -> LockedCase | None:
        """The case if it is open, its next timer is due at `now`, and nobody else has it locked.

        Else None, at once.
        """

    def lock_awaiting_case(
        self, message: str, correlation_key: str
    ) -> tuple[Subscription, LockedCase] | None:
        """The oldest subscription to that message in an open case, with the case locked.

        None if no open case waits. Until this transaction ends nobody else looks for that name and key, here
        or in `take_message`: so a message that is then kept, and a case that begins to wait for it, never
        pass each other unseen.
        """

    def lock_case_awaiting_signal(
        self, signal: str, *, after: UUID | None, before: datetime, thrown_by: UUID | None
    ) -> tuple[Subscription, LockedCase] | None:
        """The first subscription to that signal, by id, opened before `before`, with its case locked.

        None if there is none whose id follows `after`. The case `thrown_by` has had its own signal already.
        A suspended case counts: a signal is not kept, so who rests would miss it.
        """

    def subscriptions(self, case_id: UUID) -> Sequence[Subscription]:
        """What a case waits for, messages and signals, oldest first."""

    def next_running_number(self, branch_id: UUID, year: int) -> int:
        """The next running number of the branch's year, from 1, gapless among committed cases."""

    def save(self, change: CaseChange) -> None:
        """Write a change; `OutOfDate` if a row is no longer at the version that was read.

        Saving a case in a final status ends all its subscriptions.
        """

    def task(self, task_id: UUID) -> Task | None:
        """One task in whatever state, not locked."""

    def service_task(self, service_task_id: UUID) -> ServiceTask | None:
        """One service task in whatever state, not locked."""

    def overdue_cases(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Find up to `limit` open cases whose term ended before `now` and that are not flagged overdue.

        A term that rests does not end.
        """

    # People, agencies and offices

    def branch(self, branch_id: UUID) -> Branch | None:
        """One branch."""

    def branch_coded(self, code: str) -> Branch | None:
        """One branch by its code."""

    def user(self, user_id: UUID) -> User | None:
        """One user."""

    def user_named(self, username: str) -> User | None:
        """One active user by name."""

    def member(self, user_id: UUID, branch_id: UUID) -> frozenset[str] | None:
        """The roles of an active user in a branch; None if they do not work there."""

    def agencies_for(self, topic: str) -> Sequence[Agency]:
        """The agencies that take the topic, by key."""

    def agency(self, agency_id: UUID) -> Agency | None:
        """One agency."""

    def save_branch(self, branch: Branch) -> None:
        """Write a new or changed branch, known by its id."""

    def save_user(self, user: User) -> None:
        """Write a new or changed user, known by its id."""

    def save_member(self, user_id: UUID, branch_id: UUID, roles: frozenset[str]) -> None:
        """Give a user exactly these roles in a branch; none ends the membership."""

    def save_agency(self, agency: Agency) -> None:
        """Write a new or changed agency, known by its id."""

    def add_token(self, token: Token) -> None:
        """Write a new token record."""

    def revoke_token(self, token_id: UUID, at: datetime) -> bool:
        """Revoke a token; False if there is none or it was revoked before."""

    # Procedures

    def version(self, key: str, number: int) -> ProcedureVersion | None:
        """One version of a procedure, locked for change."""

    def published_version(self, key: str) -> ProcedureVersion | None:
        """The version of a procedure that is on offer: the published one with the highest number."""

    def version_by_id(self, version_id: UUID) -> ProcedureVersion | None:
        """One version by its id."""

    def last_version(self, key: str) -> ProcedureVersion | None:
        """The version with the highest number, in whatever status."""

    def version_files(self, version_id: UUID) -> Mapping[str, bytes]:
        """The files of a version, by their path in the procedure folder."""

    def add_version(self, version: ProcedureVersion, files: Mapping[str, bytes]) -> None:
        """Write a new version with its files; `Conflict` if the number is taken."""

    def save_version(self, version: ProcedureVersion) -> None:
        """Write the changed status of a version."""

    # Jobs and service tasks in the hands of agencies

    def lease_jobs(self, *, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Job]:
        """Lease up to `limit` ready jobs that are due and not leased, raising their `attempts`.

        Each job goes to one worker only.
        """

    def job(self, job_id: UUID) -> Job | None:
        """One job."""

    def lock_job(self, job_id: UUID) -> Job | None:
        """One job, locked: a second caller waits until the first one's transaction ends."""

    def add_job(self, job: Job) -> None:
        """Write a new job that belongs to no case that this transaction changes."""

    def save_job(self, job: Job) -> None:
        """Write a changed job."""

    def lease_service_tasks(
        self,
        *,
        agency_id: UUID,
        topics: Sequence[str],
        worker: str,
        now: datetime,
        until: datetime,
        limit: int,
    ) -> Sequence[ServiceTask]:
        """Lock up to `limit` open service tasks of the agency and topics that nobody holds, oldest first.

        Each goes to one worker only. Tasks of suspended or closed cases are not given out, nor those that
        wait for a supplement.
        """

    def save_service_task(self, service_task: ServiceTask) -> None:
        """Write a service task that changed without its case.

        `OutOfDate` if it is no longer at the version that was read.
        """

    # Messages

    def keep_message(self, message: Message) -> None:
        """Keep a message that nobody waits for yet."""

    def take_message(self, name: str, correlation_key: str, now: datetime) -> Message | None:
        """Take the oldest kept message out, if one is there and has not expired; nobody else gets it."""

    def discard_expired(self, now: datetime) -> int:
        """Remove messages and idempotency keys whose time is over, and say how many."""

    # Once only

    def remember(self, *, owner: str, key: str, fingerprint: bytes, until: datetime) -> Remembered | None:
        """Note an idempotency key of `owner`. None the first time; afterwards what was remembered.

        A second caller with the same key waits for the first one's transaction to end.
        """

    def remember_receipt(self, *, owner: str, key: str, receipt: Mapping[str, Any]) -> None:
        """Complete a noted key with the receipt that its request got."""

    # The worker

    def beat(self, worker: str, now: datetime) -> None:
        """Note that a worker is alive."""


class Store(Protocol):
    """Where everything is kept."""

    def begin(self) -> AbstractContextManager[Work]:
        """A unit of work; leaving it without `commit` undoes everything."""

    def close(self) -> None:
        """Let go of every connection that is not in use, those for looking things up included."""

"""A unit of work in a database: which subject fills which promise of the port."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from engine.cases import changeset_store as case_changes
from engine.cases import locks as case_locks
from engine.cases.casebook_store import SqlCasebook
from engine.documents.store import SqlDocuments
from engine.incidents.store import SqlIncidents
from engine.messages import store as messages
from engine.messages.model import Message, Subscription
from engine.notices.store import SqlNotices
from engine.organisation.model import Agency, Branch, User
from engine.outbox import store as job_rows
from engine.outbox.model import Job
from engine.people import store as people
from engine.people import token_store as tokens
from engine.people.account_store import SqlAccountWork
from engine.people.officer_store import SqlOfficers
from engine.people.pause_store import SqlStaff
from engine.people.token import Token
from engine.ports_work import CaseChange, LockedCase, Remembered
from engine.procedures import store as procedures
from engine.procedures.model import ProcedureVersion
from engine.procedures.start_store import SqlStarts
from engine.service_tasks import store as work_of_agencies
from engine.service_tasks.model import ServiceTask
from engine.storage import idempotency as once
from engine.tasks.model import Task
from engine.tasks.worklist_store import SqlWorklists


class SqlWork:
    """Fills the port `Work` on one connection, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def commit(self) -> None:
        """Make everything durable."""
        self._connection.commit()

    @property
    def accounts(self) -> SqlAccountWork:
        """Accounts and sessions."""
        return SqlAccountWork(self._connection)

    @property
    def worklist(self) -> SqlWorklists:
        """Worklists."""
        return SqlWorklists(self._connection)

    @property
    def staff(self) -> SqlStaff:
        """The people of a branch."""
        return SqlStaff(self._connection)

    @property
    def casebook(self) -> SqlCasebook:
        """What stands beside the journal of a case."""
        return SqlCasebook(self._connection)

    @property
    def officers(self) -> SqlOfficers:
        """Who works for an agency."""
        return SqlOfficers(self._connection)

    @property
    def documents(self) -> SqlDocuments:
        """Documents."""
        return SqlDocuments(self._connection)

    @property
    def notices(self) -> SqlNotices:
        """Messages to citizens."""
        return SqlNotices(self._connection)

    @property
    def incidents(self) -> SqlIncidents:
        """Incidents."""
        return SqlIncidents(self._connection)

    @property
    def starts(self) -> SqlStarts:
        """Start events that begin cases by themselves."""
        return SqlStarts(self._connection)

    # Cases

    def lock_case(self, case_id: UUID) -> LockedCase | None:
        """The case, locked."""
        return case_locks.lock_case(self._connection, case_id)

    def lock_case_of_task(self, task_id: UUID) -> LockedCase | None:
        """The case that the task belongs to, locked."""
        return case_locks.lock_case_of_task(self._connection, task_id)

    def lock_case_of_service_task(self, service_task_id: UUID) -> LockedCase | None:
        """The case that the service task belongs to, locked."""
        return case_locks.lock_case_of_service_task(self._connection, service_task_id)

    def lock_case_with_due_timer(self, case_id: UUID, now: datetime) -> LockedCase | None:
        """The case if it is open, its next timer is due, and nobody has it locked."""
        return case_locks.lock_case_with_due_timer(self._connection, case_id, now)

    def lock_awaiting_case(
        self, message: str, correlation_key: str
    ) -> tuple[Subscription, LockedCase] | None:
        """The oldest subscription to that message in an open case, with the case locked."""
        return messages.lock_awaiting_case(self._connection, message, correlation_key)

    def lock_case_awaiting_signal(
        self, signal: str, *, after: UUID | None, before: datetime, thrown_by: UUID | None
    ) -> tuple[Subscription, LockedCase] | None:
        """The first subscription to that signal after a cursor, with its case locked."""
        return messages.lock_case_awaiting_signal(
            self._connection, signal, after=after, before=before, thrown_by=thrown_by
        )

    def subscriptions(self, case_id: UUID) -> Sequence[Subscription]:
        """What a case waits for, oldest first."""
        return messages.subscriptions_of(self._connection, case_id)

    def next_running_number(self, branch_id: UUID, year: int) -> int:
        """The next running number of the branch's year."""
        return once.next_running_number(self._connection, branch_id, year)

    def save(self, change: CaseChange) -> None:
        """Write a change of a case."""
        case_changes.save(self._connection, change)

    def task(self, task_id: UUID) -> Task | None:
        """One task, not locked."""
        return work_of_agencies.task(self._connection, task_id)

    def service_task(self, service_task_id: UUID) -> ServiceTask | None:
        """One service task, not locked."""
        return work_of_agencies.service_task(self._connection, service_task_id)

    def overdue_cases(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Open cases whose term ended and that are not flagged yet."""
        return case_locks.overdue_cases(self._connection, now, limit)

    # People, agencies and offices

    def branch(self, branch_id: UUID) -> Branch | None:
        """One branch."""
        return people.branch(self._connection, branch_id)

    def branch_coded(self, code: str) -> Branch | None:
        """One branch by its code."""
        return people.branch_coded(self._connection, code)

    def user(self, user_id: UUID) -> User | None:
        """One user."""
        return people.user(self._connection, user_id)

    def user_named(self, username: str) -> User | None:
        """One active user by name."""
        user = people.user_named(self._connection, username)
        return user if user and user.active else None

    def member(self, user_id: UUID, branch_id: UUID) -> frozenset[str] | None:
        """The roles of an active user in a branch."""
        return people.member(self._connection, user_id, branch_id)

    def agencies_for(self, topic: str) -> Sequence[Agency]:
        """The agencies that take the topic, by key."""
        return people.agencies_for(self._connection, topic)

    def agency(self, agency_id: UUID) -> Agency | None:
        """One agency."""
        return people.agency(self._connection, agency_id)

    def save_branch(self, branch: Branch) -> None:
        """Write a branch."""
        people.save_branch(self._connection, branch)

    def save_user(self, user: User) -> None:
        """Write a user."""
        people.save_user(self._connection, user)

    def save_member(self, user_id: UUID, branch_id: UUID, roles: frozenset[str]) -> None:
        """Give a user exactly these roles in a branch."""
        people.save_member(self._connection, user_id, branch_id, roles)

    def save_agency(self, agency: Agency) -> None:
        """Write an agency."""
        people.save_agency(self._connection, agency)

    def add_token(self, token: Token) -> None:
        """Write a new token record."""
        tokens.add_token(self._connection, token)

    def revoke_token(self, token_id: UUID, at: datetime) -> bool:
        """Revoke a token that is not revoked yet."""
        return tokens.revoke_token(self._connection, token_id, at)

    # Procedures

    def version(self, key: str, number: int) -> ProcedureVersion | None:
        """One version of a procedure, locked for change."""
        return procedures.version(self._connection, key, number)

    def published_version(self, key: str) -> ProcedureVersion | None:
        """The published version with the highest number."""
        return procedures.published_version(self._connection, key)

    def version_by_id(self, version_id: UUID) -> ProcedureVersion | None:
        """One version by its id."""
        return procedures.version_by_id(self._connection, version_id)

    def last_version(self, key: str) -> ProcedureVersion | None:
        """The version with the highest number."""
        return procedures.last_version(self._connection, key)

    def version_files(self, version_id: UUID) -> Mapping[str, bytes]:
        """The files of a version."""
        return procedures.version_files(self._connection, version_id)

    def add_version(self, version: ProcedureVersion, files: Mapping[str, bytes]) -> None:
        """Write a new version with its files."""
        procedures.add_version(self._connection, version, files)

    def save_version(self, version: ProcedureVersion) -> None:
        """Write the changed status of a version."""
        procedures.save_version(self._connection, version)

    # Jobs and service tasks in the hands of agencies

    def lease_jobs(self, *, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Job]:
        """Lease ready jobs that are due."""
        return job_rows.lease_jobs(self._connection, worker=worker, now=now, until=until, limit=limit)

    def job(self, job_id: UUID) -> Job | None:
        """One job."""
        return job_rows.job(self._connection, job_id)

    def lock_job(self, job_id: UUID) -> Job | None:
        """One job, locked."""
        return job_rows.lock_job(self._connection, job_id)

    def add_job(self, job: Job) -> None:
        """Write a new job."""
        job_rows.add_job(self._connection, job)

    def save_job(self, job: Job) -> None:
        """Write a changed job."""
        job_rows.save_job(self._connection, job)

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
        """Lock open service tasks of the agency and topics that nobody holds."""
        return work_of_agencies.lease_service_tasks(
            self._connection,
            agency_id=agency_id,
            topics=topics,
            worker=worker,
            now=now,
            until=until,
            limit=limit,
        )

    def save_service_task(self, service_task: ServiceTask) -> None:
        """Write a service task that changed without its case."""
        case_changes.save_service_tasks(self._connection, [service_task])

    # Messages

    def keep_message(self, message: Message) -> None:
        """Keep a message that nobody waits for yet."""
        messages.keep_message(self._connection, message)

    def take_message(self, name: str, correlation_key: str, now: datetime) -> Message | None:
        """Take the oldest kept message out."""
        return messages.take_message(self._connection, name, correlation_key, now)

    def discard_expired(self, now: datetime) -> int:
        """Remove messages and idempotency keys whose time is over."""
        return messages.discard_expired(self._connection, now)

    # Once only

    def remember(self, *, owner: str, key: str, fingerprint: bytes, until: datetime) -> Remembered | None:
        """Note an idempotency key, or say what was remembered of it."""
        return once.remember(self._connection, owner=owner, key=key, fingerprint=fingerprint, until=until)

    def remember_receipt(self, *, owner: str, key: str, receipt: Mapping[str, Any]) -> None:
        """Complete a noted key with its receipt."""
        once.remember_receipt(self._connection, owner=owner, key=key, receipt=receipt)

    # The worker

    def beat(self, worker: str, now: datetime) -> None:
        """Note that a worker is alive."""
        once.beat(self._connection, worker, now)

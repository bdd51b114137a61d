"""A unit of work on the in-memory tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.cases.model import CaseStatus, Flag
from engine.kernel.refusal import Conflict
from engine.memory import case_rows
from engine.memory.accounts import MemoryAccountWork
from engine.memory.casebook import MemoryCasebook
from engine.memory.documents import MemoryDocuments
from engine.memory.incidents import MemoryIncidents
from engine.memory.notices import MemoryNotices
from engine.memory.officers import MemoryOfficers
from engine.memory.staff import MemoryStaff
from engine.memory.starts import MemoryStarts
from engine.memory.tables import NotedKey, Tables, json_copy
from engine.memory.worklist import MemoryWorklists
from engine.messages.model import Message, Subscription, SubscriptionKind
from engine.organisation.model import Agency, Branch, User
from engine.outbox.model import Job, JobState
from engine.people.token import Token
from engine.ports_work import CaseChange, LockedCase, Remembered
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.tasks.model import Task


class MemoryWork:
    """Fills the port `Work` on a private copy of the tables, which `publish` shows to everybody."""

    def __init__(self, tables: Tables, *, publish: Callable[[Tables], None]) -> None:
        self._tables = tables
        self._publish = publish

    def commit(self) -> None:
        """Show everybody what was written."""
        self._publish(self._tables)

    @property
    def accounts(self) -> MemoryAccountWork:
        """Accounts and sessions."""
        return MemoryAccountWork(self._tables)

    @property
    def worklist(self) -> MemoryWorklists:
        """Worklists."""
        return MemoryWorklists(self._tables)

    @property
    def staff(self) -> MemoryStaff:
        """The people of a branch."""
        return MemoryStaff(self._tables)

    @property
    def casebook(self) -> MemoryCasebook:
        """What stands beside the journal of a case."""
        return MemoryCasebook(self._tables)

    @property
    def officers(self) -> MemoryOfficers:
        """Who works for an agency."""
        return MemoryOfficers(self._tables)

    @property
    def documents(self) -> MemoryDocuments:
        """Documents."""
        return MemoryDocuments(self._tables)

    @property
    def notices(self) -> MemoryNotices:
        """Messages to citizens."""
        return MemoryNotices(self._tables)

    @property
    def incidents(self) -> MemoryIncidents:
        """Incidents."""
        return MemoryIncidents(self._tables)

    @property
    def starts(self) -> MemoryStarts:
        """Start events that begin cases by themselves."""
        return MemoryStarts(self._tables)

    # Cases

    def lock_case(self, case_id: UUID) -> LockedCase | None:
        """The case; whoever has begun a unit of work has every case to themselves."""
        return case_rows.locked(self._tables, case_id)

    def lock_case_of_task(self, task_id: UUID) -> LockedCase | None:
        """The case that the task belongs to."""
        task = self._tables.tasks.get(task_id)
        return self.lock_case(task.case_id) if task else None

    def lock_case_of_service_task(self, service_task_id: UUID) -> LockedCase | None:
        """The case that the service task belongs to."""
        task = self._tables.service_tasks.get(service_task_id)
        return self.lock_case(task.case_id) if task else None

    def lock_case_with_due_timer(self, case_id: UUID, now: datetime) -> LockedCase | None:
        """The case if it is open and its next timer is due."""
        case = self._tables.cases.get(case_id)
        if case is None or case.status is not CaseStatus.OPEN:
            return None
        if case.next_timer_at is None or case.next_timer_at > now:
            return None
        return self.lock_case(case_id)

    def lock_awaiting_case(
        self, message: str, correlation_key: str
    ) -> tuple[Subscription, LockedCase] | None:
        """The oldest subscription to that message in an open case, with the case."""
        waiting = [
            subscription
            for subscription in self._tables.subscriptions.values()
            if subscription.kind is SubscriptionKind.MESSAGE
            and (subscription.message, subscription.correlation_key) == (message, correlation_key)
            and self._tables.cases[subscription.case_id].status is CaseStatus.OPEN
        ]
        if not waiting:
            return None
        oldest = min(waiting, key=lambda subscription: (subscription.created_at, subscription.id))
        case = self.lock_case(oldest.case_id)
        return (oldest, case) if case else None

    def lock_case_awaiting_signal(
        self, signal: str, *, after: UUID | None, before: datetime, thrown_by: UUID | None
    ) -> tuple[Subscription, LockedCase] | None:
        """The first subscription to that signal after a cursor, with its case."""
        waiting = [
            subscription
            for subscription in self._tables.subscriptions.values()
            if (subscription.kind, subscription.message) == (SubscriptionKind.SIGNAL, signal)
            and (after is None or subscription.id > after)
            and subscription.created_at < before
            and subscription.case_id != thrown_by
        ]
        first = min(waiting, key=lambda subscription: subscription.id, default=None)
        case = self.lock_case(first.case_id) if first else None
        return (first, case) if first and case else None

    def subscriptions(self, case_id: UUID) -> Sequence[Subscription]:
        """What a case waits for, oldest first."""
        waiting = [
            subscription
            for subscription in self._tables.subscriptions.values()
            if subscription.case_id == case_id
        ]
        return sorted(waiting, key=lambda subscription: (subscription.created_at, subscription.id))

    def next_running_number(self, branch_id: UUID, year: int) -> int:
        """The next running number of the branch's year."""
        number = self._tables.running_numbers.get((branch_id, year), 0) + 1
        self._tables.running_numbers[branch_id, year] = number
        return number

    def save(self, change: CaseChange) -> None:
        """Write a change of a case."""
        case_rows.write(self._tables, change)

    def task(self, task_id: UUID) -> Task | None:
        """One task."""
        return self._tables.tasks.get(task_id)

    def service_task(self, service_task_id: UUID) -> ServiceTask | None:
        """One service task."""
        return self._tables.service_tasks.get(service_task_id)

    def overdue_cases(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Open cases whose term ended and that are not flagged yet, oldest term first."""
        late = [
            (case.due_at, case.id)
            for case in self._tables.cases.values()
            if case.status is CaseStatus.OPEN
            and Flag.OVERDUE not in case.flags
            and case.term_rests_since is None
            and case.due_at is not None
            and case.due_at < now
        ]
        return [case_id for _, case_id in sorted(late)[:limit]]

    # People, agencies and offices

    def branch(self, branch_id: UUID) -> Branch | None:
        """One branch."""
        return self._tables.branches.get(branch_id)

    def branch_coded(self, code: str) -> Branch | None:
        """One branch by its code."""
        return next((branch for branch in self._tables.branches.values() if branch.code == code), None)

    def user(self, user_id: UUID) -> User | None:
        """One user."""
        return self._tables.users.get(user_id)

    def user_named(self, username: str) -> User | None:
        """One active user by name."""
        users = self._tables.users.values()
        return next((user for user in users if user.username == username and user.active), None)

    def member(self, user_id: UUID, branch_id: UUID) -> frozenset[str] | None:
        """The roles of an active user in a branch."""
        user = self._tables.users.get(user_id)
        return self._tables.members.get((user_id, branch_id)) if user and user.active else None

    def agencies_for(self, topic: str) -> Sequence[Agency]:
        """The agencies that take the topic, by key."""
        taking = [agency for agency in self._tables.agencies.values() if topic in agency.topics]
        return sorted(taking, key=lambda agency: agency.key)

    def agency(self, agency_id: UUID) -> Agency | None:
        """One agency."""
        return self._tables.agencies.get(agency_id)

    def save_branch(self, branch: Branch) -> None:
        """Write a branch."""
        others = (other for other in self._tables.branches.values() if other.id != branch.id)
        _require_new("branch code", branch.code, (other.code for other in others))
        self._tables.branches[branch.id] = branch

    def save_user(self, user: User) -> None:
        """Write a user."""
        others = (other for other in self._tables.users.values() if other.id != user.id)
        _require_new("user name", user.username, (other.username for other in others))
        self._tables.users[user.id] = user

    def save_member(self, user_id: UUID, branch_id: UUID, roles: frozenset[str]) -> None:
        """Give a user exactly these roles in a branch."""
        if roles:
            self._tables.members[user_id, branch_id] = roles
        else:
            self._tables.members.pop((user_id, branch_id), None)

    def save_agency(self, agency: Agency) -> None:
        """Write an agency."""
        others = (other for other in self._tables.agencies.values() if other.id != agency.id)
        _require_new("agency key", agency.key, (other.key for other in others))
        self._tables.agencies[agency.id] = agency

    def add_token(self, token: Token) -> None:
        """Write a new token record."""
        _require_new("token id", token.id, self._tables.tokens)
        self._tables.tokens[token.id] = token

    def revoke_token(self, token_id: UUID, at: datetime) -> bool:
        """Revoke a token that is not revoked yet."""
        token = self._tables.tokens.get(token_id)
        if token is None or token.revoked_at is not None:
            return False
        self._tables.tokens[token_id] = replace(token, revoked_at=at)
        return True

    # Procedures

    def version(self, key: str, number: int) -> ProcedureVersion | None:
        """One version of a procedure."""
        return next((version for version in self._versions(key) if version.number == number), None)

    def published_version(self, key: str) -> ProcedureVersion | None:
        """The published version with the highest number."""
        published = (version for version in self._versions(key) if version.status is VersionStatus.PUBLISHED)
        return next(published, None)

    def version_by_id(self, version_id: UUID) -> ProcedureVersion | None:
        """One version by its id."""
        return self._tables.versions.get(version_id)

    def last_version(self, key: str) -> ProcedureVersion | None:
        """The version with the highest number."""
        return next(iter(self._versions(key)), None)

    def version_files(self, version_id: UUID) -> Mapping[str, bytes]:
        """The files of a version."""
        return self._tables.files.get(version_id, {})

    def add_version(self, version: ProcedureVersion, files: Mapping[str, bytes]) -> None:
        """Write a new version with its files."""
        if self.version(version.key, version.number) is not None:
            raise Conflict(
                f"Expected version {version.number} of {version.key} to be new, but there is one.",
                code="already_exists",
            )
        self._tables.versions[version.id] = replace(version, metadata=json_copy(version.metadata))
        self._tables.files[version.id] = dict(files)

    def save_version(self, version: ProcedureVersion) -> None:
        """Write the changed status of a version."""
        self._tables.versions[version.id] = replace(
            self._tables.versions[version.id],
            status=version.status,
            published_at=version.published_at,
            retired_at=version.retired_at,
        )

    def _versions(self, key: str) -> Sequence[ProcedureVersion]:
        of_key = [version for version in self._tables.versions.values() if version.key == key]
        return sorted(of_key, key=lambda version: -version.number)

    # Jobs and service tasks in the hands of agencies

    def lease_jobs(self, *, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Job]:
        """Lease ready jobs that are due, oldest first."""
        free = [
            job
            for job in self._tables.jobs.values()
            if job.state is JobState.READY and job.run_at <= now and _is_free(job.leased_until, now)
        ]
        leased = [
            replace(job, attempts=job.attempts + 1, leased_by=worker, leased_until=until)
            for job in sorted(free, key=lambda job: (job.run_at, job.id))[:limit]
        ]
        self._tables.jobs |= {job.id: job for job in leased}
        return leased

    def job(self, job_id: UUID) -> Job | None:
        """One job."""
        return self._tables.jobs.get(job_id)

    def lock_job(self, job_id: UUID) -> Job | None:
        """One job; whoever has begun a unit of work has every job to themselves."""
        return self.job(job_id)

    def add_job(self, job: Job) -> None:
        """Write a new job."""
        self._tables.jobs[job.id] = case_rows.kept_job(job)

    def save_job(self, job: Job) -> None:
        """Write a changed job."""
        self._tables.jobs[job.id] = case_rows.kept_job(job)

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
        """Lock open service tasks of the agency and topics that nobody holds, oldest first."""
        free = [
            task
            for task in self._tables.service_tasks.values()
            if task.agency_id == agency_id
            and task.topic in topics
            and task.state is ServiceTaskState.OPEN
            and task.supplement_wanted is None
            and _is_free(task.locked_until, now)
            and self._tables.cases[task.case_id].status is CaseStatus.OPEN
        ]
        leased = [
            replace(task.leased(worker, until), row_version=task.row_version + 1)
            for task in sorted(free, key=lambda task: (task.created_at, task.id))[:limit]
        ]
        self._tables.service_tasks |= {task.id: task for task in leased}
        return leased

    def save_service_task(self, service_task: ServiceTask) -> None:
        """Write a service task that changed without its case."""
        case_rows.write_service_task(self._tables, service_task)

    # Messages

    def keep_message(self, message: Message) -> None:
        """Keep a message that nobody waits for yet."""
        self._tables.messages[message.id] = replace(message, data=json_copy(message.data))

    def take_message(self, name: str, correlation_key: str, now: datetime) -> Message | None:
        """Take the oldest kept message out."""
        fitting = [
            message
            for message in self._tables.messages.values()
            if (message.name, message.correlation_key) == (name, correlation_key) and message.expires_at > now
        ]
        if not fitting:
            return None
        oldest = min(fitting, key=lambda message: (message.created_at, message.id))
        return self._tables.messages.pop(oldest.id)

    def discard_expired(self, now: datetime) -> int:
        """Remove messages and idempotency keys whose time is over."""
        messages = [message.id for message in self._tables.messages.values() if message.expires_at <= now]
        keys = [name for name, noted in self._tables.keys.items() if noted.until <= now]
        for message_id in messages:
            del self._tables.messages[message_id]
        for name in keys:
            del self._tables.keys[name]
        return len(messages) + len(keys)

    # Once only

    def remember(self, *, owner: str, key: str, fingerprint: bytes, until: datetime) -> Remembered | None:
        """Note an idempotency key, or say what was remembered of it."""
        noted = self._tables.keys.get((owner, key))
        if noted is None:
            self._tables.keys[owner, key] = NotedKey(fingerprint=fingerprint, until=until)
            return None
        return Remembered(fingerprint=noted.fingerprint, receipt=noted.receipt or {})

    def remember_receipt(self, *, owner: str, key: str, receipt: Mapping[str, Any]) -> None:
        """Complete a noted key with its receipt."""
        noted = self._tables.keys[owner, key]
        self._tables.keys[owner, key] = replace(noted, receipt=json_copy(receipt))

    # The worker

    def beat(self, worker: str, now: datetime) -> None:
        """Note that a worker is alive."""
        self._tables.beats[worker] = now


def _is_free(held_until: datetime | None, now: datetime) -> bool:
    return held_until is None or held_until <= now


def _require_new(kind: str, value: object, taken: Any) -> None:
    if value in set(taken):
        raise Conflict(f"Expected the {kind} {value} to be free, but it is taken.", code="already_exists")

"""Answers questions from the in-memory tables."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from engine.cases.journal import JournalEntry
from engine.cases.model import Case, CaseStatus, Flag
from engine.cases.party import search_form
from engine.kernel.actor import Actor, ActorKind, Role
from engine.kernel.permission import Sight
from engine.memory import case_rows
from engine.memory.accounts import MemoryAccountReads
from engine.memory.captions import MemoryCaptions
from engine.memory.casebook import MemoryCasebook
from engine.memory.deliveries import MemoryDeliveries
from engine.memory.documents import MemoryDocuments
from engine.memory.incidents import MemoryIncidents
from engine.memory.notices import MemoryNotices
from engine.memory.officers import MemoryOfficers
from engine.memory.pages import Order
from engine.memory.requests import MemoryRequests
from engine.memory.staff import MemoryStaff
from engine.memory.tables import Tables
from engine.memory.task_orders import NEVER, TASK_ORDERS
from engine.memory.worklist import MemoryWorklists
from engine.organisation.model import Agency, Branch, User
from engine.outbox.model import Job, JobState
from engine.people.token import Token
from engine.ports_reads import (
    NOTHING_COUNTED,
    CaseFilter,
    CaseView,
    Gauges,
    Page,
    ServiceTaskFilter,
    Slice,
    TaskFilter,
    Totals,
)
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task, TaskState

_BY_MOMENT = (datetime, UUID)
_NO_END = datetime.max.replace(tzinfo=UTC)

_CASES = Order[Case]("cases", _BY_MOMENT, lambda case: (case.opened_at, case.id), newest_first=True)
_SERVICE_TASKS = Order[ServiceTask]("service tasks", _BY_MOMENT, lambda task: (task.created_at, task.id))
_JOURNAL = Order[JournalEntry]("journal", (int,), lambda line: (line.number,))
_JOBS = Order[Job]("jobs", _BY_MOMENT, lambda job: (job.created_at, job.id), newest_first=True)
_PROCEDURES = Order[ProcedureVersion]("procedures", (str,), lambda version: (version.key,))


class MemoryReads:
    """Fills the port `Reads` on tables that nobody changes any more."""

    def __init__(self, tables: Tables, *, schema_version: str) -> None:
        self._tables = tables
        self._schema_version = schema_version

    @property
    def accounts(self) -> MemoryAccountReads:
        """Accounts and sessions."""
        return MemoryAccountReads(self._tables)

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
    def captions(self) -> MemoryCaptions:
        """Captions of lists."""
        return MemoryCaptions(self._tables)

    @property
    def requests(self) -> MemoryRequests:
        """What waits for an agency."""
        return MemoryRequests(self._tables)

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
    def deliveries(self) -> MemoryDeliveries:
        """Deliveries to agencies."""
        return MemoryDeliveries(self._tables)

    def actor(self, token_digest: bytes, now: datetime) -> Actor | None:
        """Whose token that is."""
        token = next((token for token in self._tables.tokens.values() if token.digest == token_digest), None)
        if token is None or not _is_valid(token, now):
            return None
        if token.agency_id is not None:
            agency = self._tables.agencies[token.agency_id]
            return Actor(kind=ActorKind.AGENCY, id=agency.id, name=agency.key, scopes=token.scopes)
        return self._user_behind(token)

    def _user_behind(self, token: Token) -> Actor | None:
        user = self._tables.users[token.user_id] if token.user_id else None
        if user is None or not user.active:
            return None
        branch = self._tables.branches[token.branch_id] if token.branch_id else None
        roles = self._tables.members.get((user.id, branch.id), frozenset()) if branch else frozenset()
        return Actor(
            kind=ActorKind.USER,
            id=user.id,
            name=user.username,
            roles=frozenset(Role(role) for role in roles),
            branch_id=branch.id if branch else None,
            branch_code=branch.code if branch else None,
            scopes=token.scopes,
        )

    # Cases

    def case(self, case_id: UUID) -> CaseView | None:
        """One case."""
        case = self._tables.cases.get(case_id)
        if case is None:
            return None
        parties = (party for party in self._tables.parties.values() if party.case_id == case_id)
        return CaseView(
            case=case,
            tasks=case_rows.waiting_tasks(self._tables, case_id),
            service_tasks=case_rows.waiting_service_tasks(self._tables, case_id),
            parties=tuple(sorted(parties, key=lambda party: party.id)),
        )

    def case_numbered(self, number: str) -> CaseView | None:
        """One case by its number."""
        found = (case.id for case in self._tables.cases.values() if case.number == number)
        case_id = next(found, None)
        return self.case(case_id) if case_id else None

    def cases(self, wanted: CaseFilter, *, sight: Sight, part: Slice) -> Page[Case]:
        """Cases, newest first."""
        fitting = (
            replace(case, snapshot=b"")
            for case in self._tables.cases.values()
            if _sees(sight, case.branch_id)
            and (wanted.number is None or case.number == wanted.number)
            and (wanted.status is None or case.status is wanted.status)
            and (wanted.procedure is None or case.procedure_key == wanted.procedure)
            and (wanted.branch_code is None or case.branch_code == wanted.branch_code)
            and self._has_words(case.id, wanted.words)
        )
        return _CASES.page(fitting, part)

    def _has_words(self, case_id: UUID, wanted: Iterable[str]) -> bool:
        words = self._tables.words.get(case_id, frozenset())
        return all(any(word.startswith(start) for word in words) for start in wanted)

    def task(self, task_id: UUID) -> Task | None:
        """One task."""
        return self._tables.tasks.get(task_id)

    def tasks(self, wanted: TaskFilter, *, sight: Sight, part: Slice) -> Page[Task]:
        """Tasks, in the order that is wanted."""
        branch = self.branch_coded(wanted.branch_code) if wanted.branch_code is not None else None
        fitting = (
            task.without_contents()
            for task in self._tables.tasks.values()
            if _sees(sight, task.branch_id)
            and task.state is wanted.state
            and (wanted.assignee_id is None or task.assignee_id == wanted.assignee_id)
            and not (wanted.unassigned and task.assignee_id is not None)
            and (wanted.branch_code is None or (branch is not None and task.branch_id == branch.id))
            and (wanted.procedure is None or task.procedure_key == wanted.procedure)
            and (wanted.flag is None or task.flag is wanted.flag)
            and (wanted.due_before is None or (task.due_at or NEVER) < wanted.due_before)
            and self._has_words(task.case_id, wanted.words)
        )
        return TASK_ORDERS[wanted.order].page(fitting, part)

    def service_task(self, service_task_id: UUID) -> ServiceTask | None:
        """One service task."""
        return self._tables.service_tasks.get(service_task_id)

    def service_tasks(
        self, wanted: ServiceTaskFilter, *, sight: Sight, agency_id: UUID | None, part: Slice
    ) -> Page[ServiceTask]:
        """Service tasks, oldest first."""
        fitting = (
            task
            for task in self._tables.service_tasks.values()
            if (_sees(sight, task.branch_id) if agency_id is None else task.agency_id == agency_id)
            and (wanted.state is None or task.state is wanted.state)
            and (wanted.agency_key is None or task.agency_key == wanted.agency_key)
        )
        return _SERVICE_TASKS.page(fitting, part)

    def journal(self, case_id: UUID, part: Slice) -> Page[JournalEntry]:
        """The journal of a case."""
        return _JOURNAL.page(self._tables.journals.get(case_id, ()), part)

    def due_cases(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Open cases whose next timer is due."""
        due = [
            (case.next_timer_at, case.id)
            for case in self._tables.cases.values()
            if case.status is CaseStatus.OPEN and case.next_timer_at is not None and case.next_timer_at <= now
        ]
        return [case_id for _, case_id in sorted(due)[:limit]]

    def jobs(self, state: JobState | None, part: Slice) -> Page[Job]:
        """Jobs, newest first."""
        fitting = (job for job in self._tables.jobs.values() if state is None or job.state is state)
        return _JOBS.page(fitting, part)

    # Procedures

    def procedures(
        self, *, words: str | None, status: VersionStatus | None, part: Slice
    ) -> Page[ProcedureVersion]:
        """For each procedure its version on offer, else its newest."""
        shown: dict[str, ProcedureVersion] = {}
        for version in sorted(self._tables.versions.values(), key=_precedence):
            shown[version.key] = version
        fitting = (
            version
            for version in shown.values()
            if (status is None or version.status is status) and _mentions(version, words or "")
        )
        return _PROCEDURES.page(fitting, part)

    def versions(self, key: str) -> Sequence[ProcedureVersion]:
        """All versions of a procedure, newest first."""
        of_key = [version for version in self._tables.versions.values() if version.key == key]
        return sorted(of_key, key=lambda version: -version.number)

    def version_by_id(self, version_id: UUID) -> ProcedureVersion | None:
        """One version."""
        return self._tables.versions.get(version_id)

    def version_files(self, version_id: UUID) -> Mapping[str, bytes]:
        """The files of a version."""
        return self._tables.files.get(version_id, {})

    # People, agencies and offices

    def branches(self) -> Sequence[Branch]:
        """All branches, by code."""
        return sorted(self._tables.branches.values(), key=lambda branch: branch.code)

    def branch_coded(self, code: str) -> Branch | None:
        """One branch by its code."""
        return next((branch for branch in self._tables.branches.values() if branch.code == code), None)

    def user_named(self, username: str) -> User | None:
        """One user by name."""
        return next((user for user in self._tables.users.values() if user.username == username), None)

    def agencies(self) -> Sequence[Agency]:
        """All agencies, by key."""
        return sorted(self._tables.agencies.values(), key=lambda agency: agency.key)

    def agency_keyed(self, key: str) -> Agency | None:
        """One agency by its key."""
        return next((agency for agency in self._tables.agencies.values() if agency.key == key), None)

    def tokens(self, now: datetime) -> Sequence[Token]:
        """All tokens that are neither revoked nor expired, newest first."""
        valid = [token for token in self._tables.tokens.values() if _is_valid(token, now)]
        return sorted(valid, key=lambda token: (token.created_at, token.id), reverse=True)

    # The operator

    def totals(self, *, until: datetime, after: Totals = NOTHING_COUNTED) -> Totals:
        """What began and ended before `until`."""
        cases, tasks = self._tables.cases.values(), self._tables.tasks.values()
        ended = Counter(after.cases_ended)
        ended.update(
            case.status.value for case in cases if case.closed_at and after.until <= case.closed_at < until
        )
        return Totals(
            until=until,
            cases_opened=after.cases_opened + sum(after.until <= case.opened_at < until for case in cases),
            cases_ended=dict(ended),
            tasks_completed=after.tasks_completed
            + sum(
                task.state is TaskState.COMPLETED
                and task.closed_at is not None
                and after.until <= task.closed_at < until
                for task in tasks
            ),
        )

    def gauges(self, now: datetime, *, after: Totals = NOTHING_COUNTED) -> Gauges:
        """The operator's counts."""
        reached = self.totals(until=_NO_END, after=after)
        cases, jobs = self._tables.cases.values(), self._tables.jobs.values()
        running = Counter(case.status for case in cases if not case.status.is_final)
        waiting = [
            job.run_at
            for job in jobs
            if job.state is JobState.READY
            and job.run_at <= now
            and (job.leased_until is None or job.leased_until <= now)
        ]
        return Gauges(
            cases_started=reached.cases_opened,
            cases_by_status={
                status.value: running[status] + reached.cases_ended.get(status.value, 0)
                for status in CaseStatus
            },
            tasks_completed=reached.tasks_completed,
            open_tasks=sum(task.state is TaskState.OPEN for task in self._tables.tasks.values()),
            jobs_ready=sum(job.state is JobState.READY for job in jobs),
            job_lag_seconds=(now - min(waiting)).total_seconds() if waiting else 0.0,
            dead_letters=sum(job.state is JobState.DEAD for job in jobs),
            stuck_cases=sum(Flag.STUCK in case.flags for case in cases),
            last_worker_beat=max(self._tables.beats.values(), default=None),
        )

    def schema_version(self) -> str | None:
        """The newest migration."""
        return self._schema_version


def _sees(sight: Sight, branch_id: UUID) -> bool:
    return sight.everywhere or (sight.branch_id is not None and sight.branch_id == branch_id)


def _is_valid(token: Token, now: datetime) -> bool:
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > now)


def _precedence(version: ProcedureVersion) -> tuple[bool, int]:
    return version.status is VersionStatus.PUBLISHED, version.number


def _mentions(version: ProcedureVersion, words: str) -> bool:
    text = version.search_text
    return all(word in text for word in search_form(words).split())

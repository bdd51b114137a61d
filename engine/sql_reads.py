"""Questions to a database: which subject answers which promise of the port."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.engine import Connection

from engine import sql_lists as lists
from engine.cases import view_store as cases
from engine.cases.casebook_store import SqlCasebook
from engine.cases.journal import JournalEntry
from engine.cases.model import Case
from engine.documents.store import SqlDocuments
from engine.incidents.store import SqlIncidents
from engine.kernel.actor import Actor
from engine.kernel.permission import Sight
from engine.notices.store import SqlNotices
from engine.operations import gauges
from engine.operations.deliveries_store import SqlDeliveries
from engine.organisation.model import Agency, Branch, User
from engine.outbox.model import Job, JobState
from engine.people import store as people
from engine.people import token_store as tokens
from engine.people.account_store import SqlAccountReads
from engine.people.officer_store import SqlOfficers
from engine.people.pause_store import SqlStaff
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
from engine.procedures import store as procedures
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.service_tasks import store as service_tasks
from engine.service_tasks.model import ServiceTask
from engine.service_tasks.request_store import SqlRequests
from engine.storage.migrate import version_of
from engine.tasks.label_store import SqlCaptions
from engine.tasks.model import Task
from engine.tasks.worklist_store import SqlWorklists


class SqlReads:
    """Fills the port `Reads` on one connection, in one transaction that sees one moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def accounts(self) -> SqlAccountReads:
        """Accounts and sessions."""
        return SqlAccountReads(self._connection)

    @property
    def captions(self) -> SqlCaptions:
        """Captions of lists."""
        return SqlCaptions(self._connection)

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
    def requests(self) -> SqlRequests:
        """What waits for an agency."""
        return SqlRequests(self._connection)

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
    def deliveries(self) -> SqlDeliveries:
        """Deliveries to agencies."""
        return SqlDeliveries(self._connection)

    def actor(self, token_digest: bytes, now: datetime) -> Actor | None:
        """Whose token that is."""
        return tokens.actor(self._connection, token_digest, now)

    # Cases

    def case(self, case_id: UUID) -> CaseView | None:
        """One case."""
        return cases.case(self._connection, case_id)

    def case_numbered(self, number: str) -> CaseView | None:
        """One case by its number."""
        return cases.case_numbered(self._connection, number)

    def cases(self, wanted: CaseFilter, *, sight: Sight, part: Slice) -> Page[Case]:
        """Cases, newest first."""
        return lists.list_cases(self._connection, wanted, sight=sight, part=part)

    def task(self, task_id: UUID) -> Task | None:
        """One task."""
        return service_tasks.task(self._connection, task_id)

    def tasks(self, wanted: TaskFilter, *, sight: Sight, part: Slice) -> Page[Task]:
        """Tasks, by due date."""
        return lists.list_tasks(self._connection, wanted, sight=sight, part=part)

    def service_task(self, service_task_id: UUID) -> ServiceTask | None:
        """One service task."""
        return service_tasks.service_task(self._connection, service_task_id)

    def service_tasks(
        self, wanted: ServiceTaskFilter, *, sight: Sight, agency_id: UUID | None, part: Slice
    ) -> Page[ServiceTask]:
        """Service tasks, oldest first."""
        return lists.list_service_tasks(self._connection, wanted, sight=sight, agency_id=agency_id, part=part)

    def journal(self, case_id: UUID, part: Slice) -> Page[JournalEntry]:
        """The journal of a case."""
        return lists.list_journal(self._connection, case_id, part)

    def due_cases(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Open cases whose next timer is due."""
        return lists.due_cases(self._connection, now, limit)

    def jobs(self, state: JobState | None, part: Slice) -> Page[Job]:
        """Jobs, newest first."""
        return lists.list_jobs(self._connection, state, part)

    # Procedures

    def procedures(
        self, *, words: str | None, status: VersionStatus | None, part: Slice
    ) -> Page[ProcedureVersion]:
        """For each procedure its version on offer, else its newest."""
        return procedures.procedures(self._connection, words=words, status=status, part=part)

    def versions(self, key: str) -> Sequence[ProcedureVersion]:
        """All versions of a procedure, newest first."""
        return procedures.all_versions(self._connection, key)

    def version_by_id(self, version_id: UUID) -> ProcedureVersion | None:
        """One version."""
        return procedures.version_by_id(self._connection, version_id)

    def version_files(self, version_id: UUID) -> Mapping[str, bytes]:
        """The files of a version."""
        return procedures.version_files(self._connection, version_id)

    # People, agencies and offices

    def branches(self) -> Sequence[Branch]:
        """All branches, by code."""
        return people.all_branches(self._connection)

    def branch_coded(self, code: str) -> Branch | None:
        """One branch by its code."""
        return people.branch_coded(self._connection, code)

    def user_named(self, username: str) -> User | None:
        """One user by name."""
        return people.user_named(self._connection, username)

    def agencies(self) -> Sequence[Agency]:
        """All agencies, by key."""
        return people.all_agencies(self._connection)

    def agency_keyed(self, key: str) -> Agency | None:
        """One agency by its key."""
        return people.agency_keyed(self._connection, key)

    def tokens(self, now: datetime) -> Sequence[Token]:
        """All tokens that are neither revoked nor expired, newest first."""
        return tokens.valid_tokens(self._connection, now)

    # The operator

    def totals(self, *, until: datetime, after: Totals = NOTHING_COUNTED) -> Totals:
        """What began and ended before `until`."""
        return gauges.totals(self._connection, until=until, after=after)

    def gauges(self, now: datetime, *, after: Totals = NOTHING_COUNTED) -> Gauges:
        """The operator's counts."""
        return gauges.gauges(self._connection, now, after=after)

    def schema_version(self) -> str | None:
        """The migration that the database stands at."""
        return version_of(self._connection)

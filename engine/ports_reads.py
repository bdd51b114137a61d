"""What the engine needs from storage to show things: lists and objects, without locks."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from engine.cases.journal import JournalEntry
from engine.cases.model import Case, CaseStatus, Flag
from engine.cases.party import Party
from engine.cases.ports_casebook import CasebookReads
from engine.documents.ports_documents import DocumentReads
from engine.incidents.model import Incident
from engine.incidents.ports_incidents import IncidentReads
from engine.kernel.actor import Actor
from engine.kernel.permission import Sight
from engine.notices.ports_notices import NoticeReads
from engine.operations.ports_deliveries import DeliveryReads
from engine.organisation.model import Agency, Branch, User
from engine.outbox.model import Job, JobState
from engine.people.ports_accounts import AccountReads
from engine.people.ports_officers import OfficerReads
from engine.people.ports_staff import StaffReads
from engine.people.token import Token
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.service_tasks.ports_requests import RequestReads
from engine.tasks.model import Task, TaskState
from engine.tasks.ports_captions import CaptionReads
from engine.tasks.ports_worklist import WorklistReads
from engine.tasks.worklist_model import TaskOrder

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """A part of a list and the cursor to the next part, None on the last."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Which part of a list is wanted: at most `limit` (1–100) items after `cursor`.

    A cursor that is not one of ours is `Invalid`.
    """

    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """Which cases; None asks for no restriction. `words` are in search form.

    Each must begin a word of the case.
    """

    number: str | None = None
    words: tuple[str, ...] = ()
    status: CaseStatus | None = None
    procedure: str | None = None
    branch_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """Which tasks; None asks for no restriction. `unassigned` asks for those that nobody has.

    `words` are as in `CaseFilter`.
    """

    state: TaskState = TaskState.OPEN
    assignee_id: UUID | None = None
    unassigned: bool = False
    branch_code: str | None = None
    procedure: str | None = None
    due_before: datetime | None = None
    flag: Flag | None = None
    words: tuple[str, ...] = ()
    order: TaskOrder = TaskOrder.DUE


@dataclass(frozen=True, kw_only=True)
class ServiceTaskFilter:
    """Which service tasks; None asks for no restriction."""

    state: ServiceTaskState | None = ServiceTaskState.OPEN
    agency_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """One case with what is open in it and who is in it. `case.snapshot` is there, for the diagram.

    `incidents` are for whoever asks about the case, and not read with it.
    """

    case: Case
    tasks: tuple[Task, ...]
    service_tasks: tuple[ServiceTask, ...]
    parties: tuple[Party, ...]
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What began and ended before `until`; `cases_ended` are by status."""

    until: datetime
    cases_opened: int
    cases_ended: Mapping[str, int]
    tasks_completed: int


NOTHING_COUNTED = Totals(
    until=datetime.min.replace(tzinfo=UTC), cases_opened=0, cases_ended={}, tasks_completed=0
)
"""Before everything."""


@dataclass(frozen=True, kw_only=True)
class Gauges:
    """Counts for the operator; `cases_by_status` has every status.

    `job_lag_seconds` is the age of the oldest job that is due and not begun.
    """

    cases_started: int
    cases_by_status: Mapping[str, int]
    tasks_completed: int
    open_tasks: int
    jobs_ready: int
    job_lag_seconds: float
    dead_letters: int
    stuck_cases: int
    last_worker_beat: datetime | None


class Reads(Protocol):
    """Questions to storage. What an actor may see is given as a `Sight`.

    An object outside it is not in a list.
    """

    @property
    def accounts(self) -> AccountReads:
        """Accounts and sessions."""

    @property
    def worklist(self) -> WorklistReads:
        """Worklists."""

    @property
    def staff(self) -> StaffReads:
        """The people of a branch."""

    @property
    def casebook(self) -> CasebookReads:
        """What stands beside the journal of a case."""

    @property
    def officers(self) -> OfficerReads:
        """Who works for an agency."""

    @property
    def requests(self) -> RequestReads:
        """What waits for an agency."""

    @property
    def captions(self) -> CaptionReads:
        """Captions of lists."""

    @property
    def documents(self) -> DocumentReads:
        """Documents."""

    @property
    def notices(self) -> NoticeReads:
        """Messages to citizens."""

    @property
    def incidents(self) -> IncidentReads:
        """Incidents."""

    @property
    def deliveries(self) -> DeliveryReads:
        """Deliveries to agencies."""

    def actor(self, token_digest: bytes, now: datetime) -> Actor | None:
        """Whose token that is, with branch, roles and scopes.

        None if unknown, revoked, expired, or its owner is inactive.
        """

    def case(self, case_id: UUID) -> CaseView | None:
        """One case."""

    def case_numbered(self, number: str) -> CaseView | None:
        """One case by its number."""

    def cases(self, wanted: CaseFilter, *, sight: Sight, part: Slice) -> Page[Case]:
        """Cases, newest first, with empty snapshots."""

    def task(self, task_id: UUID) -> Task | None:
        """One task."""

    def tasks(self, wanted: TaskFilter, *, sight: Sight, part: Slice) -> Page[Task]:
        """Tasks in the order that is wanted. Prefill and draft are empty."""

    def service_task(self, service_task_id: UUID) -> ServiceTask | None:
        """One service task."""

    def service_tasks(
        self, wanted: ServiceTaskFilter, *, sight: Sight, agency_id: UUID | None, part: Slice
    ) -> Page[ServiceTask]:
        """Service tasks, oldest first: those of the agency if `agency_id` is given, else those in sight."""

    def journal(self, case_id: UUID, part: Slice) -> Page[JournalEntry]:
        """The journal of a case, first line first."""

    def procedures(
        self, *, words: str | None, status: VersionStatus | None, part: Slice
    ) -> Page[ProcedureVersion]:
        """For each procedure its version on offer, else its newest; by key.

        Each of `words`, in whatever form, is looked for in key, titles and codes. `status` keeps the
        procedures whose version so chosen has it.
        """

    def versions(self, key: str) -> Sequence[ProcedureVersion]:
        """All versions of a procedure, newest first; empty if there is none of that key."""

    def version_by_id(self, version_id: UUID) -> ProcedureVersion | None:
        """One version."""

    def version_files(self, version_id: UUID) -> Mapping[str, bytes]:
        """The files of a version."""

    def due_cases(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Open cases whose next timer is due, most overdue first."""

    def jobs(self, state: JobState | None, part: Slice) -> Page[Job]:
        """Jobs, newest first."""

    def branches(self) -> Sequence[Branch]:
        """All branches, by code."""

    def branch_coded(self, code: str) -> Branch | None:
        """One branch by its code."""

    def user_named(self, username: str) -> User | None:
        """One user by name."""

    def agencies(self) -> Sequence[Agency]:
        """All agencies, by key."""

    def agency_keyed(self, key: str) -> Agency | None:
        """One agency by its key."""

    def tokens(self, now: datetime) -> Sequence[Token]:
        """All tokens that are neither revoked nor, at `now`, expired, newest first."""

    def totals(self, *, until: datetime, after: Totals = NOTHING_COUNTED) -> Totals:
        """The totals before `until`; what is in `after` is taken from there and not counted again."""

    def gauges(self, now: datetime, *, after: Totals = NOTHING_COUNTED) -> Gauges:
        """The operator's counts; they count the faster the more is in `after`."""

    def schema_version(self) -> str | None:
        """The migration that the database stands at; None if it was never migrated. In memory, the newest."""


class ReadStore(Protocol):
    """Where everything is looked up."""

    def reading(self) -> AbstractContextManager[Reads]:
        """A consistent look at what is committed."""

    def glancing(self) -> AbstractContextManager[Reads]:
        """A look for a single question, as cheap as can be: a second one may see what was committed since."""

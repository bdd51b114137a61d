"""The worklist as people see it: how it is sorted, how much is in it, and the filters that somebody keeps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from engine.cases.model import Case
from engine.kernel.refusal import Conflict, Invalid
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.people.model import Pause
from engine.tasks.model import TaskState

COUNTED_TO = 1000
"""Nothing is counted further: this number means so many or more, and a count costs no more than that."""

LOOKED_THROUGH = 2_000
"""So many open tasks, those due first, are looked through for the procedures that there is work of."""

MOST_FILTERS = 20
"""How many filters one person may keep."""

_LONGEST_NAME = 60
_LONGEST_QUERY = 1000


class TaskOrder(StrEnum):
    """How a worklist is sorted; ties are broken by age."""

    DUE = "due"
    """Those due first before those due later, those without a due date last."""
    PRIORITY = "priority"
    """The highest priority first, and of equal ones those due first."""
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, kw_only=True)
class WorklistCounts:
    """How many tasks are in each part of a worklist, at most `COUNTED_TO` in each.

    `awaiting_agency` counts open service tasks, `decided` cases that were decided and are under way still,
    all others count open tasks.
    """

    mine: int
    branch: int
    unassigned: int
    overdue: int
    awaiting_agency: int
    ready_for_pickup: int
    decided: int


@dataclass(frozen=True, kw_only=True)
class DecidedCase:
    """A case that was decided and is under way still, with the user name of who holds it."""

    case: Case
    holder_name: str | None

    @property
    def id(self) -> UUID:
        return self.case.id

    @property
    def case_id(self) -> UUID:
        return self.case.id


@dataclass(frozen=True, kw_only=True)
class ProcedureInWork:
    """A procedure of which there are open tasks, by its key and the titles of its newest version.

    `versions` are the numbers of those on which cases are under way, anywhere.
    """

    key: str
    title: str
    title_en: str
    versions: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SavedFilter:
    """A view of the worklist that a person keeps under a name.

    `query` is the worklist's own query string (`assignee=me&order=priority`), which nobody but the page that
    wrote it reads.
    """

    id: UUID
    user_id: UUID
    name: str
    query: str
    saved_at: datetime


def accepted_filter_name(name: str) -> str:
    """The name without surrounding space; `Invalid` if there is none or it is too long."""
    text = name.strip()
    if not 1 <= len(text) <= _LONGEST_NAME:
        raise Invalid.field("name", f"expected from 1 to {_LONGEST_NAME} characters, found {len(text)}")
    return text


def accepted_query(query: str) -> str:
    """The query string without a leading question mark; `Invalid` if it is too long."""
    text = query.strip().removeprefix("?")
    if len(text) > _LONGEST_QUERY:
        raise Invalid.field("query", f"expected at most {_LONGEST_QUERY} characters, found {len(text)}")
    return text


def require_room_for_filter(kept: int) -> None:
    """Refuse one filter more than a person may keep."""
    if kept >= MOST_FILTERS:
        raise Conflict(
            f"Expected fewer than {MOST_FILTERS} saved filters, found {kept}.", code="too_many_filters"
        )


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """Which tasks; None asks for no restriction. `unassigned` asks for those that nobody has.

    `version` and `words` are as in `CaseFilter`.
    """

    state: TaskState = TaskState.OPEN
    assignee_id: UUID | None = None
    unassigned: bool = False
    branch_code: str | None = None
    procedure: str | None = None
    version: int | None = None
    due_before: datetime | None = None
    flag: Flag | None = None
    words: tuple[str, ...] = ()
    order: TaskOrder = TaskOrder.DUE


@dataclass(frozen=True, kw_only=True)
class CaseLabel:
    """What a person needs to know of a case in a list.

    `applicant` is the full name; None where there is none, or where the asker may not know it. `expected_at`
    is that of the case, and so are the other moments.
    """

    branch_id: UUID
    version_id: UUID
    version_number: int
    number: str
    applicant: str | None
    title: str
    title_en: str
    status: CaseStatus
    flags: frozenset[Flag]
    expected_at: datetime | None
    answer_due_at: datetime | None = None
    act_due_at: datetime | None = None
    term_changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ClerkLoad:
    """What a person of a branch has in hand; `completed_today` is since the last local midnight.

    `open` and `overdue` count tasks of that branch only. `pause` is the one that holds now.
    """

    user_id: UUID
    username: str
    display_name: str
    roles: frozenset[str]
    open: int
    overdue: int
    completed_today: int
    pause: Pause | None = None

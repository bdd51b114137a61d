"""The rows of a worklist: whose case, what is to be done, by when, and who has it."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from api.pages.cases.facts import case_address
from api.pages.frame import dates, words
from api.pages.frame.language import gettext as _
from api.pages.frame.language import in_each_language, localized, localized_pair
from engine.cases.model import Case
from engine.cases.surroundings import calendar_of
from engine.kernel.actor import Actor
from engine.kernel.permission import may_take
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.service_tasks.model import ServiceTask
from engine.tasks.labels import Labelled
from engine.tasks.model import Task
from engine.tasks.worklist_model import CaseLabel, DecidedCase


class Row(NamedTuple):
    """A row; `task_id` is None for requests to agencies, `address` is where the reader goes on.

    `choose` is what the box is called that chooses a task.
    """

    id: UUID
    case_id: UUID
    task_id: UUID | None
    number: str
    who: str | None
    case_address: str
    what: str
    procedure: str
    version: str | None
    due: dates.Due | None
    marks: tuple[words.Mark, ...]
    holder: str
    address: str
    choose: str = ""
    is_mine: bool = False
    is_free: bool = False


class CaseRow(NamedTuple):
    """A case that was found by a search."""

    address: str
    who: str
    number: str
    procedure: str
    version: str
    marks: list[words.Mark]
    opened: str


def case_row(case: Case, label: CaseLabel) -> CaseRow:
    return CaseRow(
        address=case_address(case.id),
        who=label.applicant or case.number,
        number=case.number,
        procedure=localized_pair(label.title, label.title_en),
        version=words.version_words(case.version_number),
        marks=words.marks_of(case),
        opened=dates.plain_day(dates.local(case.opened_at).date()),
    )


def rows_of_tasks(shown: Labelled[Task], reader: Actor) -> list[Row]:
    """Tasks as rows; `is_free` are those that the reader may take."""
    due = dates.DueWords(calendar_of(shown.branch))
    rows = []
    choose = _("Choose %(number)s, %(task)s")
    for task in shown.page.items:
        label, what = shown.cases.get(task.case_id), localized(task.name)
        is_mine = task.assignee_id is not None and task.assignee_id == reader.id
        rows.append(
            Row(
                id=task.id,
                case_id=task.case_id,
                task_id=task.id,
                number=task.case_number,
                who=label.applicant if label else None,
                case_address=case_address(task.case_id),
                what=what,
                procedure=_title(label, task.procedure_key),
                version=words.version_words(label.version_number) if label else None,
                due=due.of(task.due_at or (label.expected_at if label else None)),
                marks=_marks(label, task.flag),
                holder=_holder(task, shown, is_mine=is_mine),
                address=f"/desk/tasks/{task.id}",
                choose=choose % {"number": task.case_number, "task": what},
                is_mine=is_mine,
                is_free=task.assignee_id is None and _is_open(label) and _takes(reader, task),
            )
        )
    return rows


def _takes(reader: Actor, task: Task) -> bool:
    """Whether the reader may take the task."""
    return reader.branch_id == task.branch_id and may_take(name=reader.name, roles=reader.roles, task=task)


def rows_of_service_tasks(shown: Labelled[ServiceTask]) -> list[Row]:
    """Requests to agencies as rows, with the day since which they wait."""
    rows = []
    for task in shown.page.items:
        label = shown.cases.get(task.case_id)
        agency = localized(shown.agencies.get(task.agency_key, task.agency_key)) if task.agency_key else None
        rows.append(
            Row(
                id=task.id,
                case_id=task.case_id,
                task_id=None,
                number=task.case_number,
                who=label.applicant if label else None,
                case_address=case_address(task.case_id),
                what=localized(task.name),
                procedure=_title(label, task.procedure_key),
                version=words.version_words(label.version_number) if label else None,
                due=dates.since(task.created_at),
                marks=_marks(label, None),
                holder=agency or _("No agency takes it yet"),
                address=case_address(task.case_id),
            )
        )
    return rows


def rows_of_decided(shown: Labelled[DecidedCase], reader: Actor) -> list[Row]:
    """Cases that were decided as rows, with what each still waits for, and by when."""
    calendar = calendar_of(shown.branch)
    rows = []
    for one in shown.page.items:
        case, label = one.case, shown.cases.get(one.case_id)
        is_mine = case.holder_id is not None and case.holder_id == reader.id
        holder = shown.people.get(one.holder_name, one.holder_name) if one.holder_name else _("Nobody")
        rows.append(
            Row(
                id=case.id,
                case_id=case.id,
                task_id=None,
                number=case.number,
                who=label.applicant if label else None,
                case_address=case_address(case.id),
                what=_waits_words(case),
                procedure=_title(label, case.procedure_key),
                version=words.version_words(case.version_number),
                due=dates.due(case.work_due_at or case.appealable_until, calendar),
                marks=_marks(label, None),
                holder=_("You") if is_mine else holder,
                address=case_address(case.id),
            )
        )
    return rows


def _waits_words(case: Case) -> str:
    """What a case that was decided still waits for."""
    if Flag.APPEALED in case.flags:
        return _("The appeal is to be answered")
    if case.act_due_at is not None:
        return _("The act after silence is to be issued")
    if case.appealable_until is not None:
        return _("The term to appeal runs")
    return _("The case is to be completed")


def _is_open(label: CaseLabel | None) -> bool:
    return label is not None and label.status is CaseStatus.OPEN


def _title(label: CaseLabel | None, key: str) -> str:
    return localized_pair(label.title, label.title_en) if label else key


def _marks(label: CaseLabel | None, flag: Flag | None) -> tuple[words.Mark, ...]:
    """Flags that the row does not show otherwise, and the status unless the case is open."""
    if label is None:
        return ()
    return (*_flag_marks(label.status, label.flags, flag), *words.term_marks(label))


@in_each_language
def _flag_marks(status: CaseStatus, flags: frozenset[Flag], flag: Flag | None) -> Sequence[words.Mark]:
    shown = (flags & {Flag.STUCK, Flag.OVERDUE, Flag.APPEALED}) | ({flag} if flag else set())
    return words.marks(status, shown, open_goes_without_saying=True)


def _holder(task: Task, shown: Labelled[Task], *, is_mine: bool) -> str:
    if is_mine:
        return _("You")
    if task.assignee_name is None:
        return _("Nobody")
    return shown.people.get(task.assignee_name, task.assignee_name)

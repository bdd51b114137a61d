"""The pages of a task, the worklist and the branch: everything that each shows, as it was at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from engine.cases.figures import BranchFigures, ShowFigures
from engine.cases.model import Case
from engine.cases.queries import FindCases
from engine.content.model import Content
from engine.content.reading import ListBeside, ListToRead
from engine.context import Query, QueryContext
from engine.documents.model import Document
from engine.documents.queries import ListDocuments
from engine.incidents.model import Incident
from engine.incidents.queries import ListIncidents
from engine.kernel.actor import Role
from engine.kernel.disclosure import Disclosure, disclosed_by, listed
from engine.kernel.pages import Page, Slice
from engine.organisation.model import Branch
from engine.organisation.registers import ShowBranch
from engine.people.model import Colleague, Pause
from engine.people.queries import ListColleagues, ListLockedOut, NamePeople
from engine.service_tasks.model import ServiceTask
from engine.service_tasks.switching import ListPausedAgencies, PausedAgency
from engine.tasks.labels import LabelCases, Labelled, LabelTasks
from engine.tasks.model import Task
from engine.tasks.queries import ListTasks, ShowTask, TaskSheet, task_shown
from engine.tasks.worklist_model import (
    CaseLabel,
    ClerkLoad,
    DecidedCase,
    ProcedureInWork,
    SavedFilter,
    WorklistCounts,
)
from engine.tasks.worklist_queries import CountWorklist, FeelPulse, ListFilters, ListProceduresInWork
from engine.tasks.workload import ShowLoad, ShowOwnPause

T = TypeVar("T", Task, ServiceTask, DecidedCase)


@dataclass(frozen=True, kw_only=True)
class TaskPage:
    """A task with its form, its case and the documents of the case, oldest first.

    `branch` is the asker's own. `holder` is the name of who has the task. `people` are the names of those who
    added documents, by user name. `beside` are scripts and help texts.
    """

    sheet: TaskSheet
    label: CaseLabel
    branch: Branch | None
    holder: str | None
    documents: Sequence[Document]
    people: Mapping[str, str]
    beside: Sequence[Content]


@dataclass(frozen=True, kw_only=True)
class ShowTaskPage:
    """One task, as the people who work on it want to see it."""

    task_id: UUID

    def answer(self, context: QueryContext) -> TaskPage:
        """The task; `NotFound` if the actor does not see it."""
        sheet = ShowTask(task_id=self.task_id).answer(context)
        case_id, assignee = sheet.task.case_id, sheet.task.assignee_name
        documents = ListDocuments(case_id=case_id).answer(context)
        usernames = {*(document.added_by for document in documents), *([assignee] if assignee else [])}
        people = NamePeople(usernames=tuple(usernames)).answer(context)
        return TaskPage(
            sheet=sheet,
            label=LabelCases(case_ids=(case_id,)).answer(context)[case_id],
            branch=ShowBranch().answer(context),
            holder=people.get(assignee, assignee) if assignee else None,
            documents=documents,
            people=people,
            beside=ListBeside(place="task", procedure=sheet.task.procedure_key).answer(context),
        )

    def disclosed(self, answer: TaskPage) -> Iterable[Disclosure]:
        return (task_shown(answer.sheet.task),)


@dataclass(frozen=True, kw_only=True)
class WorklistPage(Generic[T]):
    """A part of the worklist with what stands around it.

    `cases` were found beside the rows, and are labelled in `labels`. `procedures` are those with open work.
    `pause` is the asker's own, `colleagues` are those to whom they may give work. `pulse` changes with every
    change in the branch. `to_read` is what the asker must read and has not.
    """

    listed: Labelled[T]
    counts: WorklistCounts
    cases: Sequence[Case]
    labels: Mapping[UUID, CaseLabel]
    filters: Sequence[SavedFilter]
    procedures: Sequence[ProcedureInWork]
    pause: Pause | None
    colleagues: Sequence[Colleague]
    pulse: str
    to_read: Sequence[Content]


@dataclass(frozen=True, kw_only=True)
class ShowWorklist(Generic[T]):
    """The worklist: the rows that `listed` asks for, and the cases that `found` asks for beside them."""

    listed: Query[Labelled[T]]
    found: FindCases | None = None

    def answer(self, context: QueryContext) -> WorklistPage[T]:
        """The worklist of the actor's branch."""
        listed = self.listed.answer(context)
        in_rows = {row.case_id for row in listed.page.items}
        found = self.found.answer(context).items if self.found else ()
        cases = tuple(case for case in found if case.id not in in_rows)
        return WorklistPage(
            listed=listed,
            counts=CountWorklist().answer(context),
            cases=cases,
            labels=LabelCases(case_ids=tuple(case.id for case in cases)).answer(context),
            filters=ListFilters().answer(context),
            procedures=ListProceduresInWork().answer(context),
            pause=ShowOwnPause().answer(context),
            colleagues=ListColleagues().answer(context) if context.actor.has(Role.MANAGER) else (),
            pulse=FeelPulse().answer(context),
            to_read=ListToRead().answer(context),
        )

    def disclosed(self, answer: WorklistPage[T]) -> Iterable[Disclosure]:
        beside: Iterable[Disclosure] = disclosed_by(self.found, Page(items=tuple(answer.cases), next=None))
        return (*disclosed_by(self.listed, answer.listed), *beside)


@dataclass(frozen=True, kw_only=True)
class BranchPage:
    """How the work of a branch stands: who has how much, what is late, what is held up.

    `overdue` counts all late tasks, `late` and `incidents` are the first of them. `locked_out` are the
    moments from which colleagues may sign in again, by user name. `paused` are agencies that get nothing now
    and for which the branch waits. `figures` say how this year's cases stand with the law.
    """

    load: Sequence[ClerkLoad]
    locked_out: Mapping[str, datetime]
    overdue: int
    late: Labelled[Task]
    incidents: Sequence[Incident]
    paused: Sequence[PausedAgency]
    figures: BranchFigures


@dataclass(frozen=True, kw_only=True)
class ShowBranchPage:
    """The work of the actor's branch, for its manager; at most `limit` late tasks and incidents."""

    limit: int

    def answer(self, context: QueryContext) -> BranchPage:
        load = ShowLoad().answer(context)
        late = ListTasks(overdue=True, part=Slice(limit=self.limit))
        return BranchPage(
            load=load,
            locked_out=ListLockedOut(usernames=[clerk.username for clerk in load]).answer(context),
            overdue=CountWorklist().answer(context).overdue,
            late=LabelTasks(tasks=late).answer(context),
            incidents=ListIncidents(part=Slice(limit=self.limit)).answer(context).items,
            paused=ListPausedAgencies().answer(context),
            figures=ShowFigures().answer(context),
        )

    def disclosed(self, answer: BranchPage) -> Iterable[Disclosure]:
        return listed([*answer.late.page.items, *answer.incidents])

"""Questions about tasks and service tasks: worklists, a task with its form, what waits for an agency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.access.exceptions import require_reads_case
from engine.cases import changeset_store
from engine.cases.model import Case
from engine.cases.party import Party, search_words
from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, Purpose, Shown, found, listed
from engine.kernel.pages import Page, Slice
from engine.kernel.permission import (
    agency_of,
    reads_contents,
    require_answers,
    require_sees_task,
    sight_of,
)
from engine.kernel.refusal import Invalid, NotFound
from engine.kernel.vocabulary import Flag
from engine.people import store as people_store
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTask, ServiceTaskFilter, ServiceTaskState
from engine.tasks import store as tasks_store
from engine.tasks.model import Task, TaskState
from engine.tasks.worklist_model import TaskFilter, TaskOrder


@dataclass(frozen=True, kw_only=True)
class ListTasks:
    """The worklist: tasks in sight.

    `assignee` is a colleague's user name. `overdue` keeps what was due by now.
    """

    state: TaskState = TaskState.OPEN
    mine: bool = False
    unassigned: bool = False
    branch_code: str | None = None
    procedure: str | None = None
    version: int | None = None
    due_before: datetime | None = None
    text: str | None = None
    assignee: str | None = None
    overdue: bool = False
    flag: Flag | None = None
    order: TaskOrder = TaskOrder.DUE
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[Task]:
        """The tasks, without prefill and drafts."""
        sight = sight_of(context.actor)
        if sight.nothing:
            return Page(items=(), next=None)
        wanted = TaskFilter(
            state=self.state,
            assignee_id=self._assignee_id(context),
            unassigned=self.unassigned,
            branch_code=self.branch_code,
            procedure=self.procedure,
            version=self.version,
            due_before=self._due_before(context),
            flag=self.flag,
            words=search_words(self.text or ""),
            order=self.order,
        )
        return tasks_store.list_tasks(context.connection, wanted, sight=sight, part=self.part)

    def disclosed(self, answer: Page[Task]) -> Iterable[Disclosure]:
        return found(task.case_id for task in answer.items) if self.text else listed(answer.items)

    def _assignee_id(self, context: QueryContext) -> UUID | None:
        if self.mine:
            return context.actor.id
        if self.assignee is None:
            return None
        user = people_store.user_named(context.connection, self.assignee)
        if user is None:
            raise Invalid.field("assignee", f"there is nobody named {self.assignee}")
        return user.id

    def _due_before(self, context: QueryContext) -> datetime | None:
        if not self.overdue:
            return self.due_before
        return min(self.due_before or context.now, context.now)


@dataclass(frozen=True, kw_only=True)
class TaskSheet:
    """A task with the form to fill in for it, and the case that it is a part of.

    `schema` is None where the task has no form. `case` has no snapshot. `titles` are those of the roles that
    the procedure declares for parties.
    """

    task: Task
    schema: Mapping[str, Any] | None
    case: Case
    parties: tuple[Party, ...]
    titles: Mapping[str, Bilingual] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ShowTask:
    """One task, to be worked on."""

    task_id: UUID

    def answer(self, context: QueryContext) -> TaskSheet:
        """The task, called in both languages, with its form schema.

        With prefill and draft for those who may read what is typed into it, and without them for others.
        """
        task = tasks_store.task(context.connection, self.task_id)
        if task is None:
            raise NotFound.of("task", self.task_id)
        require_sees_task(context.actor, task)
        view = changeset_store.case(context.connection, task.case_id)
        if view is None:
            raise NotFound.of("case", task.case_id)
        require_reads_case(view.case, context)
        procedure = context.procedure(view.case.version_id)
        schema = None if task.form_id is None else procedure.forms[task.form_id].schema
        shown = task if reads_contents(context.actor, task) else task.without_contents()
        return TaskSheet(
            task=replace(shown, name=procedure.called(task.name)),
            schema=schema,
            case=replace(view.case, snapshot=b""),
            parties=view.parties,
            titles={rule.role: rule.title for rule in procedure.parties},
        )

    def disclosed(self, answer: TaskSheet) -> Iterable[Disclosure]:
        return (task_shown(answer.task),)


@dataclass(frozen=True, kw_only=True)
class ListServiceTasks:
    """What waits for agencies: an agency sees its own, a branch those of its cases."""

    state: ServiceTaskState | None = ServiceTaskState.OPEN
    agency_key: str | None = None
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[ServiceTask]:
        """The service tasks, oldest first."""
        actor = context.actor
        agency_id, sight = agency_of(actor), sight_of(actor)
        if agency_id is None and sight.nothing:
            return Page(items=(), next=None)
        wanted = ServiceTaskFilter(state=self.state, agency_key=self.agency_key)
        return service_tasks_store.list_service_tasks(
            context.connection, wanted, sight=sight, agency_id=agency_id, part=self.part
        )

    def disclosed(self, answer: Page[ServiceTask]) -> Iterable[Disclosure]:
        return listed(answer.items)


@dataclass(frozen=True, kw_only=True)
class ShowServiceTask:
    """One service task, for whoever may answer it."""

    service_task_id: UUID

    def answer(self, context: QueryContext) -> ServiceTask:
        """The service task."""
        task = service_tasks_store.service_task(context.connection, self.service_task_id)
        if task is None:
            raise NotFound.of("service task", self.service_task_id)
        require_answers(context.actor, task)
        return task

    def disclosed(self, answer: ServiceTask) -> Iterable[Disclosure]:
        return (request_shown(answer),)


def task_shown(task: Task) -> Disclosure:
    """That a task is shown with what is filled in for it."""
    holders = frozenset([task.assignee_id] if task.assignee_id else [])
    return Disclosure(shown=Shown.TASK, case_id=task.case_id, object_id=task.id, holders=holders)


def request_shown(task: ServiceTask) -> Disclosure:
    """That a service task is shown with what the diagram hands over to the agency."""
    return Disclosure(shown=Shown.REQUEST, case_id=task.case_id, object_id=task.id, purpose=Purpose.REQUEST)

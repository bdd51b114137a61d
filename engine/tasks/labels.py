"""Lists with captions: tasks and service tasks, with whose they are and what everything is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar
from uuid import UUID

from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.pages import Page
from engine.kernel.permission import sees_branch
from engine.organisation.model import Branch
from engine.organisation.registers import NameAgencies, ShowBranch
from engine.people import store as people_store
from engine.service_tasks.model import ServiceTask
from engine.tasks import store as tasks_store
from engine.tasks.model import Task
from engine.tasks.queries import ListServiceTasks, ListTasks
from engine.tasks.worklist_model import Caption

T = TypeVar("T", Task, ServiceTask)


@dataclass(frozen=True, kw_only=True)
class Captioned(Generic[T]):
    """A part of a list with what a page says beside it.

    `cases` are captions by case, `people` display names by user name, `agencies` names by key. `branch` is
    the asker's own, None for those who have none. What is to be done (`name`) is called in both languages.
    """

    page: Page[T]
    cases: Mapping[UUID, Caption]
    people: Mapping[str, str]
    agencies: Mapping[str, Bilingual]
    branch: Branch | None


@dataclass(frozen=True, kw_only=True)
class CaptionTasks:
    """A worklist with captions."""

    tasks: ListTasks

    def answer(self, context: QueryContext) -> Captioned[Task]:
        """The tasks, and what stands beside them."""
        page = self.tasks.answer(context)
        holders = [task.assignee_name for task in page.items if task.assignee_name]
        return captioned(page, context, people=holders)


@dataclass(frozen=True, kw_only=True)
class CaptionServiceTasks:
    """What waits for agencies, with captions; an agency is not told here who the applicant is."""

    service_tasks: ListServiceTasks

    def answer(self, context: QueryContext) -> Captioned[ServiceTask]:
        """The service tasks, and what stands beside them."""
        return captioned(self.service_tasks.answer(context), context, people=())


@dataclass(frozen=True, kw_only=True)
class CaptionCases:
    """What cases are called; those that the asker does not see are left out."""

    case_ids: tuple[UUID, ...]

    def answer(self, context: QueryContext) -> Mapping[UUID, Caption]:
        """Captions by case."""
        found = tasks_store.labels(context.connection, self.case_ids)
        return {key: one for key, one in found.items() if sees_branch(context.actor, one.branch_id)}


def captioned(page: Page[T], context: QueryContext, *, people: Sequence[str]) -> Captioned[T]:
    """The part of a list with its captions; `people` are user names to be told with it."""
    connection = context.connection
    captions = tasks_store.labels(connection, [task.case_id for task in page.items])
    return Captioned(
        page=Page(items=tuple(_called(task, captions, context) for task in page.items), next=page.next),
        cases={key: _permitted(caption, context) for key, caption in captions.items()},
        people=people_store.display_names(connection, people),
        agencies=NameAgencies().answer(context),
        branch=ShowBranch().answer(context),
    )


def _called(task: T, captions: Mapping[UUID, Caption], context: QueryContext) -> T:
    procedure = context.procedure(captions[task.case_id].version_id)
    return replace(task, name=procedure.called(task.name))


def _permitted(caption: Caption, context: QueryContext) -> Caption:
    seen = sees_branch(context.actor, caption.branch_id)
    return caption if seen else replace(caption, applicant=None, flags=frozenset())

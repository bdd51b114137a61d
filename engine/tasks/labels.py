"""Lists with labels: tasks and service tasks, with whose they are and what everything is called."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar
from uuid import UUID

from engine.cases.queries import FindCases
from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, listed
from engine.kernel.pages import Page
from engine.kernel.permission import sees_branch
from engine.organisation.model import Branch
from engine.organisation.registers import NameAgencies, ShowBranch
from engine.people import store as people_store
from engine.service_tasks.model import ServiceTask
from engine.tasks import store as tasks_store
from engine.tasks.model import Task
from engine.tasks.queries import ListServiceTasks, ListTasks
from engine.tasks.worklist_model import CaseLabel, DecidedCase

T = TypeVar("T", Task, ServiceTask, DecidedCase)
Work = TypeVar("Work", Task, ServiceTask)


@dataclass(frozen=True, kw_only=True)
class Labelled(Generic[T]):
    """A part of a list with what a page says beside it.

    `cases` are labels by case, `people` display names by user name, `agencies` names by key. `branch` is
    the asker's own, None for those who have none. What is to be done (`name`) is called in both languages.
    """

    page: Page[T]
    cases: Mapping[UUID, CaseLabel]
    people: Mapping[str, str]
    agencies: Mapping[str, Bilingual]
    branch: Branch | None


@dataclass(frozen=True, kw_only=True)
class LabelTasks:
    """A worklist with labels."""

    tasks: ListTasks

    def answer(self, context: QueryContext) -> Labelled[Task]:
        """The tasks, and what stands beside them."""
        page = self.tasks.answer(context)
        holders = [task.assignee_name for task in page.items if task.assignee_name]
        return labelled(page, context, people=holders, agencies={})

    def disclosed(self, answer: Labelled[Task]) -> Iterable[Disclosure]:
        return self.tasks.disclosed(answer.page)


@dataclass(frozen=True, kw_only=True)
class LabelServiceTasks:
    """What waits for agencies, with labels; an agency is not told here who the applicant is."""

    service_tasks: ListServiceTasks

    def answer(self, context: QueryContext) -> Labelled[ServiceTask]:
        """The service tasks, and what stands beside them."""
        page = self.service_tasks.answer(context)
        agencies = NameAgencies().answer(context) if page.items else {}
        return labelled(page, context, people=(), agencies=agencies)

    def disclosed(self, answer: Labelled[ServiceTask]) -> Iterable[Disclosure]:
        return self.service_tasks.disclosed(answer.page)


@dataclass(frozen=True, kw_only=True)
class LabelDecided:
    """Cases that were decided and are under way still, each with who holds it, with labels."""

    cases: FindCases

    def answer(self, context: QueryContext) -> Labelled[DecidedCase]:
        """The cases, and what stands beside them."""
        page = self.cases.answer(context)
        holders = people_store.usernames(
            context.connection, {case.holder_id for case in page.items if case.holder_id}
        )
        decided = tuple(
            DecidedCase(case=case, holder_name=holders.get(case.holder_id) if case.holder_id else None)
            for case in page.items
        )
        labels = tasks_store.labels(context.connection, [case.id for case in page.items])
        return Labelled(
            page=Page(items=decided, next=page.next),
            cases={key: _permitted(label, context) for key, label in labels.items()},
            people=people_store.display_names(context.connection, list(holders.values())),
            agencies={},
            branch=ShowBranch().answer(context),
        )

    def disclosed(self, answer: Labelled[DecidedCase]) -> Iterable[Disclosure]:
        return listed(tuple(one.case for one in answer.page.items))


@dataclass(frozen=True, kw_only=True)
class LabelCases:
    """What cases are called; those that the asker does not see are left out."""

    case_ids: tuple[UUID, ...]

    def answer(self, context: QueryContext) -> Mapping[UUID, CaseLabel]:
        """Labels by case."""
        found = tasks_store.labels(context.connection, self.case_ids)
        return {
            key: one
            for key, one in found.items()
            if key in context.exceptions or sees_branch(context.actor, one.branch_id)
        }

    def disclosed(self, answer: Mapping[UUID, CaseLabel]) -> Iterable[Disclosure]:
        return listed(tuple(answer))


def labelled(
    page: Page[Work], context: QueryContext, *, people: Sequence[str], agencies: Mapping[str, Bilingual]
) -> Labelled[Work]:
    """The part of a list with its labels; `people` are user names to be told with it."""
    connection = context.connection
    labels = tasks_store.labels(connection, [task.case_id for task in page.items])
    return Labelled(
        page=Page(items=tuple(_called(task, labels, context) for task in page.items), next=page.next),
        cases={key: _permitted(label, context) for key, label in labels.items()},
        people=people_store.display_names(connection, people),
        agencies=agencies,
        branch=ShowBranch().answer(context),
    )


def _called(task: Work, labels: Mapping[UUID, CaseLabel], context: QueryContext) -> Work:
    procedure = context.procedure(labels[task.case_id].version_id)
    return replace(task, name=procedure.called(task.name))


def _permitted(label: CaseLabel, context: QueryContext) -> CaseLabel:
    seen = sees_branch(context.actor, label.branch_id)
    return label if seen else replace(label, applicant=None, flags=frozenset())

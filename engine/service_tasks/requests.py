"""Questions about what agencies are asked: the list of one agency's requests, and what form an answer has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.context import QueryContext
from engine.kernel.disclosure import Disclosure, listed
from engine.kernel.pages import Page, Slice
from engine.kernel.permission import agency_of, require_answers
from engine.procedures import store as procedures_store
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import RequestFilter, ServiceTask
from engine.tasks.labels import Labelled, labelled
from engine.tasks.queries import ShowServiceTask, request_shown
from engine.tasks.worklist_queries import FeelPulse
from engine.topics.store import schema_of_topic


@dataclass(frozen=True, kw_only=True)
class Requests:
    """A part of an agency's list of requests.

    `count` is of all that fit the filter, at most `COUNTED_TO`. `procedures` are the titles, Greek and
    English, of those that the agency is asked in now, by key. `pulse` changes with every change of them.
    """

    listed: Labelled[ServiceTask]
    count: int
    procedures: Mapping[str, tuple[str, str]]
    pulse: str


@dataclass(frozen=True, kw_only=True)
class ListRequests:
    """What waits for the agency that the asker works for."""

    wanted: RequestFilter = field(default_factory=RequestFilter)
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Requests:
        """The requests; none for somebody who works for no agency."""
        agency_id = agency_of(context.actor)
        if agency_id is None:
            nothing: Page[ServiceTask] = Page(items=(), next=None)
            listed = labelled(nothing, context, people=(), agencies={})
            return Requests(listed=listed, count=0, procedures={}, pulse=FeelPulse().answer(context))
        connection = context.connection
        page = service_tasks_store.list_requests(connection, self.wanted, agency_id=agency_id, part=self.part)
        return Requests(
            listed=labelled(page, context, people=(), agencies={}),
            count=service_tasks_store.count_requests(connection, self.wanted, agency_id=agency_id),
            procedures={
                key: _titles(key, context)
                for key in service_tasks_store.procedures_asked_of(connection, agency_id)
            },
            pulse=FeelPulse().answer(context),
        )

    def disclosed(self, answer: Requests) -> Iterable[Disclosure]:
        return listed(answer.listed.page.items)


@dataclass(frozen=True, kw_only=True)
class ServiceTaskSheet:
    """A service task and the form-js JSON that its answer must fit; None where any answer will do."""

    task: ServiceTask
    schema: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class ShowAnswerForms:
    """Service tasks with the forms of their answers, for whoever may answer them."""

    service_tasks: Sequence[ServiceTask]

    def answer(self, context: QueryContext) -> Sequence[ServiceTaskSheet]:
        """Each with its form, in the same order."""
        for task in self.service_tasks:
            require_answers(context.actor, task)
        versions = service_tasks_store.versions_asked_of(
            context.connection, [task.case_id for task in self.service_tasks]
        )
        return [_with_form(task, versions[task.case_id], context) for task in self.service_tasks]

    def disclosed(self, answer: Sequence[ServiceTaskSheet]) -> Iterable[Disclosure]:
        return [request_shown(sheet.task) for sheet in answer]


@dataclass(frozen=True, kw_only=True)
class ShowAnswerForm:
    """One service task with the form of its answer, for whoever may answer it."""

    service_task_id: UUID

    def answer(self, context: QueryContext) -> ServiceTaskSheet:
        task = ShowServiceTask(service_task_id=self.service_task_id).answer(context)
        return ShowAnswerForms(service_tasks=[task]).answer(context)[0]

    def disclosed(self, answer: ServiceTaskSheet) -> Iterable[Disclosure]:
        return (request_shown(answer.task),)


def _with_form(task: ServiceTask, version_id: UUID, context: QueryContext) -> ServiceTaskSheet:
    form = context.procedure(version_id).answer_form(task.element_id)
    if form is not None:
        return ServiceTaskSheet(task=task, schema=form.schema)
    return ServiceTaskSheet(task=task, schema=schema_of_topic(context.connection, version_id, task.topic))


def _titles(key: str, context: QueryContext) -> tuple[str, str]:
    newest = procedures_store.all_versions(context.connection, key)[0]
    return newest.title, newest.title_en

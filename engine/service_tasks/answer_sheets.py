"""What a person is asked who answers a service task by hand, and what has become of one that was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.bundle.contract import AnswerSheet
from engine.bundle.procedure import Procedure
from engine.cases import changeset_store
from engine.cases.case_details import journal_of
from engine.cases.journal import JournalEntry
from engine.context import QueryContext
from engine.documents import store as documents_store
from engine.documents.queries import ListRequestDocuments, NameSenders, SentDocuments
from engine.kernel.actor import ActorKind
from engine.kernel.disclosure import Disclosure
from engine.kernel.papers import texts_in
from engine.kernel.refusal import NotFound
from engine.organisation import store as organisation_store
from engine.people.queries import NamePeople
from engine.service_tasks.model import ServiceTask
from engine.tasks.queries import ShowServiceTask, request_shown
from engine.topics.store import schema_of_topic

_ENDINGS = ("service_task_completed", "service_task_failed")

Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """When a service task ceased to wait, and who saw to that; None where no person or agency did."""

    at: datetime
    who: str | None


@dataclass(frozen=True, kw_only=True)
class RequestSheet:
    """A service task with the titles of its procedure and what the diagram takes of an answer.

    `form` is the form-js JSON that the answer must fit, None where any will do. `forms` are all of the
    procedure, the start form first: they say what its variables are called. `ended` is None while it waits.
    """

    task: ServiceTask
    title: str
    title_en: str
    answer: AnswerSheet
    form: Schema | None
    forms: tuple[Schema, ...]
    ended: Ended | None


@dataclass(frozen=True, kw_only=True)
class ShowRequest:
    """One service task, to be answered by hand; for whoever may answer it."""

    service_task_id: UUID

    def answer(self, context: QueryContext) -> RequestSheet:
        """The service task, and what to fill in."""
        task = ShowServiceTask(service_task_id=self.service_task_id).answer(context)
        view = changeset_store.case(context.connection, task.case_id)
        if view is None:
            raise NotFound.of("case", task.case_id)
        procedure = context.procedure(view.case.version_id)
        form = procedure.answer_form(task.element_id)
        return RequestSheet(
            task=replace(task, name=procedure.called(task.name)),
            title=procedure.title,
            title_en=procedure.title_en,
            answer=_in_both_languages(procedure.answer_sheet(task.element_id), procedure),
            form=form.schema
            if form
            else schema_of_topic(context.connection, view.case.version_id, task.topic),
            forms=forms_of(procedure),
            ended=_ended(task, context),
        )

    def disclosed(self, answer: RequestSheet) -> Iterable[Disclosure]:
        return (request_shown(answer.task),)


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """A request with the documents that the reader reads; none for an agency that is asked no more.

    `names` say what the documents are called to which its answer refers, by reference.
    """

    sheet: RequestSheet
    documents: SentDocuments
    names: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ShowRequestPage:
    """One service task with its papers, for whoever may answer it."""

    service_task_id: UUID

    def answer(self, context: QueryContext) -> RequestPage:
        sheet = ShowRequest(service_task_id=self.service_task_id).answer(context)
        listed = ListRequestDocuments(service_task_id=self.service_task_id)
        try:
            documents = NameSenders(listed=listed).answer(context)
        except NotFound:
            documents = SentDocuments(documents=(), people={})
        return RequestPage(sheet=sheet, documents=documents, names=_named_in_answer(sheet.task, context))

    def disclosed(self, answer: RequestPage) -> Iterable[Disclosure]:
        return (request_shown(answer.sheet.task),)


def _named_in_answer(task: ServiceTask, context: QueryContext) -> Mapping[str, str]:
    if task.answer is None:
        return {}
    references = texts_in(task.answer)
    found = documents_store.documents_of(context.connection, task.case_id)
    return {str(one.id): one.name for one in found if str(one.id) in references}


def _in_both_languages(sheet: AnswerSheet, procedure: Procedure) -> AnswerSheet:
    """The sheet with the grounds of refusal called in both languages."""
    return replace(sheet, refusals={code: procedure.called(name) for code, name in sheet.refusals.items()})


def forms_of(procedure: Procedure) -> tuple[Schema, ...]:
    first = (procedure.start_form,) if procedure.start_form else ()
    others = (form for form in procedure.forms.values() if form not in first)
    return tuple(form.schema for form in (*first, *others))


def _ended(task: ServiceTask, context: QueryContext) -> Ended | None:
    """How it ended, by the journal: the row knows when, and not who."""
    if task.closed_at is None:
        return None
    for line in journal_of(task.case_id, context):
        if line.action in _ENDINGS and line.detail.get("service_task") == str(task.id):
            return Ended(at=task.closed_at, who=_named(line, context))
    return Ended(at=task.closed_at, who=None)


def _named(line: JournalEntry, context: QueryContext) -> str:
    """What the person or the agency is called that gave an answer; one that came at once was its agency's."""
    name = line.actor_name
    if line.actor_kind is ActorKind.SYSTEM:
        name = line.detail.get("agency") or name
    agency = (
        organisation_store.agency_keyed(context.connection, name, on=context.today)
        if line.actor_kind is not ActorKind.USER
        else None
    )
    return agency.called if agency else NamePeople(usernames=(name,)).answer(context).get(name, name)

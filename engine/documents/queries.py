"""Questions about documents, for whoever sees their case, and those that a request names for its agency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.access.exceptions import require_reads_case
from engine.cases import changeset_store
from engine.context import Query, QueryContext
from engine.documents import store as documents_store
from engine.documents.content import read_content, read_view
from engine.documents.model import Document
from engine.kernel.disclosure import Disclosure, Purpose, Shown, disclosed_by
from engine.kernel.papers import papers_named
from engine.kernel.permission import reads_paper, require_reads_papers
from engine.kernel.refusal import NotFound
from engine.people.queries import NamePeople
from engine.sealing.parts import Span
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTask


@dataclass(frozen=True, kw_only=True)
class ListDocuments:
    """The documents of a case."""

    case_id: UUID

    def answer(self, context: QueryContext) -> Sequence[Document]:
        """The documents, oldest first, without their contents."""
        _require_sees(self.case_id, context)
        return documents_store.documents_of(context.connection, self.case_id)

    def disclosed(self, _answer: Sequence[Document]) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.DOCUMENTS, case_id=self.case_id),)


@dataclass(frozen=True, kw_only=True)
class ShowDocument:
    """One document without its content."""

    document_id: UUID

    def answer(self, context: QueryContext) -> Document:
        """The document; `NotFound` if there is none, or none that the asker may see."""
        return _seen(self.document_id, context)

    def disclosed(self, answer: Document) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.DOCUMENTS, case_id=answer.case_id, object_id=answer.id),)


@dataclass(frozen=True, kw_only=True)
class ReadDocument:
    """One document with its content, or the bytes of it in `span`, which is cut to its size.

    With `shown` the copy for the screen in its place, in which nothing acts.
    """

    document_id: UUID
    span: Span | None = None
    shown: bool = False

    def answer(self, context: QueryContext) -> tuple[Document, bytes]:
        """The document and its bytes, as they were brought in; of a copy with the size and digest of that."""
        return _content(context, _seen(self.document_id, context), self.span, shown=self.shown)

    def disclosed(self, answer: tuple[Document, bytes]) -> Iterable[Disclosure]:
        return _content_shown(answer[0], self.span)


@dataclass(frozen=True, kw_only=True)
class ListRequestDocuments:
    """The documents that whoever is to answer a service task reads of its case.

    For an agency those that the open request names, and those that it added to it.
    """

    service_task_id: UUID

    def answer(self, context: QueryContext) -> Sequence[Document]:
        """The documents, oldest first, without their contents."""
        task = _request(self.service_task_id, context)
        found = documents_store.documents_of(context.connection, task.case_id)
        return _read_by(context, task, found)

    def disclosed(self, answer: Sequence[Document]) -> Iterable[Disclosure]:
        return [
            Disclosure(
                shown=Shown.DOCUMENTS,
                case_id=case_id,
                object_id=self.service_task_id,
                purpose=Purpose.REQUEST,
            )
            for case_id in {document.case_id for document in answer}
        ]


@dataclass(frozen=True, kw_only=True)
class ReadRequestDocument:
    """One of these documents with its content, or the bytes of it in `span`, which is cut to its size.

    With `shown` the copy for the screen in its place, in which nothing acts.
    """

    service_task_id: UUID
    document_id: UUID
    span: Span | None = None
    shown: bool = False

    def answer(self, context: QueryContext) -> tuple[Document, bytes]:
        """The document and its bytes; `NotFound` for one of another case, or that is not to be read."""
        task = _request(self.service_task_id, context)
        document = documents_store.document(context.connection, self.document_id)
        if document is None or document.case_id != task.case_id or not _read_by(context, task, [document]):
            raise NotFound.of("document", self.document_id)
        return _content(context, document, self.span, shown=self.shown)

    def disclosed(self, answer: tuple[Document, bytes]) -> Iterable[Disclosure]:
        return _content_shown(answer[0], self.span, Purpose.REQUEST)


def _content(
    context: QueryContext, document: Document, span: Span | None, *, shown: bool
) -> tuple[Document, bytes]:
    document.require_readable()
    if not shown:
        return document, read_content(context, document, span)
    document.require_shown()
    return read_view(context, document, span)


def _content_shown(
    document: Document, span: Span | None, purpose: Purpose | None = None
) -> tuple[Disclosure, ...]:
    """What was shown by the content, once for a file that is read piece by piece: with its beginning."""
    if span is not None and span.start > 0:
        return ()
    shown = Disclosure(shown=Shown.DOCUMENT, case_id=document.case_id, object_id=document.id, purpose=purpose)
    return (shown,)


def _request(service_task_id: UUID, context: QueryContext) -> ServiceTask:
    task = service_tasks_store.service_task(context.connection, service_task_id)
    if task is None:
        raise NotFound.of("service task", service_task_id)
    require_reads_papers(context.actor, task)
    return task


def _read_by(context: QueryContext, task: ServiceTask, documents: Sequence[Document]) -> Sequence[Document]:
    """Those that the asker may read of the documents of the service task's case."""
    version_id = service_tasks_store.versions_asked_of(context.connection, [task.case_id])[task.case_id]
    declared = context.procedure(version_id).answer_sheet(task.element_id).papers
    named = papers_named(declared, task.variables, asked_at=task.created_at)
    return [one for one in documents if reads_paper(context.actor, task, one, named)]


def _seen(document_id: UUID, context: QueryContext) -> Document:
    document = documents_store.document(context.connection, document_id)
    refusal = NotFound.of("document", document_id)
    if document is None:
        raise refusal
    try:
        _require_sees(document.case_id, context)
    except NotFound as hidden:
        raise refusal from hidden
    return document


def _require_sees(case_id: UUID, context: QueryContext) -> None:
    case = changeset_store.only_case(context.connection, case_id)
    if case is None:
        raise NotFound.of("case", case_id)
    require_reads_case(case, context)


@dataclass(frozen=True, kw_only=True)
class SentDocuments:
    """Documents with the names of those who added them, by user name."""

    documents: Sequence[Document]
    people: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class NameSenders:
    """The documents that another query lists, and who added them."""

    listed: Query[Sequence[Document]]

    def answer(self, context: QueryContext) -> SentDocuments:
        documents = self.listed.answer(context)
        usernames = {document.added_by for document in documents}
        return SentDocuments(
            documents=documents, people=NamePeople(usernames=tuple(usernames)).answer(context)
        )

    def disclosed(self, answer: SentDocuments) -> Iterable[Disclosure]:
        return disclosed_by(self.listed, answer.documents)

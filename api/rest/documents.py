"""Documents: the files in a case."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, request

from api.http.calls import Calls
from api.http.context import actor, engine
from api.http.documentation import ETAG
from api.http.once import once
from api.http.pages import tagged
from api.rest.schemas import documents as bodies
from engine.documents.add import AddDocument, AddRequestDocument
from engine.documents.model import Document
from engine.documents.queries import (
    ListDocuments,
    ListRequestDocuments,
    ReadDocument,
    ReadRequestDocument,
    ShowDocument,
)
from engine.kernel.actor import Scope

calls = Calls("documents", about="A document is a file in a case. Its content never changes.")

BYTES = "application/octet-stream"
_OF_CASE = "/cases/<uuid:case_id>/documents"
_ONE = "/documents/<uuid:document_id>"
_OF_REQUEST = "/service-tasks/<uuid:service_task_id>/documents"
_KEPT = {
    "requestBody": {
        "required": True,
        "description": "A PDF, PNG, JPEG, WebP or TIFF, which its first bytes tell.",
        "content": {BYTES: {"schema": {"type": "string", "contentMediaType": BYTES}}},
    }
}
_AS_ADDED: dict[str, Any] = {
    "schema": {"type": "string", "contentMediaType": BYTES},
    "content_type": BYTES,
    "headers": ETAG,
    "description": "The bytes, to be kept.",
    "success": True,
}


@calls.call("GET", _OF_CASE, scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, bodies.DocumentList, example={"items": [bodies.DOCUMENT]})
def list_documents(case_id: UUID) -> object:
    """List the documents of a case.

    Oldest first.
    """
    return {"items": engine().ask(ListDocuments(case_id=case_id), actor=actor())}


@calls.call(
    "POST",
    _OF_CASE,
    scope=Scope.CASES_WRITE,
    takes=BYTES,
    headers=["Idempotency-Key"],
    refuses=[404, 409],
)
@calls.arguments(bodies.DocumentName, location="query")
@calls.doc(**_KEPT)
@calls.response(201, bodies.DocumentShape, example=bodies.DOCUMENT)
def add_document(query: dict[str, Any], case_id: UUID) -> object:
    """Add a document.

    What it is follows from its content, whatever its name says.
    """
    command = AddDocument(case_id=case_id, name=query["name"], content=request.get_data())
    document = engine().carry_out(command, actor=actor(), once=once())
    base = request.path.removesuffix(f"/cases/{case_id}/documents")
    return document, {"Location": f"{base}/documents/{document.id}"}


@calls.call("GET", _ONE, scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, bodies.DocumentShape, example=bodies.DOCUMENT)
def show_document(document_id: UUID) -> object:
    """Show a document.

    Without its content.
    """
    return engine().ask(ShowDocument(document_id=document_id), actor=actor())


@calls.call("GET", _ONE + "/content", scope=Scope.CASES_READ, headers=["If-None-Match"], refuses=[404])
@calls.alt_response(200, **_AS_ADDED)
def read_document(document_id: UUID) -> object:
    """Read a document.

    Byte for byte as it was added.
    """
    return _bytes_of(*engine().ask(ReadDocument(document_id=document_id), actor=actor()))


@calls.call("GET", _OF_REQUEST, scope=Scope.SERVICE_TASKS, refuses=[404])
@calls.response(200, bodies.DocumentList, example={"items": [bodies.DOCUMENT]})
def list_documents_of_request(service_task_id: UUID) -> object:
    """List the documents of a service task's case.

    Oldest first, for whoever may answer the service task, and afterwards.
    """
    question = ListRequestDocuments(service_task_id=service_task_id)
    return {"items": engine().ask(question, actor=actor())}


@calls.call(
    "POST",
    _OF_REQUEST,
    scope=Scope.SERVICE_TASKS,
    takes=BYTES,
    headers=["Idempotency-Key"],
    refuses=[404, 409],
)
@calls.arguments(bodies.DocumentName, location="query")
@calls.doc(**_KEPT)
@calls.response(201, bodies.DocumentShape, example=bodies.DOCUMENT)
def add_document_to_request(query: dict[str, Any], service_task_id: UUID) -> object:
    """Add a document to a service task's case.

    To go with the answer: its id is what a file field of the answer's form takes.
    """
    command = AddRequestDocument(
        service_task_id=service_task_id, name=query["name"], content=request.get_data()
    )
    document = engine().carry_out(command, actor=actor(), once=once())
    return document, {"Location": f"{request.path}/{document.id}/content"}


@calls.call(
    "GET",
    _OF_REQUEST + "/<uuid:document_id>/content",
    scope=Scope.SERVICE_TASKS,
    headers=["If-None-Match"],
    refuses=[404],
)
@calls.alt_response(200, **_AS_ADDED)
def read_document_of_request(service_task_id: UUID, document_id: UUID) -> object:
    """Read a document of a service task's case.

    Byte for byte as it was added.
    """
    question = ReadRequestDocument(service_task_id=service_task_id, document_id=document_id)
    return _bytes_of(*engine().ask(question, actor=actor()))


def _bytes_of(document: Document, content: bytes) -> object:
    response = Response(content, content_type=BYTES)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
    response.set_etag(document.sha256)
    return tagged(response, response.headers["ETag"])

"""Documents: the files in a case."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote
from uuid import UUID

import marshmallow as ma
from flask import request
from marshmallow import fields

from api.http.bodies import sent_file
from api.http.calls import ETAG, Calls
from api.http.context import actor, engine
from api.http.downloads import Read, download
from api.http.fields import Moment, Shape, Text
from api.http.idempotency import once
from api.http.responses import with_etag
from engine.documents.add import AddDocument, AddRequestDocument
from engine.documents.model import Scan
from engine.documents.queries import (
    ListDocuments,
    ListRequestDocuments,
    ReadDocument,
    ReadRequestDocument,
    ShowDocument,
)
from engine.kernel.actor import Scope

DOCUMENT: dict[str, Any] = {
    "id": "01936b2e-9000-7ddd-8eee-0123456789ab",
    "case_id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "name": "λογαριασμός.pdf",
    "media_type": "application/pdf",
    "size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "added_at": "2026-03-09T10:00:00Z",
    "added_by": "maria",
    "scan": "clean",
}


class DocumentShape(Shape):
    """A document without its content."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    name = fields.String(required=True)
    media_type = fields.String(required=True, metadata={"description": "What its content is."})
    size = fields.Integer(required=True, metadata={"description": "In bytes."})
    sha256 = fields.String(required=True, metadata={"description": "Of the content, in hexadecimal."})
    added_at = Moment(required=True)
    added_by = fields.String(required=True)
    scan = fields.String(
        required=True,
        validate=ma.validate.OneOf([scan.value for scan in Scan]),
        metadata={"description": "What the virus scanner says; only `clean` and `unscanned` can be read."},
    )


class DocumentList(ma.Schema):
    """The documents of a case."""

    items = fields.List(fields.Nested(DocumentShape), required=True)


class DocumentName(ma.Schema):
    """What a document is called."""

    name = Text(most=300, load_default="", means="The file's name; it is cleaned.", example="λογαριασμός.pdf")


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
_SOME_OF_IT: dict[str, Any] = {**_AS_ADDED, "description": "The bytes that were asked for."}
_READING = ("If-None-Match", "Range")


@calls.call("GET", _OF_CASE, scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, DocumentList, example={"items": [DOCUMENT]})
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
@calls.arguments(DocumentName, location="query")
@calls.doc(**_KEPT)
@calls.response(201, DocumentShape, example=DOCUMENT)
def add_document(query: dict[str, Any], case_id: UUID) -> object:
    """Add a document.

    What it is follows from its content, whatever its name says.
    """
    command = AddDocument(case_id=case_id, name=query["name"], content=sent_file())
    document = engine().carry_out(command, actor=actor(), once=once())
    base = request.path.removesuffix(f"/cases/{case_id}/documents")
    return document, {"Location": f"{base}/documents/{document.id}"}


@calls.call("GET", _ONE, scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, DocumentShape, example=DOCUMENT)
def show_document(document_id: UUID) -> object:
    """Show a document.

    Without its content.
    """
    return engine().ask(ShowDocument(document_id=document_id), actor=actor())


@calls.call("GET", _ONE + "/content", scope=Scope.CASES_READ, headers=_READING, refuses=[404, 409])
@calls.alt_response(200, **_AS_ADDED)
@calls.alt_response(206, **_SOME_OF_IT)
def read_document(document_id: UUID) -> object:
    """Read a document.

    Byte for byte as it was added; 409 unless the virus scanner, where there is one, has found it clean.
    """
    opened, asker = engine(), actor()
    return _bytes_of(lambda span: opened.ask(ReadDocument(document_id=document_id, span=span), actor=asker))


@calls.call("GET", _OF_REQUEST, scope=Scope.SERVICE_TASKS, refuses=[404])
@calls.response(200, DocumentList, example={"items": [DOCUMENT]})
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
@calls.arguments(DocumentName, location="query")
@calls.doc(**_KEPT)
@calls.response(201, DocumentShape, example=DOCUMENT)
def add_document_to_request(query: dict[str, Any], service_task_id: UUID) -> object:
    """Add a document to a service task's case.

    To go with the answer: its id is what a file field of the answer's form takes.
    """
    command = AddRequestDocument(service_task_id=service_task_id, name=query["name"], content=sent_file())
    document = engine().carry_out(command, actor=actor(), once=once())
    return document, {"Location": f"{request.path}/{document.id}/content"}


@calls.call(
    "GET",
    _OF_REQUEST + "/<uuid:document_id>/content",
    scope=Scope.SERVICE_TASKS,
    headers=_READING,
    refuses=[404, 409],
)
@calls.alt_response(200, **_AS_ADDED)
@calls.alt_response(206, **_SOME_OF_IT)
def read_document_of_request(service_task_id: UUID, document_id: UUID) -> object:
    """Read a document of a service task's case.

    Byte for byte as it was added; 409 unless the virus scanner, where there is one, has found it clean.
    """
    question = ReadRequestDocument(service_task_id=service_task_id, document_id=document_id)
    opened, asker = engine(), actor()
    return _bytes_of(lambda span: opened.ask(replace(question, span=span), actor=asker))


def _bytes_of(read: Read) -> object:
    document, response = download(read)
    response.content_type = BYTES
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
    return with_etag(response, response.headers["ETag"])

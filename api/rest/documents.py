"""Documents: the files in a case."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, request

from api.context import actor, engine
from api.gate.calls import Calls
from api.gate.documentation import ETAG
from api.gate.once import once
from api.gate.pages import tagged
from api.rest.schemas import documents as bodies
from engine.commands.documents import AddDocument
from engine.domain.actor import Scope
from engine.queries.documents import ListDocuments, ReadDocument, ShowDocument

calls = Calls("documents", about="A document is a file in a case. Its content never changes.")

BYTES = "application/octet-stream"
_OF_CASE = "/cases/<uuid:case_id>/documents"
_ONE = "/documents/<uuid:document_id>"


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
@calls.doc(
    requestBody={
        "required": True,
        "description": "A PDF, PNG, JPEG, WebP or TIFF, which its first bytes tell.",
        "content": {BYTES: {"schema": {"type": "string", "contentMediaType": BYTES}}},
    }
)
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
@calls.alt_response(
    200,
    schema={"type": "string", "contentMediaType": BYTES},
    content_type=BYTES,
    headers=ETAG,
    description="The bytes, to be kept.",
    success=True,
)
def read_document(document_id: UUID) -> object:
    """Read a document.

    Byte for byte as it was added.
    """
    document, content = engine().ask(ReadDocument(document_id=document_id), actor=actor())
    response = Response(content, content_type=BYTES)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
    response.set_etag(document.sha256)
    return tagged(response, response.headers["ETag"])

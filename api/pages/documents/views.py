"""Documents of a case: listed, added, shown and downloaded, also those of a request to an agency."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http import downloads
from api.http.context import engine
from api.http.downloads import Read
from api.pages.cases.facts import case_address
from api.pages.frame import words
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.page import asked_by_script, page
from api.pages.frame.sessions import CASE_READERS, CASE_WORKERS, actor, signed_in
from engine.context import Command
from engine.documents.add import AddDocument, AddRequestDocument
from engine.documents.model import MOST_BYTES, PDF, Content, Document, Scan, View
from engine.documents.queries import (
    ListDocuments,
    ListRequestDocuments,
    NameSenders,
    ReadDocument,
    ReadRequestDocument,
    SentDocuments,
)
from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict, Invalid

blueprint = Blueprint("desk_documents", __name__, url_prefix="/desk")


_NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
"""What a file may do in a browser: nothing, in an origin of its own."""
_PDF_RUNS_NOTHING = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
"""Without `sandbox`, because browsers refuse to open their own PDF viewer in one."""


@dataclass(frozen=True, kw_only=True)
class ListedDocument:
    """A document in a list; `preview` is the address of its copy for the screen, if it has one.

    `scan` says what the virus scanner makes of it, if anything; one that is not readable has no link. `shown`
    says what is shown of it, or why nothing is.
    """

    id: UUID
    name: str
    address: str
    preview: str | None
    shown: str | None
    kind: str
    size: str
    scan: str | None
    is_readable: bool
    sha256: str
    at: datetime
    who: str


def document_address(document_id: UUID) -> str:
    return url_for("desk_documents.download", document_id=document_id)


def shown_documents(
    found: Sequence[Document], *, people: Mapping[str, str], address: Callable[[UUID], str]
) -> Sequence[ListedDocument]:
    """Documents in a list; `address` is where each is downloaded from, and its preview is below it."""
    return [_listed(one, words.person_words(one.added_by, people), address=address(one.id)) for one in found]


@blueprint.get("/cases/<uuid:case_id>/documents")
@signed_in(*CASE_READERS)
def list_documents(case_id: UUID) -> Response:
    return _render_list(case_id)


@blueprint.post("/cases/<uuid:case_id>/documents")
@signed_in(*CASE_WORKERS)
def add(case_id: UUID) -> Response:
    """Add a file. Scripts get JSON (`id`, `name`, or `detail` for a person), people the list."""
    name, content = chosen_file()
    return added(
        AddDocument(case_id=case_id, name=name, content=content),
        then=f"{case_address(case_id)}#documents",
        otherwise=lambda flash, status: _render_list(case_id, flash=flash, status=status),
    )


def chosen_file() -> tuple[str, Content]:
    """The name and the content of the file that was sent, which is on disk if large; empty if none was."""
    sent = request.files.get("file")
    return (sent.filename or "", cast(BinaryIO, sent.stream)) if sent else ("", b"")


def added(
    command: Command[Document], *, then: str, otherwise: Callable[[FlashMessage, int], Response]
) -> Response:
    """The response to an added file: for scripts JSON, for people the address `then`.

    `otherwise` shows the page again that it was sent from, with what is wrong and the status.
    """
    try:
        document = engine().carry_out(command, actor=actor())
    except (Invalid, Conflict) as refused:
        status = 422 if isinstance(refused, Invalid) else 409
        if asked_by_script():
            return make_response(jsonify(detail=_refusal_words(refused)), status)
        return otherwise(FlashMessage(_refusal_words(refused), "bad"), status)
    if asked_by_script():
        return make_response(jsonify(id=str(document.id), name=document.name), 201)
    return redirect(then, 303)


@blueprint.get("/documents/<uuid:document_id>")
@signed_in(*CASE_READERS)
def download(document_id: UUID) -> Response:
    """The original, byte for byte, to be kept and not shown."""
    return original_response(_reading(document_id, shown=False))


@blueprint.get("/documents/<uuid:document_id>/preview")
@signed_in(*CASE_READERS)
def preview(document_id: UUID) -> Response:
    """The copy for the screen, shown in the browser; 409 if there is none."""
    return shown_response(_reading(document_id, shown=True))


def _reading(document_id: UUID, *, shown: bool) -> Read:
    question = ReadDocument(document_id=document_id, shown=shown)
    opened, asker = engine(), actor()
    return lambda span: opened.ask(replace(question, span=span), actor=asker)


def shown_response(read: Read) -> Response:
    """The copy of a document for the screen, shown in the browser."""
    return _file_response(read, disposition="inline")


def original_response(read: Read) -> Response:
    """A document as it came, to be kept: never shown by the browser."""
    return _file_response(read, disposition="attachment")


def _file_response(read: Read, *, disposition: str) -> Response:
    document, response = downloads.download(read)
    response.headers["Content-Type"] = document.media_type
    named = f"{disposition}; filename*=UTF-8''{quote(document.name, safe='')}"
    response.headers["Content-Disposition"] = named
    response.headers["Content-Security-Policy"] = (
        _PDF_RUNS_NOTHING if document.media_type == PDF else _NOTHING_RUNS
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _render_list(case_id: UUID, *, flash: FlashMessage | None = None, status: int = 200) -> Response:
    found = engine().ask(NameSenders(listed=ListDocuments(case_id=case_id)), actor=actor())
    return page(
        "documents/documents.html",
        status=status,
        flash=flash,
        documents=shown_documents(found.documents, people=found.people, address=document_address),
        case_id=case_id,
        case_address=case_address(case_id),
    )


def _listed(document: Document, who: str, *, address: str) -> ListedDocument:
    return ListedDocument(
        id=document.id,
        name=document.name,
        address=address,
        preview=f"{address}/preview" if document.view is View.SHOWN else None,
        shown=_view_words(document.view) if document.is_readable else None,
        kind=document.media_type.rpartition("/")[2].upper(),
        size=words.size_words(document.size),
        scan=_scan_words(document.scan),
        is_readable=document.is_readable,
        sha256=document.sha256,
        at=document.added_at,
        who=who,
    )


def _scan_words(scan: Scan) -> str | None:
    match scan:
        case Scan.PENDING:
            return _("The virus scanner has not looked at it yet. It can be opened in a moment.")
        case Scan.INFECTED:
            return _("The virus scanner found something harmful in it. It cannot be opened: ask for another.")
        case Scan.FAILED:
            return _("The virus scanner could not look at it. It cannot be opened: ask for another.")
        case Scan.UNSCANNED | Scan.CLEAN:
            return None


def _view_words(view: View) -> str | None:
    match view:
        case View.SHOWN:
            return _("Shown without its scripts and attachments.")
        case View.PENDING:
            return _("A copy to look at, without scripts, is being made. It is here in a moment.")
        case View.LOCKED:
            return _("It is locked with a password, and cannot be shown here.")
        case View.UNREADABLE:
            return _("It is damaged or too complex, and cannot be shown here safely.")
        case View.NONE:
            return None


def _refusal_words(refused: Invalid | Conflict) -> str:
    if refused.code == "document_too_large":
        return _("The file is too large: at most %(most)s MB.", most=MOST_BYTES // 1_000_000)
    if refused.code == "document_type_refused":
        return _("Only PDF, PNG, JPEG, WebP and TIFF files are kept. Scan the paper, or save it as PDF.")
    if isinstance(refused, Invalid):
        return _("Choose a file with something in it.")
    return _("The case is closed: it takes no more documents.")


request_blueprint = Blueprint(
    "request_documents",
    __name__,
    url_prefix="/desk/agency/<uuid:service_task_id>/documents",
)

_ANSWERERS = (Role.OFFICER, *CASE_WORKERS)


@request_blueprint.get("")
@signed_in(*_ANSWERERS)
def list_of_request(service_task_id: UUID) -> Response:
    return _render_list_of_request(service_task_id)


@request_blueprint.post("")
@signed_in(*_ANSWERERS)
def add_to_request(service_task_id: UUID) -> Response:
    name, content = chosen_file()
    return added(
        AddRequestDocument(service_task_id=service_task_id, name=name, content=content),
        then=f"{url_for('agency.show_request', service_task_id=service_task_id)}#documents",
        otherwise=lambda flash, status: _render_list_of_request(service_task_id, flash=flash, status=status),
    )


@request_blueprint.get("/<uuid:document_id>")
@signed_in(*_ANSWERERS)
def download_of_request(service_task_id: UUID, document_id: UUID) -> Response:
    return original_response(_reading_of_request(service_task_id, document_id, shown=False))


@request_blueprint.get("/<uuid:document_id>/preview_of_request")
@signed_in(*_ANSWERERS)
def preview_of_request(service_task_id: UUID, document_id: UUID) -> Response:
    return shown_response(_reading_of_request(service_task_id, document_id, shown=True))


def documents_of_request(service_task_id: UUID, found: SentDocuments) -> Sequence[ListedDocument]:
    """The documents of the case of a request, oldest first."""
    return shown_documents(
        found.documents,
        people=found.people,
        address=lambda document_id: url_for(
            "request_documents.download_of_request", service_task_id=service_task_id, document_id=document_id
        ),
    )


def _reading_of_request(service_task_id: UUID, document_id: UUID, *, shown: bool) -> Read:
    question = ReadRequestDocument(service_task_id=service_task_id, document_id=document_id, shown=shown)
    opened, asker = engine(), actor()
    return lambda span: opened.ask(replace(question, span=span), actor=asker)


def _render_list_of_request(
    service_task_id: UUID, *, flash: FlashMessage | None = None, status: int = 200
) -> Response:
    listed = ListRequestDocuments(service_task_id=service_task_id)
    found = engine().ask(NameSenders(listed=listed), actor=actor())
    return page(
        "documents/of_request.html",
        status=status,
        flash=flash,
        documents=documents_of_request(service_task_id, found),
        service_task_id=service_task_id,
    )

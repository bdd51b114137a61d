"""Documents that go with a request to an agency: those of its case, and those that go with the answer."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.documents.views import (
    Shown,
    brought_in,
    chosen_file,
    file_response,
    shown_documents,
    who_brought,
)
from api.pages.frame.flash import Said
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from engine.documents.add import AddRequestDocument
from engine.documents.queries import ListRequestDocuments, ReadRequestDocument
from engine.kernel.actor import Role

blueprint = Blueprint(
    "request_documents",
    __name__,
    url_prefix="/desk/agency/<uuid:service_task_id>/documents",
)

_WHO = (Role.OFFICER, Role.CLERK, Role.MANAGER)


@blueprint.get("")
@signed_in(*_WHO)
def show(service_task_id: UUID) -> Response:
    """The documents on a page of their own."""
    return _listed(service_task_id)


@blueprint.post("")
@signed_in(*_WHO)
def add(service_task_id: UUID) -> Response:
    """Bring a file in, to go with the answer."""
    name, content = chosen_file()
    return brought_in(
        AddRequestDocument(service_task_id=service_task_id, name=name, content=content),
        then=f"{url_for('agency.show_request', service_task_id=service_task_id)}#documents",
        otherwise=lambda said, status: _listed(service_task_id, said=said, status=status),
    )


@blueprint.get("/<uuid:document_id>")
@signed_in(*_WHO)
def download(service_task_id: UUID, document_id: UUID) -> Response:
    """One of them, to be kept."""
    return _sent(service_task_id, document_id, shown=False)


@blueprint.get("/<uuid:document_id>/preview")
@signed_in(*_WHO)
def preview(service_task_id: UUID, document_id: UUID) -> Response:
    """One of them in the browser, where it can show it."""
    return _sent(service_task_id, document_id, shown=True)


def documents_of_request(service_task_id: UUID) -> Sequence[Shown]:
    """The documents of the case that a request is about, oldest first."""
    found = engine().ask(ListRequestDocuments(service_task_id=service_task_id), actor=actor())
    return shown_documents(
        found,
        people=who_brought(found),
        address=lambda document_id: url_for(
            "request_documents.download", service_task_id=service_task_id, document_id=document_id
        ),
    )


def _sent(service_task_id: UUID, document_id: UUID, *, shown: bool) -> Response:
    question = ReadRequestDocument(service_task_id=service_task_id, document_id=document_id)
    return file_response(*engine().ask(question, actor=actor()), shown=shown)


def _listed(service_task_id: UUID, *, said: Said | None = None, status: int = 200) -> Response:
    return page(
        "documents/of_request.html",
        status=status,
        said=said,
        documents=documents_of_request(service_task_id),
        service_task_id=service_task_id,
    )

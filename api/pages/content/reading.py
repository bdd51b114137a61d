"""Texts for whoever works here: the list, one of them, and the confirmation that it was read."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.content.words import kind_words
from api.pages.frame.flash import flash_message
from api.pages.frame.language import localized
from api.pages.frame.markdown import as_html
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from engine.content.reading import ConfirmReading, ListNews, ReadContent

blueprint = Blueprint("news", __name__, url_prefix="/desk/news")


@blueprint.get("")
@signed_in()
def show() -> Response:
    items = engine().ask(ListNews(), actor=actor())
    return page("content/news.html", items=items, kind_words=kind_words, flash=flash_message())


@blueprint.get("/<uuid:content_id>")
@signed_in()
def read(content_id: UUID) -> Response:
    item = engine().ask(ReadContent(content_id=content_id), actor=actor())
    return page(
        "content/read.html",
        item=item,
        content=item.content,
        kind=kind_words(item.content.kind),
        text=as_html(localized(item.content.writing.text)),
    )


@blueprint.post("/<uuid:content_id>")
@signed_in()
def confirm(content_id: UUID) -> Response:
    """Confirm that one has read it."""
    engine().carry_out(ConfirmReading(content_id=content_id), actor=actor())
    return redirect(url_for("news.show", said="read"), 303)

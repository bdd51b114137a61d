"""Who has read the citizen's case, told to whoever tracks it."""

from datetime import datetime
from typing import NamedTuple

from flask import request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.access.words import purpose_words, shown_words
from api.pages.frame import words
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.frame.page import page
from engine.access.queries import ShowReaders, ToldReading
from engine.kernel.actor import CITIZEN
from engine.kernel.disclosure import Purpose
from engine.kernel.pages import Slice
from engine.supplements.tracking import Visit

_ON_A_PAGE = 50


class ReadingRow(NamedTuple):
    """A reading as it is listed."""

    at: datetime
    office: str
    role: str
    shown: str
    purpose: str


def readers_page(visit: Visit) -> Response:
    """Who has read the case of a visit; `NotFound` if the visit is over."""
    part = Slice(limit=_ON_A_PAGE, cursor=request.args.get("cursor") or None)
    question = ShowReaders(number=visit.number, code=visit.given, part=part)
    told = engine().ask(question, actor=CITIZEN)
    following = told.page.next
    return page(
        "tracking/readers.html",
        number=told.number,
        rows=[_row(reading) for reading in told.page.items],
        is_later=part.cursor is not None,
        first_address=url_for("track.show_readers"),
        next_address=url_for("track.show_readers", cursor=following) if following else None,
    )


def _row(reading: ToldReading) -> ReadingRow:
    return ReadingRow(
        at=reading.at,
        office=localized(reading.office) if reading.office else _without_office(reading.purpose),
        role=words.role_words(reading.role) if reading.role else "",
        shown=shown_words(reading.shown),
        purpose=purpose_words(reading.purpose),
    )


def _without_office(purpose: Purpose) -> str:
    if purpose is Purpose.SIGNING:
        return _("Somebody of the case who is asked to sign")
    if purpose is Purpose.OWN_CASE:
        return _("You, or somebody with your receipt")
    return _("Whoever runs the system")

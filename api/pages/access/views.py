"""The record of reading and its review, and the reason that opens a case exceptionally."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.access.words import concern_words, purpose_words, shown_words
from api.pages.cases.facts import case_address
from api.pages.frame import words
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.page import local_address, page
from api.pages.frame.sessions import CASE_WORKERS, actor, signed_in
from engine.access.exceptions import OpenExceptionally, ReviewConcern
from engine.access.model import AccessFilter, AccessRecord, Concern
from engine.access.queries import AccessPage, ListAccess, ShowAccessPage
from engine.kernel.actor import ActorKind, Role
from engine.kernel.office_settings import SettingKey
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted

blueprint = Blueprint("desk_access", __name__, url_prefix="/desk/access")

READERS = (Role.AUDITOR, Role.DATA_PROTECTION_OFFICER)
_GIVE_REASONS = (*CASE_WORKERS, Role.SUPERVISOR, Role.AUDITOR)
_ON_A_PAGE = 50
_LONGEST = 100

Problems = dict[str, list[str]]
"""Sentences by the field that they are about."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which records are shown, as the address has it; what makes no sense is ignored."""

    number: str = ""
    reader: str = ""
    exceptional: bool = False
    cursor: str | None = None

    @classmethod
    def read(cls) -> "Search":
        def text(name: str) -> str:
            return request.args.get(name, "").replace("\0", "").strip()[:_LONGEST]

        return cls(
            number=text("number"),
            reader=text("reader"),
            exceptional=request.args.get("exceptional") == "yes",
            cursor=request.args.get("cursor") or None,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.number or self.reader or self.exceptional)

    def address(self, *, cursor: str | None = None) -> str:
        """The address of this search, from its beginning or after `cursor`."""
        given = {
            "number": self.number,
            "reader": self.reader,
            "exceptional": "yes" if self.exceptional else "",
            "cursor": cursor or "",
        }
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{url_for('desk_access.show')}{'?' if query else ''}{query}"

    def question(self) -> ShowAccessPage:
        wanted = AccessFilter(reader=self.reader or None, exceptional=self.exceptional)
        part = Slice(limit=_ON_A_PAGE, cursor=self.cursor)
        return ShowAccessPage(records=ListAccess(wanted=wanted, number=self.number or None, part=part))


class Row(NamedTuple):
    """A record as it is listed; `office` is where they read, `number` that of the case."""

    at: datetime
    who: str
    role: str
    office: str
    shown: str
    number: str
    people: int
    purpose: str
    is_exceptional: bool


class ConcernCard(NamedTuple):
    """Something to look into, with the form to review it, refused if it has problems."""

    id: UUID
    at: datetime
    who: str
    office: str
    words: str
    number: str
    reason: str
    until: datetime | None
    typed: str
    problems: tuple[str, ...]


@blueprint.get("")
@signed_in(*READERS)
def show() -> Response:
    return _render()


@blueprint.post("/concerns/<uuid:concern_id>")
@signed_in(Role.DATA_PROTECTION_OFFICER)
def review(concern_id: UUID) -> Response:
    """Keep what came of looking into it."""
    note = request.form.get("note", "")
    try:
        engine().carry_out(ReviewConcern(concern_id=concern_id, note=note), actor=actor())
    except Invalid:
        problem = _("Say what came of it, in at most 1000 letters.")
        return _render(refused={concern_id: (note, (problem,))}, status=422)
    except NotPermitted as refusal:
        if refusal.code != "four_eyes":
            raise
        problem = _("You have read this yourself: somebody else has to look into it.")
        return _render(refused={concern_id: (note, (problem,))}, status=403)
    except Conflict:
        return _render(flash=FlashMessage(_("Somebody has looked into it already."), "bad"), status=409)
    return redirect(url_for("desk_access.show", said="reviewed"), 303)


@blueprint.get("/reason")
@signed_in(*_GIVE_REASONS)
def ask_reason() -> Response:
    """The form for a reason; of a case by its number, or by its id in the address that refused it."""
    return _reason_form(next_address=request.args.get("next"), case_id=request.args.get("case", type=UUID))


@blueprint.post("/reason")
@signed_in(*_GIVE_REASONS)
def give_reason() -> Response:
    case_id = request.form.get("case", type=UUID)
    number, reason = (request.form.get(name, "").strip() for name in ("number", "reason"))
    next_address = request.form.get("next")
    problems: Problems = {} if case_id or number else {"number": [_("Give the number of the case.")]}
    if not 1 <= len(reason) <= 1000:
        problems["reason"] = [_("Say why, in at most 1000 letters.")]
    if not problems:
        command = OpenExceptionally(case=case_id or number[:_LONGEST], reason=reason)
        try:
            opened = engine().carry_out(command, actor=actor())
        except NotFound:
            problems["number"] = [_("There is no case with this number.")]
            case_id = None
        else:
            there = case_address(opened.case_id) if opened.case_id else url_for("home")
            return redirect(local_address(next_address, otherwise=there), 303)
    return _reason_form(
        next_address=next_address, case_id=case_id, number=number, reason=reason, problems=problems
    )


def _render(
    *,
    refused: Mapping[UUID, tuple[str, tuple[str, ...]]] | None = None,
    flash: FlashMessage | None = None,
    status: int = 200,
) -> Response:
    search, problem = Search.read(), None
    try:
        found = engine().ask(search.question(), actor=actor())
    except Invalid:
        problem = _("This is no number of a case.")
        search = Search(reader=search.reader, exceptional=search.exceptional)
        found = engine().ask(search.question(), actor=actor())
    following = found.records.page.next
    return page(
        "access/access.html",
        status=422 if problem else status,
        flash=flash or flash_message(),
        search=search,
        problem=problem,
        rows=[_row(record, found) for record in found.records.page.items],
        concerns=[_card(concern, found, refused or {}) for concern in found.concerns.page.items],
        has_more_concerns=found.concerns.page.next is not None,
        reviews=actor().has(Role.DATA_PROTECTION_OFFICER),
        first_address=search.address(),
        next_address=search.address(cursor=following) if following else None,
    )


def _row(record: AccessRecord, found: AccessPage) -> Row:
    return Row(
        at=record.at,
        who=_reader_words(record, found.records.people),
        role=words.role_words(record.role) if record.role else "",
        office=record.agency_key or record.branch_code or "",
        shown=shown_words(record.shown),
        number=found.records.numbers.get(record.case_id, "") if record.case_id else "",
        people=record.people,
        purpose=purpose_words(record.purpose),
        is_exceptional=record.concern_id is not None,
    )


def _card(
    concern: Concern, found: AccessPage, refused: Mapping[UUID, tuple[str, tuple[str, ...]]]
) -> ConcernCard:
    typed, problems = refused.get(concern.id, ("", ()))
    return ConcernCard(
        id=concern.id,
        at=concern.at,
        who=_reader_words(concern, found.concerns.people),
        office=concern.branch_code or "",
        words=concern_words(concern),
        number=found.concerns.numbers.get(concern.case_id, "") if concern.case_id else "",
        reason=concern.reason or "",
        until=concern.until,
        typed=typed,
        problems=problems,
    )


def _reader_words(read: AccessRecord | Concern, people: Mapping[str, str]) -> str:
    return words.person_words(read.reader, people if read.reader_kind is ActorKind.USER else {})


def _reason_form(
    *,
    next_address: str | None,
    case_id: UUID | None,
    number: str = "",
    reason: str = "",
    problems: Problems | None = None,
) -> Response:
    return page(
        "access/reason.html",
        status=422 if problems else 200,
        next_address=next_address or "",
        case_id=case_id,
        number=number,
        reason=reason,
        problems=problems or {},
        hours=engine().decided().number(SettingKey.EXCEPTIONAL_ACCESS_HOURS, engine().clock.now()),
    )

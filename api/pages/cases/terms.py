"""The terms of a case, entry by entry: extended by a decision, and corrected once it was shown what moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import case_address, shown_term
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_READERS, CASE_WORKERS, actor, signed_in
from engine.cases.model import Case
from engine.cases.term_changes import CorrectTerm, ExtendTerm
from engine.cases.term_queries import PreviewCorrection, ShowTermSheet, TermSheet, TermView
from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict, Invalid, OutOfDate
from engine.terms.ledger import TermCause, TermEntry, TermEvent
from engine.terms.term import TermKind
from engine.terms.words import length_words

blueprint = Blueprint("case_terms", __name__, url_prefix="/desk/cases/<uuid:case_id>/terms")

Problems = Mapping[str, Sequence[str]]


class EntryRow(NamedTuple):
    """An entry as a row: what, on which day, why, and the address at which its day is corrected."""

    what: str
    day: str
    why: str
    law: str
    correct: str | None


@dataclass(frozen=True, kw_only=True)
class ShownTerm:
    """A term with its entries; `extension` says by how much it may still be extended, where it may."""

    kind: TermKind
    name: str
    words: str
    law: str
    rows: Sequence[EntryRow]
    extension: str | None
    most: int


@dataclass(frozen=True, kw_only=True)
class Correction:
    """The form that corrects the day of an entry; `moves` says what would move, once a day is chosen."""

    kind: TermKind
    number: int
    what: str
    was: str
    day: str
    moves: Sequence[str]


@blueprint.get("")
@signed_in(*CASE_READERS)
def show(case_id: UUID) -> Response:
    """The terms; with `term`, `number` and `day` in the address also what a correction would move."""
    return _render(case_id, flash=flash_message())


@blueprint.post("/<any(legal, service, appeal, answer, act):term>/extend")
@signed_in(*CASE_WORKERS)
def extend(case_id: UUID, term: str) -> Response:
    form = request.form
    command = ExtendTerm(
        case_id=case_id,
        term=TermKind(term),
        by=form.get("by", 0, type=int),
        law=form.get("law", ""),
        reason=form.get("reason", ""),
        expected_version=form.get("version", type=int),
    )
    return _carry_out(case_id, command, done="term-extended")


@blueprint.post("/<any(legal, service, appeal, answer, act):term>/<int:number>/correct")
@signed_in(Role.MANAGER)
def correct(case_id: UUID, term: str, number: int) -> Response:
    form = request.form
    command = CorrectTerm(
        case_id=case_id,
        term=TermKind(term),
        number=number,
        day=dates.day_sent(form.get("day")) or date.max,
        reason=form.get("reason", ""),
        expected_version=form.get("version", type=int),
    )
    return _carry_out(case_id, command, done="term-corrected")


def _carry_out(case_id: UUID, command: ExtendTerm | CorrectTerm, *, done: str) -> Response:
    try:
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        problems = {name: [_problem(name)] for name in refused.errors}
        return _render(case_id, problems=problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict as refused:
        return _render(case_id, flash=_refusal(refused), status=HTTPStatus.CONFLICT)
    return redirect(f"{url_for('case_terms.show', case_id=case_id)}?said={done}", 303)


def _render(
    case_id: UUID,
    *,
    flash: FlashMessage | None = None,
    problems: Problems | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    reader = actor()
    wanted = _wanted(case_id) if reader.has(Role.MANAGER) else None
    sheet = engine().ask(ShowTermSheet(case_id=case_id, corrected=wanted), actor=reader)
    case = sheet.case
    works_here = reader.has(*CASE_WORKERS) and reader.branch_id == case.branch_id and not case.is_closed
    corrects = works_here and reader.has(Role.MANAGER)
    correction, refused = _correction(sheet) if corrects else (None, {})
    return page(
        "cases/terms.html",
        status=status,
        flash=flash,
        case=case,
        case_file=case_address(case_id),
        terms=[_shown(case, term, corrects=corrects) for term in sheet.terms],
        extends=works_here,
        correction=correction,
        problems={**refused, **(problems or {})},
        typed=request.form,
    )


def _shown(case: Case, term: TermView, *, corrects: bool) -> ShownTerm:
    left = term.extension_left
    return ShownTerm(
        kind=term.kind,
        name=shown_term(term).name,
        words=localized(term.words),
        law=term.law or "",
        rows=[_row(case, term.kind, entry, corrects=corrects) for entry in term.entries],
        extension=localized(length_words(left)) if left else None,
        most=left.amount if left else 0,
    )


def _row(case: Case, kind: TermKind, entry: TermEntry, *, corrects: bool) -> EntryRow:
    cause = cause_words(entry.cause)
    is_corrected = corrects and entry.event is not TermEvent.CORRECTED
    address = url_for("case_terms.show", case_id=case.id, term=kind.value, number=entry.number)
    return EntryRow(
        what=event_words(entry),
        day=dates.plain_day(entry.day),
        why=_("no longer: %(cause)s", cause=cause) if entry.event is TermEvent.RESUMED else cause,
        law=entry.law or "",
        correct=f"{address}#correction" if is_corrected else None,
    )


def _named(values: Mapping[str, str]) -> tuple[str | None, int | None]:
    """The term and the number of the entry that the address names."""
    view = request.view_args or {}
    number = view.get("number") or values.get("number", "")
    return view.get("term") or values.get("term"), int(number) if str(number).isdecimal() else None


def _wanted(case_id: UUID) -> PreviewCorrection | None:
    """The correction whose day was typed, if one was."""
    kind, number = _named(request.values)
    day = dates.day_sent(request.values.get("day"))
    if kind not in list(TermKind) or number is None or day is None:
        return None
    return PreviewCorrection(case_id=case_id, term=TermKind(kind), number=number, day=day)


def _correction(sheet: TermSheet) -> tuple[Correction | None, Problems]:
    """The form for the entry that the address names, and why its day cannot be."""
    named, text = _named(request.values), request.values.get("day", "")
    found = next(
        (
            (term.kind, entry)
            for term in sheet.terms
            for entry in term.entries
            if (term.kind, entry.number) == named and entry.event is not TermEvent.CORRECTED
        ),
        None,
    )
    if found is None:
        return None, {}
    kind, entry = found
    move, refusal = sheet.move, sheet.refusal
    problem = _refusal(refusal).words if isinstance(refusal, Conflict) else _problem("day")
    is_refused = bool(text) and move is None
    shown = Correction(
        kind=kind,
        number=entry.number,
        what=event_words(entry),
        was=dates.plain_day(entry.day),
        day=text or entry.day.isoformat(),
        moves=[*_moves(move.before, move.after), localized(move.words)] if move else [],
    )
    return shown, {"day": [problem]} if is_refused else {}


def _moves(before: date | None, after: date | None) -> list[str]:
    if before == after:
        return [_("The last day of the term stays the same.")]
    known = [dates.plain_day(day) if day else _("not known while it rests") for day in (before, after)]
    return [
        _("The last day of the term moves: from %(before)s to %(after)s.", before=known[0], after=known[1]),
        _("Tasks that are due with the term, and dates of the procedure that go by it, move too."),
    ]


def event_words(entry: TermEntry) -> str:
    length = localized(length_words(entry.length)) if entry.length else ""
    if entry.event is TermEvent.CORRECTED and entry.length is not None:
        return _("Entry %(number)s now has %(length)s", number=entry.corrects, length=length)
    return {
        TermEvent.BEGUN: _("Begun: %(length)s", length=length),
        TermEvent.RESTED: _("Rests"),
        TermEvent.RESUMED: _("Goes on"),
        TermEvent.RESTARTED: _("Begun anew: %(length)s", length=length),
        TermEvent.EXTENDED: _("Extended by %(length)s", length=length),
        TermEvent.ENDED: _("Ended"),
        TermEvent.CORRECTED: _("Day of entry %(number)s corrected", number=entry.corrects),
    }[entry.event]


def cause_words(cause: TermCause) -> str:
    return {
        TermCause.OPENED: _("the case was opened"),
        TermCause.COMPLETE_FILE: _("the file is complete"),
        TermCause.CITIZEN_AWAITED: _("the citizen is awaited"),
        TermCause.SUSPENDED: _("the case is suspended"),
        TermCause.DECISION: _("by a decision"),
        TermCause.SILENCE: _("silence of the office"),
        TermCause.DECIDED: _("it was decided"),
        TermCause.NOTIFIED: _("the citizen was told"),
        TermCause.DELIVERED: _("it was delivered"),
        TermCause.APPEALED: _("an appeal was filed"),
        TermCause.EXPIRED: _("nobody appealed"),
        TermCause.CLOSED: _("the case was closed"),
        TermCause.MISTAKE: _("it was another day"),
        TermCause.NEW_LAW: _("the case follows another version of the procedure"),
    }[cause]


def _problem(field: str) -> str:
    return {
        "by": _("Write a whole number, within what is left."),
        "law": _("Name the law and article, or the decision, in at most 200 letters."),
        "reason": _("Say why, in at most 1000 letters."),
        "day": _("Choose a day until today."),
    }.get(field, _("This cannot be."))


def _refusal(refused: Conflict) -> FlashMessage:
    if isinstance(refused, OutOfDate):
        words = _("Somebody changed the case meanwhile. Look at it again, then decide.")
    else:
        words = {
            "term_is_over": _("The term is over: it could be extended until its last day."),
            "term_not_extendable": _("The procedure allows no further extension of this term."),
            "term_has_ended": _("The term has ended: what it asks for was done."),
            "day_before_term": _("That day is before the term begins. Correct its beginning first."),
            "day_out_of_order": _("On that day it could not have happened: another entry stands in between."),
            "case_closed": _("The case is closed."),
        }.get(refused.code, _("That cannot be done with this term now."))
    return FlashMessage(words, "bad")

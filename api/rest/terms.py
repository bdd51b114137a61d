"""The terms of a case: where each stands and why, extended by a decision, and corrected."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import expected_version
from api.http.calls import JSON, Calls, View
from api.http.context import actor, engine
from api.http.fields import Choice, ComposedShape, Shape, Text, Whole
from api.rest.case_bodies import CASE, CaseBody
from engine.cases.term_changes import CorrectTerm, ExtendTerm
from engine.cases.term_queries import PreviewCorrection, ShowTerms
from engine.kernel.actor import Scope
from engine.terms.ledger import TermCause, TermEvent
from engine.terms.length import LONGEST, Unit
from engine.terms.term import TermKind

calls = Calls("terms", about="The terms of a case: of law, and of the service norm.")

_CASE = {**CASE, "tasks": [], "service_tasks": []}
_WORDS = {
    "el": "20 εργάσιμες ημέρες από 3 Μαρτίου · λήγει στις 1 Απριλίου",
    "en": "20 working days from 3 March; ends on 1 April",
}


class LengthShape(Shape):
    """So many of a unit."""

    amount = fields.Integer(required=True)
    unit = Choice(Unit, required=True)


class WordsShape(Shape):
    """A sentence in both languages."""

    el = fields.String(required=True)
    en = fields.String(required=True)


class TermEntryShape(Shape):
    """Something that happened to the term; who did it and when stands in the journal."""

    number = fields.Integer(required=True)
    event = Choice(TermEvent, required=True)
    day = fields.Date(required=True)
    cause = Choice(TermCause, required=True)
    law = fields.String(required=True, allow_none=True)
    length = fields.Nested(LengthShape, required=True, allow_none=True)
    corrects = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The number of the entry set right."},
    )


class TermShape(ComposedShape):
    """A term of a case that has begun."""

    term = Choice(TermKind, required=True)
    law = fields.String(required=True, allow_none=True)
    begun = fields.Date(required=True)
    length = fields.Nested(LengthShape, required=True)
    last_day = fields.Date(
        required=True, allow_none=True, metadata={"description": "Not known while it rests."}
    )
    rests_since = fields.Date(required=True, allow_none=True)
    ended = fields.Date(required=True, allow_none=True, metadata={"description": "When it was done."})
    was_in_time = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Null while nothing was done."}
    )
    extension_left = fields.Nested(LengthShape, required=True, allow_none=True)
    words = fields.Nested(WordsShape, required=True)
    entries = fields.List(fields.Nested(TermEntryShape), required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """Where it stands comes from its count."""
        if name == "term":
            return thing.kind
        return getattr(thing if hasattr(thing, name) else thing.count, name)


class Terms(ma.Schema):
    """The terms of a case, that of law first."""

    items = fields.List(fields.Nested(TermShape), required=True)


class TermExtensionBody(ma.Schema):
    """A decision that extends the term."""

    by = Whole(least=1, most=LONGEST, required=True, means="In the unit of the procedure's limit.")
    law = Text(most=200, required=True, example="απόφαση 7/2026, ν. 2690/1999 άρθρο 4")
    reason = Text(most=1000, required=True, example="Πολύπλοκη υπόθεση.")


class TermCorrectionBody(ma.Schema):
    """The day on which it happened indeed."""

    day = fields.Date(required=True)
    reason = Text(most=1000, required=True, example="Ήρθε με το ταχυδρομείο στις 16 Μαρτίου.")


class TermCorrectionQuery(ma.Schema):
    """The day that would be set."""

    day = fields.Date(required=True)


class TermMoveShape(Shape):
    """What the correction would move."""

    before = fields.Date(required=True, allow_none=True)
    after = fields.Date(required=True, allow_none=True)
    words = fields.Nested(WordsShape, required=True)


@calls.call("GET", "/cases/<uuid:case_id>/terms", scope=Scope.CASES_READ, refuses=[404])
@calls.response(
    200,
    Terms,
    example={
        "items": [
            {
                "term": "legal",
                "law": "ν. 2690/1999 άρθρο 4",
                "begun": "2026-03-03",
                "length": {"amount": 20, "unit": "working_days"},
                "last_day": "2026-04-01",
                "rests_since": None,
                "ended": None,
                "was_in_time": None,
                "extension_left": None,
                "words": _WORDS,
                "entries": [],
            }
        ]
    },
)
def show_terms(case_id: UUID) -> object:
    """Show the terms of a case.

    Each with what has happened to it, where it stands by that, and both in words.
    """
    return {"items": engine().ask(ShowTerms(case_id=case_id), actor=actor())}


def _changing(path: str, body: type[ma.Schema]) -> Callable[[View], View]:
    def taking(view: View) -> View:
        answered = calls.response(200, CaseBody, example=_CASE)(view)
        route = calls.call(
            "POST",
            f"/cases/<uuid:case_id>/terms/{path}",
            scope=Scope.CASES_WRITE,
            takes=JSON,
            headers=["If-Match"],
            refuses=[404, 409],
        )
        return route(calls.arguments(body)(answered))

    return taking


@_changing("<any(legal, service):term>/extend", TermExtensionBody)
def extend_term(body: dict[str, Any], case_id: UUID, term: str) -> object:
    """Extend a term.

    By a decision, within the limit of the procedure. The citizen is told of the later end.
    """
    command = ExtendTerm(case_id=case_id, term=TermKind(term), **body, expected_version=expected_version())
    return engine().carry_out(command, actor=actor())


@_changing("<any(legal, service):term>/entries/<int:number>/correct", TermCorrectionBody)
def correct_term(body: dict[str, Any], case_id: UUID, term: str, number: int) -> object:
    """Correct the day of an entry.

    For the manager of the branch. The end of the term, due dates and timers move with it.
    """
    command = CorrectTerm(
        case_id=case_id, term=TermKind(term), number=number, **body, expected_version=expected_version()
    )
    return engine().carry_out(command, actor=actor())


@calls.call(
    "GET",
    "/cases/<uuid:case_id>/terms/<any(legal, service):term>/entries/<int:number>/correction",
    scope=Scope.CASES_READ,
    refuses=[404, 409, 422],
)
@calls.arguments(TermCorrectionQuery, location="query")
@calls.response(200, TermMoveShape, example={"before": "2026-04-01", "after": "2026-03-30", "words": _WORDS})
def preview_correction(query: dict[str, Any], case_id: UUID, term: str, number: int) -> object:
    """See what a correction would move.

    Nothing is changed.
    """
    question = PreviewCorrection(case_id=case_id, term=TermKind(term), number=number, day=query["day"])
    return engine().ask(question, actor=actor())

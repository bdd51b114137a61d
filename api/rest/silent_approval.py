"""The certificate of silent approval, for the branch and for the citizen."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from api.http.calls import Calls
from api.http.context import actor, engine
from api.http.fields import Shape, TwoLanguages
from api.http.identity import count_guess
from api.rest.tracking import TrackQuery
from engine.cases.silent_approval import ShowCitizensSilentApproval, ShowSilentApproval, SilentApproval
from engine.kernel.actor import CITIZEN, Scope


class SilentApprovalShape(Shape):
    """That silence of the office approved what was asked for, by law."""

    number = fields.String(required=True)
    procedure = fields.Nested(TwoLanguages, required=True)
    branch = fields.Nested(TwoLanguages, required=True)
    law = fields.String(required=True)
    day = fields.Date(required=True, metadata={"description": "On which the silence took effect."})
    term = fields.Nested(TwoLanguages, required=True, metadata={"description": "The term in words."})
    verification_code = fields.String(
        required=True, metadata={"description": "With the number it shows the case on the tracking page."}
    )


_CERTIFICATE = {
    "number": "0009-26-000123-4",
    "procedure": {"el": "Άδεια παιδικού σταθμού", "en": "Day-care centre licence"},
    "branch": {"el": "ΚΕΠ Αθηναίων", "en": "Athens"},
    "law": "ν. 4442/2016 άρθρο 7",
    "day": "2026-05-11",
    "term": {
        "el": "2 μήνες από 9 Μαρτίου · έληξε με σιωπή στις 11 Μαΐου, εμπρόθεσμα",
        "en": "2 months from 9 March; ended by silence on 11 May, in time",
    },
    "verification_code": "K7QX-9PAB-2MRT-4WZE",
}

calls = Calls("silent-approval", about="The certificate that the law approved by silence.")


@calls.call("GET", "/cases/<uuid:case_id>/silent-approval", scope=Scope.CASES_READ, refuses=[404, 409])
@calls.response(200, SilentApprovalShape, example=_CERTIFICATE)
def show_silent_approval(case_id: UUID) -> object:
    """Show the certificate of silent approval.

    For the people of the case's branch. 409 where silence has approved nothing.
    """
    return _shape(engine().ask(ShowSilentApproval(case_id=case_id), actor=actor()))


@calls.call("GET", "/track/<number>/silent-approval", scope=None, refuses=[404, 409, 422])
@calls.arguments(TrackQuery, location="query")
@calls.response(200, SilentApprovalShape, example=_CERTIFICATE)
def show_citizens_silent_approval(query: dict[str, str], number: str) -> object:
    """Show the certificate of silent approval of your own case.

    With the number and the code on the receipt; a wrong code and an unknown number look alike.
    """
    count_guess("track")
    question = ShowCitizensSilentApproval(number=number, code=query["code"])
    return _shape(engine().ask(question, actor=CITIZEN))


def _shape(found: SilentApproval) -> dict[str, Any]:
    return {
        "number": found.number,
        "procedure": {"el": found.title.el, "en": found.title.en},
        "branch": {"el": found.letterhead.called.el, "en": found.letterhead.called.en},
        "law": found.law,
        "day": found.day,
        "term": {"el": found.words.el, "en": found.words.en},
        "verification_code": found.code,
    }

"""Tracking: where a case is and what it awaits, for anybody who holds the receipt."""

from typing import Any

import marshmallow as ma
from flask import request
from marshmallow import fields

from api.http.arguments import form_fields, slice_of
from api.http.calls import JSON, MULTIPART, Calls
from api.http.context import engine
from api.http.fields import (
    Choice,
    ComposedShape,
    Euros,
    FreeData,
    Moment,
    PageQuery,
    Shape,
    Text,
    TwoLanguages,
    page_of,
)
from api.http.idempotency import given_key
from api.http.identity import count_guess
from api.rest.appointments import OwnAppointmentShape
from api.supplies import LARGEST_BODY, count_receipt, sent_files, supply
from engine.access.queries import ShowReaders
from engine.kernel.actor import CITIZEN, Role
from engine.kernel.disclosure import Purpose, Shown
from engine.kernel.signing import SignatureState
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.messages.send_from_citizen import SendFromCitizen
from engine.payments.model import PaymentState
from engine.supplements.model import LONGEST_NOTE, MOST_FILES
from engine.supplements.tracking import TrackCase, Tracking

BROUGHT: dict[str, Any] = {
    "media_type": "application/pdf",
    "size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "added_at": "2026-03-09T10:00:00Z",
}


class TrackQuery(ma.Schema):
    """The code on the receipt."""

    code = Text(
        most=40, required=True, means="The tracking code on the receipt.", example="K7QX-9PAB-2MRT-4WZE"
    )


class ReadersQuery(PageQuery):
    """The code on the receipt, and which part of the list is wanted."""

    code = Text(most=40, required=True, means="The tracking code on the receipt.", example="K7QX9PAB")


class ReadingShape(Shape):
    """That somebody read something of the case."""

    at = Moment(required=True)
    office = fields.Nested(TwoLanguages, required=True, allow_none=True)
    role = Choice(Role, required=True, allow_none=True)
    purpose = Choice(Purpose, required=True)
    shown = Choice(Shown, required=True, means="What of the case they read.")


ReadingPage = page_of(ReadingShape)


class SupplyForm(ma.Schema):
    """What comes with the files."""

    code = Text(most=40, required=True)
    awaited = fields.UUID(required=True)
    note = Text(most=LONGEST_NOTE, least=0, load_default="")


class CitizenMessageBody(ma.Schema):
    """A message for the citizen's own case."""

    code = Text(
        most=40, required=True, means="The tracking code on the receipt.", example="K7QX-9PAB-2MRT-4WZE"
    )
    name = Text(most=200, required=True, example="application_withdrawn")
    data = FreeData(
        means="The payload; only what the diagram maps of it becomes a variable.", load_default=dict
    )


class CitizenMessageReceipt(ma.Schema):
    """That the case has the message."""

    result = fields.String(required=True, validate=ma.validate.OneOf(["delivered"]))


class AwaitedShape(ma.Schema):
    """Something that the citizen has to bring."""

    id = fields.UUID(required=True, metadata={"description": "What it is sent to."})
    wanted = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What the agency asks for; null where the service centre asked in person."},
    )


class BroughtShape(Shape):
    """A document that the citizen sent; not what it is called, which may be personal."""

    media_type = fields.String(required=True, metadata={"description": "What its content is."})
    size = fields.Integer(required=True, metadata={"description": "In bytes."})
    sha256 = fields.String(required=True, metadata={"description": "Of the content, in hexadecimal."})
    added_at = Moment(required=True)


class SupplyShape(Shape):
    """What was received."""

    at = Moment(required=True)
    documents = fields.List(fields.Nested(BroughtShape), required=True)


class OwedShape(ComposedShape):
    """A fee of the case; not why somebody need not pay it, which may be personal."""

    title = fields.Nested(TwoLanguages, required=True)
    amount = Euros(required=True, allow_none=True)
    state = Choice(PaymentState, required=True)
    code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The e-Paravolo by which it is paid, 20 digits."},
    )

    def value_of(self, thing: Any, name: str) -> Any:
        """The title comes in two fields, everything else as it is."""
        return {"el": thing.title, "en": thing.title_en} if name == "title" else getattr(thing, name)


class SignerShape(Shape):
    """A party of the case, as all of it may know them."""

    role = fields.String(required=True)
    title = fields.Nested(TwoLanguages, required=True)
    initials = fields.String(required=True)
    state = Choice(SignatureState, required=True, allow_none=True, means="Null until they are asked to sign.")


class Whereabouts(ma.Schema):
    """Where a case is, and what is expected of the citizen; nothing personal."""

    number = fields.String(required=True)
    procedure = fields.Nested(TwoLanguages, required=True)
    status = Choice(CaseStatus, required=True)
    flags = fields.List(fields.String(), required=True)
    opened_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    term = fields.Nested(
        TwoLanguages,
        required=True,
        allow_none=True,
        metadata={"description": "The term of law in words, with what has happened to it."},
    )
    closed_at = Moment(required=True, allow_none=True)
    outcome = fields.Nested(TwoLanguages, required=True, allow_none=True)
    expected = fields.Nested(
        TwoLanguages, required=True, metadata={"description": "What is expected of the citizen."}
    )
    awaited = fields.List(fields.Nested(AwaitedShape), required=True)
    brought = fields.List(fields.Nested(BroughtShape), required=True)
    payments = fields.List(fields.Nested(OwedShape), required=True)
    wanted_appointments = fields.List(
        fields.UUID(),
        required=True,
        metadata={"description": "The requests for which they are to choose a time."},
    )
    appointments = fields.List(fields.Nested(OwnAppointmentShape), required=True)
    signers = fields.List(fields.Nested(SignerShape), required=True)


calls = Calls("tracking", about="What the citizen may know with the receipt in hand; nothing personal.")

Texts = dict[str, str]

_NOTHING = {"el": "Δεν χρειάζεται να κάνετε κάτι.", "en": "You need not do anything."}
_FLAGS: dict[Flag, Texts] = {
    Flag.READY_FOR_PICKUP: {
        "el": "Το έγγραφό σας είναι έτοιμο: περάστε να το παραλάβετε.",
        "en": "Your document is ready: please come and collect it.",
    },
    Flag.AWAITING_CITIZEN: {
        "el": "Περιμένουμε κάτι από εσάς: στείλτε το, ή επικοινωνήστε με το ΚΕΠ.",
        "en": "We wait for something from you: send it, or contact the service centre.",
    },
    Flag.AWAITING_AGENCY: {
        "el": "Περιμένουμε την απάντηση της υπηρεσίας. " + _NOTHING["el"],
        "en": "We wait for the agency's answer. " + _NOTHING["en"],
    },
}
_UNDER_WAY = {
    "el": "Η υπόθεσή σας είναι σε εξέλιξη. " + _NOTHING["el"],
    "en": "Your case is under way. " + _NOTHING["en"],
}
_TO_PAY = {
    "el": "Οφείλεται παράβολο: πληρώστε το με τον κωδικό του ή στο ΚΕΠ.",
    "en": "A fee is to be paid: pay it by its code or at the service centre.",
}
_SIGNATURES = {
    "el": "Περιμένουμε υπογραφές προσώπων της υπόθεσης.",
    "en": "We wait for people of the case to sign.",
}
_SUSPENDED = {"el": "Η υπόθεσή σας έχει ανασταλεί.", "en": "Your case is on hold."}
_ENDED = {"el": "Η υπόθεση έχει κλείσει.", "en": "The case is closed."}
WHEREABOUTS: dict[str, Any] = {
    "number": "0009-26-000123-4",
    "procedure": {"el": "Βεβαίωση μόνιμης κατοικίας", "en": "Permanent residence certificate"},
    "status": "open",
    "flags": ["ready_for_pickup"],
    "opened_at": "2026-03-09T10:00:00Z",
    "due_at": "2026-03-16T22:00:00Z",
    "term": {
        "el": "5 ημέρες από 9 Μαρτίου · λήγει στις 16 Μαρτίου",
        "en": "5 days from 9 March; ends on 16 March",
    },
    "closed_at": None,
    "outcome": None,
    "expected": _FLAGS[Flag.READY_FOR_PICKUP],
    "awaited": [],
    "brought": [BROUGHT],
    "payments": [
        {
            "title": {"el": "Παράβολο άδειας", "en": "Licence fee"},
            "amount": "75.00",
            "state": "created",
            "code": "12345678901234567890",
        }
    ],
    "wanted_appointments": [],
    "appointments": [],
    "signers": [],
}
_READING = {
    "at": "2026-03-09T10:00:00Z",
    "office": {"el": "ΚΕΠ Αθηναίων", "en": "Athens"},
    "role": "clerk",
    "purpose": "task",
    "shown": "case",
}
_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["code", "awaited", "files"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "string", "minLength": 1, "maxLength": 40, "examples": ["K7QX-9PAB-2MRT-4WZE"]},
        "awaited": {"type": "string", "format": "uuid", "description": "The id of what awaits it."},
        "note": {"type": "string", "maxLength": LONGEST_NOTE, "description": "A word to the service centre."},
        "files": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_FILES,
            "items": {"type": "string", "format": "binary"},
            "description": "PDF, PNG, JPEG, WebP or TIFF, which their first bytes tell.",
        },
    },
}


@calls.call("GET", "/track/<number>", scope=None, refuses=[404, 422])
@calls.arguments(TrackQuery, location="query")
@calls.response(200, Whereabouts, example=WHEREABOUTS)
def track_case(query: dict[str, str], number: str) -> object:
    """Track a case.

    Where it is, and what is expected of the citizen. A wrong code and an unknown number look alike.
    """
    count_guess("track")
    return whereabouts(engine().ask(TrackCase(number=number, code=query["code"]), actor=CITIZEN))


def whereabouts(found: Tracking) -> dict[str, Any]:
    """The fields of `Whereabouts`."""
    outcome = found.outcome
    return {
        "number": found.number,
        "procedure": {"el": found.procedure_title, "en": found.procedure_title_en},
        "status": found.status,
        "flags": sorted(found.flags),
        "opened_at": found.opened_at,
        "due_at": found.due_at,
        "term": {"el": found.term.el, "en": found.term.en} if found.term else None,
        "closed_at": found.closed_at,
        "outcome": {"el": outcome.text, "en": outcome.text_en} if outcome else None,
        "expected": _expected(found),
        "awaited": [
            {"id": thing.task_id or thing.service_task_id, "wanted": thing.wanted} for thing in found.awaited
        ],
        "brought": found.brought,
        "payments": found.payments,
        "wanted_appointments": found.wanted_appointments,
        "appointments": [one.appointment for one in found.appointments],
        "signers": [
            {
                "role": one.role,
                "title": {"el": one.title.el, "en": one.title.en},
                "initials": one.initials,
                "state": one.state,
            }
            for one in found.signers
        ],
    }


@calls.call("GET", "/track/<number>/readers", scope=None, refuses=[404, 422])
@calls.arguments(ReadersQuery, location="query")
@calls.response(200, ReadingPage, example={"items": [_READING], "next": None})
def list_readers_of_case(query: dict[str, Any], number: str) -> object:
    """List who has read a case.

    When, in which office and role, and for what purpose, newest first; nobody by name. A wrong code and an
    unknown number look alike.
    """
    count_guess("track")
    question = ShowReaders(number=number, code=query["code"], part=slice_of(query))
    return engine().ask(question, actor=CITIZEN).page


@calls.call(
    "POST",
    "/track/<number>/supplies",
    scope=None,
    takes=MULTIPART,
    most_bytes=LARGEST_BODY,
    headers=["Idempotency-Key"],
    refuses=[404, 409],
)
@calls.doc(requestBody={"required": True, "content": {MULTIPART: {"schema": _FORM}}})
@calls.response(201, SupplyShape, example={"at": BROUGHT["added_at"], "documents": [BROUGHT]})
def supply_case(number: str) -> object:
    """Send what a case awaits of its citizen.

    With the number and the code on the receipt. What `awaited` names gets all the files, and awaits nothing
    any more. The same content is one document of the case, however often it is sent.
    """
    count_guess("supply")
    sent = form_fields(request.form, SupplyForm())
    count_receipt(number, sent["code"])
    return supply(
        number=number,
        proof=sent["code"],
        awaited_id=sent["awaited"],
        files=sent_files(),
        note=sent["note"],
        key=given_key(),
    )


@calls.call("POST", "/track/<number>/messages", scope=None, takes=JSON, refuses=[404, 409])
@calls.arguments(
    CitizenMessageBody, example={"code": "K7QX-9PAB-2MRT-4WZE", "name": "application_withdrawn", "data": {}}
)
@calls.response(200, CitizenMessageReceipt, example={"result": "delivered"})
def send_message_to_case(body: dict[str, Any], number: str) -> object:
    """Send your own case a message that its diagram takes from the citizen.

    With the number and the code on the receipt, which also say which case it is. 409 if the case does not
    wait for it from its citizen now: it is not kept.
    """
    count_guess("supply")
    count_receipt(number, body["code"])
    command = SendFromCitizen(number=number, code=body["code"], name=body["name"], data=body["data"])
    engine().carry_out(command, actor=CITIZEN)
    return {"result": "delivered"}


def _expected(found: Tracking) -> Texts:
    if found.status.is_final:
        return _ENDED
    if found.status is CaseStatus.SUSPENDED:
        return _SUSPENDED
    if any(payment.is_due for payment in found.payments) and Flag.AWAITING_CITIZEN not in found.flags:
        return _TO_PAY
    if found.awaited_signers and not found.awaited:
        return _SIGNATURES
    return next((texts for flag, texts in _FLAGS.items() if flag in found.flags), _UNDER_WAY)

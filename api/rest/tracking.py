"""Tracking: where is my case, and what is awaited of me? For anybody who holds the receipt."""

from typing import Any

from flask import request

from api.http.arguments import form_fields
from api.http.calls import MULTIPART, Calls
from api.http.context import engine
from api.http.identity import count_address
from api.http.once import given_key
from api.rest.schemas import tracking as bodies
from api.supplies import LARGEST_BODY, count_receipt, sent_files, supply
from engine.kernel.actor import SYSTEM
from engine.kernel.case_words import CaseStatus, Flag
from engine.supplements.model import LONGEST_NOTE, MOST_FILES
from engine.supplements.tracking import TrackCase, Tracking

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
_SUSPENDED = {"el": "Η υπόθεσή σας έχει ανασταλεί.", "en": "Your case is on hold."}
_ENDED = {"el": "Η υπόθεση έχει κλείσει.", "en": "The case is closed."}
_EXAMPLE = {
    "number": "0009-26-000123-4",
    "procedure": {"el": "Βεβαίωση μόνιμης κατοικίας", "en": "Permanent residence certificate"},
    "status": "open",
    "flags": ["ready_for_pickup"],
    "opened_at": "2026-03-09T10:00:00Z",
    "due_at": "2026-03-16T22:00:00Z",
    "closed_at": None,
    "outcome": None,
    "expected": _FLAGS[Flag.READY_FOR_PICKUP],
    "awaited": [],
    "brought": [bodies.BROUGHT],
}
_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["code", "awaited", "files"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "string", "minLength": 1, "maxLength": 40, "examples": ["K7QX9PAB"]},
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
@calls.arguments(bodies.TrackQuery, location="query")
@calls.response(200, bodies.Whereabouts, example=_EXAMPLE)
def track_case(query: dict[str, str], number: str) -> object:
    """Track a case.

    Where it is, and what is expected of the citizen. A wrong code and an unknown number look alike.
    """
    count_address("track")
    found = engine().ask(TrackCase(number=number, code=query["code"]), actor=SYSTEM)
    outcome = found.outcome
    return {
        "number": found.number,
        "procedure": {"el": found.procedure_title, "en": found.procedure_title_en},
        "status": found.status,
        "flags": sorted(found.flags),
        "opened_at": found.opened_at,
        "due_at": found.due_at,
        "closed_at": found.closed_at,
        "outcome": {"el": outcome.text, "en": outcome.text_en} if outcome else None,
        "expected": _expected(found),
        "awaited": [
            {"id": thing.task_id or thing.service_task_id, "wanted": thing.wanted} for thing in found.awaited
        ],
        "brought": found.brought,
    }


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
@calls.response(
    201, bodies.SupplyShape, example={"at": bodies.BROUGHT["added_at"], "documents": [bodies.BROUGHT]}
)
def supply_case(number: str) -> object:
    """Send what a case awaits of its citizen.

    With the number and the code on the receipt. What `awaited` names gets all the files, and awaits nothing
    any more. The same content is one document of the case, however often it is sent.
    """
    count_address("supply")
    fields = form_fields(request.form, bodies.SupplyForm())
    count_receipt(number, fields["code"])
    return supply(
        number=number,
        proof=fields["code"],
        awaited_id=fields["awaited"],
        files=sent_files(),
        note=fields["note"],
        key=given_key(),
    )


def _expected(found: Tracking) -> Texts:
    if found.status.is_final:
        return _ENDED
    if found.status is CaseStatus.SUSPENDED:
        return _SUSPENDED
    return next((texts for flag, texts in _FLAGS.items() if flag in found.flags), _UNDER_WAY)

"""Tracking: where is my case? For anybody with the number and the code on the receipt."""

from api.context import engine
from api.gate.calls import Calls
from api.identity import count_address
from api.rest.schemas import tracking as bodies
from engine.domain.actor import SYSTEM
from engine.domain.case import CaseStatus, Flag
from engine.queries.citizen import TrackCase, Tracking

calls = Calls("tracking", about="What the citizen may know with the receipt in hand; nothing personal.")

Texts = dict[str, str]

_NOTHING = {"el": "Δεν χρειάζεται να κάνετε κάτι.", "en": "You need not do anything."}
_FLAGS: dict[Flag, Texts] = {
    Flag.READY_FOR_PICKUP: {
        "el": "Το έγγραφό σας είναι έτοιμο: περάστε να το παραλάβετε.",
        "en": "Your document is ready: please come and collect it.",
    },
    Flag.AWAITING_CITIZEN: {
        "el": "Περιμένουμε κάτι από εσάς: επικοινωνήστε με το ΚΕΠ.",
        "en": "We wait for something from you: please contact the service centre.",
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
    }


def _expected(found: Tracking) -> Texts:
    if found.status.is_final:
        return _ENDED
    if found.status is CaseStatus.SUSPENDED:
        return _SUSPENDED
    return next((texts for flag, texts in _FLAGS.items() if flag in found.flags), _UNDER_WAY)

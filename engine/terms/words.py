"""A term in words, in Greek and in English: how long it is, and what has happened to it so far."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from engine.kernel.bilingual import Bilingual
from engine.terms.ledger import Rest, TermCause, TermCount, TermEntry
from engine.terms.length import Length, Unit

_UNITS: Final[Mapping[Unit, tuple[tuple[str, str], tuple[str, str]]]] = {
    Unit.DAYS: (("ημέρα", "ημέρες"), ("day", "days")),
    Unit.WORKING_DAYS: (("εργάσιμη ημέρα", "εργάσιμες ημέρες"), ("working day", "working days")),
    Unit.WEEKS: (("εβδομάδα", "εβδομάδες"), ("week", "weeks")),
    Unit.MONTHS: (("μήνας", "μήνες"), ("month", "months")),
    Unit.YEARS: (("έτος", "έτη"), ("year", "years")),
}

_MONTHS: Final = (
    ("Ιανουαρίου", "January"),
    ("Φεβρουαρίου", "February"),
    ("Μαρτίου", "March"),
    ("Απριλίου", "April"),
    ("Μαΐου", "May"),
    ("Ιουνίου", "June"),
    ("Ιουλίου", "July"),
    ("Αυγούστου", "August"),
    ("Σεπτεμβρίου", "September"),
    ("Οκτωβρίου", "October"),
    ("Νοεμβρίου", "November"),
    ("Δεκεμβρίου", "December"),
)

_CAUSES: Final[Mapping[TermCause, tuple[str, str]]] = {
    TermCause.CITIZEN_AWAITED: ("όσο αναμενόταν ο πολίτης", "while the citizen was awaited"),
    TermCause.SUSPENDED: ("όσο η υπόθεση ήταν σε αναστολή", "while the case was suspended"),
}

_ENDS: Final[Mapping[TermCause, tuple[str, str]]] = {
    TermCause.SILENCE: ("έληξε με σιωπή στις", "ended by silence on"),
    TermCause.DECIDED: ("εκδόθηκε απόφαση στις", "decided on"),
    TermCause.NOTIFIED: ("έγινε γνωστοποίηση στις", "notified on"),
    TermCause.DELIVERED: ("παραδόθηκε στις", "delivered on"),
    TermCause.APPEALED: ("ασκήθηκε ένσταση στις", "appealed on"),
    TermCause.EXPIRED: ("παρήλθε άπρακτη στις", "passed unused on"),
    TermCause.CLOSED: ("η υπόθεση έκλεισε στις", "the case was closed on"),
}


def length_words(length: Length) -> Bilingual:
    """How long a term is."""
    if length.amount == 0:
        return _said("αυθημερόν", "on the same day")
    greek, english = _UNITS[length.unit]
    is_one = length.amount == 1
    return _said(
        f"{length.amount} {greek[0 if is_one else 1]}", f"{length.amount} {english[0 if is_one else 1]}"
    )


def day_words(day: date, *, beside: date) -> Bilingual:
    """A day, with its year where that is not the one of the day `beside`."""
    greek, english = _MONTHS[day.month - 1]
    year = "" if day.year == beside.year else f" {day.year}"
    return _said(f"{day.day} {greek}{year}", f"{day.day} {english}{year}")


def term_words(count: TermCount) -> Bilingual:
    """What a term was given, what has happened to it, and when it ends: one sentence with its parts in order.

    As in "20 working days from 3 March; rested 11–20 March while the citizen was awaited; ends on 14 April".
    """
    length, begun = length_words(count.length), day_words(count.begun, beside=count.begun)
    parts = [_said(f"{length.el} από {begun.el}", f"{length.en} from {begun.en}")]
    happened = [(rest.since, _rest_words(rest, count.begun)) for rest in count.rests if _is_shown(rest)]
    happened += [(entry.day, _extension_words(entry, count.begun)) for entry in count.extensions]
    parts += [words for _, words in sorted(happened, key=lambda one: one[0])]
    parts.append(_end_words(count))
    return _said(" · ".join(part.el for part in parts), "; ".join(part.en for part in parts))


def _is_shown(rest: Rest) -> bool:
    """A rest that gave no day back is not worth a word."""
    return rest.until is None or rest.until > rest.since


def _rest_words(rest: Rest, begun: date) -> Bilingual:
    why = _joined(_CAUSES[cause] for cause in rest.causes if cause in _CAUSES)
    since = day_words(rest.since, beside=begun)
    if rest.until is None:
        return _said(f"σε αναστολή από {since.el} {why.el}", f"rests since {since.en} {why.en}")
    until = day_words(rest.until, beside=begun)
    is_one_month = (rest.since.year, rest.since.month) == (rest.until.year, rest.until.month)
    between = (
        _said(f"{rest.since.day}–{until.el}", f"{rest.since.day}–{until.en}")
        if is_one_month
        else _said(f"{since.el} – {until.el}", f"{since.en} – {until.en}")
    )
    return _said(f"σε αναστολή {between.el} {why.el}", f"rested {between.en} {why.en}")


def _extension_words(entry: TermEntry, begun: date) -> Bilingual:
    length = length_words(entry.length or Length(0))
    day = day_words(entry.day, beside=begun)
    law = f" ({entry.law})" if entry.law else ""
    return _said(
        f"παρατάθηκε κατά {length.el} στις {day.el}{law}", f"extended by {length.en} on {day.en}{law}"
    )


def _end_words(count: TermCount) -> Bilingual:
    if count.ended is not None and count.end_cause is not None:
        greek, english = _ENDS.get(count.end_cause, _ENDS[TermCause.DECIDED])
        day = day_words(count.ended, beside=count.begun)
        if count.end_cause is TermCause.EXPIRED:
            return _said(f"{greek} {day.el}", f"{english} {day.en}")
        late = _said("εμπρόθεσμα", "in time") if count.was_in_time else _said("εκπρόθεσμα", "late")
        return _said(f"{greek} {day.el}, {late.el}", f"{english} {day.en}, {late.en}")
    if count.last_day is None:
        return _said("συνεχίζεται όταν τελειώσει η αναστολή", "goes on when the rest is over")
    day = day_words(count.last_day, beside=count.begun)
    return _said(f"λήγει στις {day.el}", f"ends on {day.en}")


def _joined(pairs: Iterable[tuple[str, str]]) -> Bilingual:
    both = list(pairs)
    return _said(" και ".join(el for el, _ in both), " and ".join(en for _, en in both))


def _said(greek: str, english: str) -> Bilingual:
    return Bilingual(english, el=greek, en=english)

"""The words that procedures and cases share: status, flags and channel of a case, persons and their roles."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PartyRole(StrEnum):
    """What a party is in the case."""

    APPLICANT = "applicant"
    REPRESENTATIVE = "representative"
    COSIGNER = "cosigner"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person in the words of the Core Person vocabulary; codes are text."""

    given_name: str
    family_name: str
    patronymic: str | None = None
    matronymic: str | None = None
    birth_name: str | None = None
    birth_date: str | None = None
    afm: str | None = None
    amka: str | None = None
    identity_document: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None

    @property
    def full_name(self) -> str:
        """Given and family name, as on a letter."""
        return f"{self.given_name} {self.family_name}"


class OpenedBy(StrEnum):
    """Who opens cases of a procedure."""

    BRANCH = "branch"
    """The people of a branch, for a citizen or a business."""
    ORGANISATION = "organisation"
    """An administrator, for the organisation that they administer."""


class Fact(StrEnum):
    """What a caller may be asked, the most telling first."""

    TRACKING_CODE = "tracking_code"
    AMKA = "amka"
    AFM = "afm"
    IDENTITY_DOCUMENT = "identity_document"
    BIRTH_DATE = "birth_date"
    PATRONYMIC = "patronymic"
    MATRONYMIC = "matronymic"
    PHONE = "phone"


_LATIN = str.maketrans(
    {
        **dict(zip("αβγδεζηικλμνξοπρσςτυφωϊϋ", "avgdeziiklmnxoprsstyfoiy", strict=True)),
        "θ": "th",
        "χ": "ch",
        "ψ": "ps",
    }
)

_PAIRS = (
    (re.compile(r"([αεη])υ(?=[θκξπσςτφχψ]|\b)"), r"\1f"),
    (re.compile(r"([αεη])υ"), r"\1v"),
    (re.compile(r"\bμπ"), "b"),
    (re.compile(r"ου"), "ou"),
    (re.compile(r"γγ"), "ng"),
    (re.compile(r"γξ"), "nx"),
    (re.compile(r"γχ"), "nch"),
)
"""Pairs of letters that are written otherwise than letter by letter (ELOT 743, table 2)."""


def search_form(text: str) -> str:
    """Text as it is searched: lower-case Latin letters and digits without accents, with single spaces.

    Greek is written as ELOT 743 has it for passports, so that Παπαδόπουλος, ΠΑΠΑΔΟΠΟΥΛΟΣ and Papadopoulos are
    found by one another.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    for pair, written in _PAIRS:
        plain = pair.sub(written, plain)
    latin = plain.translate(_LATIN)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in latin).split())


class CaseStatus(StrEnum):
    """The few legal statuses of a case."""

    OPEN = "open"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def is_final(self) -> bool:
        """Whether nothing happens in the case any more."""
        return self not in (CaseStatus.OPEN, CaseStatus.SUSPENDED)


class Flag(StrEnum):
    """Temporary marks on a case, several at a time."""

    AWAITING_CITIZEN = "awaiting_citizen"
    AWAITING_AGENCY = "awaiting_agency"
    OVERDUE = "overdue"
    STUCK = "stuck"
    READY_FOR_PICKUP = "ready_for_pickup"
    APPEALED = "appealed"


FLAG: Final = "stoa:flag"
"""The property of a task or a sub-process that puts a flag on the case while it is open."""


class Channel(StrEnum):
    """How the citizen came."""

    COUNTER = "counter"
    PHONE = "phone"
    WEB = "web"
    VIDEO = "video"
    POST = "post"

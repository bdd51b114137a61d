"""Parties: the persons and bodies in a case, each with a role, and how they are found again."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from uuid import UUID


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


@dataclass(frozen=True, kw_only=True)
class Party:
    """A person in a case."""

    id: UUID
    case_id: UUID
    role: PartyRole
    person: Person


def person_fields(person: Person) -> dict[str, str | None]:
    """The person as process variables."""
    return asdict(person)


def are_same(person: Person, *, afm: str | None, amka: str | None) -> bool:
    """Whether the numbers are the person's: one is, and none is another's."""
    pairs = [(one, other) for one, other in ((person.afm, afm), (person.amka, amka)) if one and other]
    return bool(pairs) and all(one == other for one, other in pairs)


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


_GROUPED_NUMBER = re.compile(r"\s*\+?(?:[0-9][\s().\-/]*){1,15}")
"""Up to fifteen digits, as in a phone number of any country (ITU-T E.164)."""

_GREEK_NUMBER = re.compile(r"(?:00)?30([0-9]{10})")


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


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search text, in search form; a number that was typed in groups is one word."""
    if _GROUPED_NUMBER.fullmatch(text):
        return (_phone_form(text),)
    return tuple(search_form(text).split())


def _phone_form(text: str) -> str:
    """The digits of a number, and of a Greek phone number the ten that are dialled within the country."""
    digits = "".join(letter for letter in text if letter in "0123456789")
    national = _GREEK_NUMBER.fullmatch(digits)
    return national.group(1) if national else digits


def words_of(parties: Iterable[Party]) -> set[str]:
    """The words by which the persons of a case are found: names, AFM, AMKA and phone."""
    words: set[str] = set()
    for party in parties:
        person = party.person
        for text in (person.given_name, person.family_name, person.birth_name, person.afm, person.amka):
            words.update(search_words(text or ""))
        words.update({_phone_form(person.phone)} if person.phone else ())
    return words

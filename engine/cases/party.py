"""Parties: the persons and bodies in a case, each with a role, and how they are found again."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from uuid import UUID

from engine.kernel.vocabulary import PartyRole, Person, search_form


@dataclass(frozen=True, kw_only=True)
class Party:
    """A person in a case.

    `declared_role` is what procedure.yaml calls them there (`seller`); None where it declares no parties.
    `position` is where they stand among those that were entered with them.
    """

    id: UUID
    case_id: UUID
    role: PartyRole
    person: Person
    declared_role: str | None = None
    position: int = 0

    @property
    def initials(self) -> str:
        """As others of the case see them, such as `Ε. Δ.`."""
        return " ".join(f"{name[:1]}." for name in (self.person.given_name, self.person.family_name))


def person_fields(person: Person) -> dict[str, str | None]:
    """The person as process variables."""
    return asdict(person)


def are_same(person: Person, *, afm: str | None, amka: str | None) -> bool:
    """Whether the numbers are the person's: one is, and none is another's."""
    pairs = [(one, other) for one, other in ((person.afm, afm), (person.amka, amka)) if one and other]
    return bool(pairs) and all(one == other for one, other in pairs)


_GROUPED_NUMBER = re.compile(r"\s*\+?(?:[0-9][\s().\-/]*){1,15}")
"""Up to fifteen digits, as in a phone number of any country (ITU-T E.164)."""

_GREEK_NUMBER = re.compile(r"(?:00)?30([0-9]{10})")


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

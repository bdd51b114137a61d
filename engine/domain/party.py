"""Parties: the persons and bodies in a case, each with a role, and how their names are found again."""

import unicodedata
from dataclasses import dataclass
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


def search_form(text: str) -> str:
    """Text as it is searched: lower case, without accents, every final sigma a sigma, single spaces."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.replace("ς", "σ").split())

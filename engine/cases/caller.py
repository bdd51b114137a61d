"""Callers: by which facts a person on the telephone shows that a case is theirs.

The agent asks, types what the caller says, and learns only whether it is right. A fact is never shown first.
"""

import hmac
from collections.abc import Mapping
from enum import StrEnum

from engine.kernel.person import Person, search_form
from engine.kernel.refusal import Invalid

ENOUGH = 2
"""How many facts a caller has to name rightly."""

MOST_ASKED = 4
"""How many facts an agent is given to choose from."""


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


def facts_to_ask(person: Person, *, tracking_code: str) -> tuple[Fact, ...]:
    """Which facts the case knows of its applicant; not what they are."""
    known = _known(person, tracking_code)
    return tuple(fact for fact in Fact if fact in known)[:MOST_ASKED]


def is_recognised(person: Person, answers: Mapping[Fact, str], *, tracking_code: str) -> bool:
    """Whether the caller named `ENOUGH` facts and none of them wrongly.

    `Invalid` if fewer were asked. A fact that the case does not know counts as wrong.
    """
    if len(answers) < ENOUGH:
        raise Invalid.field("answers", f"expected at least {ENOUGH} facts, found {len(answers)}")
    known = _known(person, tracking_code)
    # Every answer is compared, so that the time taken does not tell which one was wrong.
    right = [_agrees(known.get(fact), answer) for fact, answer in answers.items()]
    return all(right)


def _known(person: Person, tracking_code: str) -> dict[Fact, str]:
    named = {
        Fact.TRACKING_CODE: tracking_code,
        Fact.AMKA: person.amka,
        Fact.AFM: person.afm,
        Fact.IDENTITY_DOCUMENT: person.identity_document,
        Fact.BIRTH_DATE: person.birth_date,
        Fact.PATRONYMIC: person.patronymic,
        Fact.MATRONYMIC: person.matronymic,
        Fact.PHONE: person.phone,
    }
    return {fact: text for fact, text in named.items() if text}


def _agrees(known: str | None, answer: str) -> bool:
    expected, given = _comparable(known or ""), _comparable(answer)
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())


def _comparable(text: str) -> str:
    return search_form(text).replace(" ", "")

"""The roles of a case of several people, as procedure.yaml declares them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from engine.kernel.bilingual import Bilingual

MOST_OF_ROLE: Final = 100
"""People of one role in one case, at most."""


class Identifier(StrEnum):
    """By what a party is known; the words are fields of a person."""

    AFM = "afm"
    AMKA = "amka"
    IDENTITY_DOCUMENT = "identity_document"


class SigningMeans(StrEnum):
    """How a party signs or consents."""

    COUNTER = "counter"
    """Before a clerk, who has seen an identity document."""
    LINK = "link"
    """From a link of their own."""


@dataclass(frozen=True, kw_only=True)
class PartyPaper:
    """A paper that every person of a role brings."""

    id: str
    title: Bilingual
    obligatory: bool


@dataclass(frozen=True, kw_only=True)
class PartyRule:
    """What is asked of the people of one role: from `least` to `most` of them.

    `may_be_applicant` says whether the applicant may be of the role. A person is known by one of
    `identified_by`. `statement` are the words that they sign or consent to, None where nothing is asked of
    them; `form_id` is what they fill in with it.
    """

    role: str
    title: Bilingual
    may_be_applicant: bool
    least: int
    most: int
    identified_by: tuple[Identifier, ...]
    consents: bool
    statement: Bilingual | None
    form_id: str | None
    means: frozenset[SigningMeans]
    papers: tuple[PartyPaper, ...]


def party_rules(metadata: Mapping[str, Any]) -> tuple[PartyRule, ...]:
    """The roles that procedure.yaml declares, in its order; none in a version of before."""
    return tuple(_rule(declared) for declared in metadata.get("parties", ()))


def rule_of(role: str | None, rules: Iterable[PartyRule]) -> PartyRule | None:
    """The rule of a role; None where it is not declared."""
    return next((rule for rule in rules if rule.role == role), None)


def _rule(declared: Mapping[str, Any]) -> PartyRule:
    least = declared.get("min", 1)
    return PartyRule(
        role=declared["role"],
        title=_words(declared["title"]),
        may_be_applicant=declared.get("applicant", False),
        least=least,
        most=declared.get("max", max(1, least)),
        identified_by=tuple(Identifier(name) for name in declared["identified_by"]),
        consents=declared.get("consents", False),
        statement=_words(declared["statement"]) if "statement" in declared else None,
        form_id=declared.get("form"),
        means=frozenset(SigningMeans(name) for name in declared.get("channels", SigningMeans)),
        papers=tuple(
            PartyPaper(id=paper["id"], title=_words(paper["title"]), obligatory=paper["obligatory"])
            for paper in declared.get("papers", ())
        ),
    )


def _words(texts: Mapping[str, str]) -> Bilingual:
    return Bilingual(texts["el"], el=texts["el"], en=texts["en"])

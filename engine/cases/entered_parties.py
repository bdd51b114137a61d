"""The parties that are entered when a case is opened: who may be what, how many, by what they are known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from engine.bundle.party_rules import Identifier, PartyRule, rule_of
from engine.cases.receipt_code import normal
from engine.kernel.bilingual import Bilingual
from engine.kernel.refusal import Invalid
from engine.kernel.vocabulary import Person

MOST_PARTIES: Final = 200
"""Of all roles together, besides the applicant."""

_CALLED: Final = {
    Identifier.AFM: ("ΑΦΜ", "AFM"),
    Identifier.AMKA: ("ΑΜΚΑ", "AMKA"),
    Identifier.IDENTITY_DOCUMENT: ("αριθμό εγγράφου ταυτότητας", "number of the identity document"),
}
_COMPARED: Final = tuple(Identifier)

Problem = tuple[str, Bilingual]
"""A field (`parties.0.person.afm`), and what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class EnteredParty:
    """Somebody besides the applicant; `papers` are the ids of those of their role that were presented."""

    role: str
    person: Person
    papers: frozenset[str] = frozenset()


def role_of_applicant(rules: Sequence[PartyRule], wanted: str | None) -> str | None:
    """What the applicant is in the case; None in a procedure without parties.

    Where only one role may be the applicant's, nobody need say it. `Invalid` for any other role.
    """
    possible = [rule for rule in rules if rule.may_be_applicant]
    if wanted is None and len(possible) == 1:
        return possible[0].role
    if wanted in {rule.role for rule in possible} or (wanted is None and not rules):
        return wanted
    roles = ", ".join(rule.role for rule in possible)
    found = "none" if wanted is None else wanted
    expected = f"expected one of {roles}, found {found}" if roles else "this procedure has no parties"
    raise Invalid.field("applicant_role", expected)


def require_parties(
    rules: Sequence[PartyRule],
    entered: Sequence[EnteredParty],
    *,
    applicant: Person,
    applicant_role: str | None,
    papers_were_seen: bool,
) -> None:
    """Refuse people of unknown roles, too few or too many of one, and the same person twice.

    Also whoever is known by no number of those that their role asks for, and, where somebody looked at
    papers, whose obligatory papers are missing. Every problem is told at once, by field.
    """
    errors: dict[str, list[str]] = {}
    people = _People(rules, entered, applicant, applicant_role)
    for name, sentence in _problems(people, papers_were_seen=papers_were_seen):
        errors.setdefault(name, []).append(sentence)
    if errors:
        raise Invalid("The parties are not complete.", errors, code="parties_incomplete")


class _People(NamedTuple):
    """Everybody who is entered, and what may be entered."""

    rules: Sequence[PartyRule]
    entered: Sequence[EnteredParty]
    applicant: Person
    applicant_role: str | None


def _problems(given: _People, *, papers_were_seen: bool) -> Iterator[Problem]:
    rules, entered, applicant, applicant_role = given
    if len(entered) > MOST_PARTIES:
        yield "parties", _both(f"το πολύ {MOST_PARTIES} πρόσωπα", f"expected at most {MOST_PARTIES} people")
        return
    rule = rule_of(applicant_role, rules)
    if rule is not None and not _is_known(applicant, rule):
        yield f"applicant.{rule.identified_by[0]}", _unknown(rule)
    people = [("applicant", applicant)]
    for number, party in enumerate(entered):
        place = f"parties.{number}"
        rule = rule_of(party.role, rules)
        if rule is None:
            expected = ", ".join(one.role for one in rules) or "–"
            yield (
                f"{place}.role",
                _both(f"άγνωστη ιδιότητα: {party.role}", f"expected one of {expected}, found {party.role}"),
            )
            continue
        if not _is_known(party.person, rule):
            yield f"{place}.person.{rule.identified_by[0]}", _unknown(rule)
        for earlier, person in people:
            if (same := _same(party.person, person)) is not None:
                yield f"{place}.person.{same}", _twice(earlier)
        people.append((place, party.person))
        if papers_were_seen:
            yield from _missing_papers(place, party, rule)
    for rule in rules:
        found = sum(party.role == rule.role for party in entered) + (rule.role == applicant_role)
        if not rule.least <= found <= rule.most:
            yield "parties", _wrong_number(rule, found)


def _is_known(person: Person, rule: PartyRule) -> bool:
    return any(getattr(person, identifier) for identifier in rule.identified_by)


def _same(one: Person, other: Person) -> Identifier | None:
    """By which number the two are the same person; None if by none."""
    for identifier in _COMPARED:
        ours, theirs = getattr(one, identifier), getattr(other, identifier)
        if ours and theirs and normal(ours) == normal(theirs):
            return identifier
    return None


def _missing_papers(place: str, party: EnteredParty, rule: PartyRule) -> Iterator[Problem]:
    for paper in rule.papers:
        if paper.obligatory and paper.id not in party.papers:
            yield f"{place}.papers", _both(f"Λείπει: {paper.title.el}", f"Missing: {paper.title.en}")
    for unknown in sorted(party.papers - {paper.id for paper in rule.papers}):
        yield f"{place}.papers", _both(f"δεν ζητείται: {unknown}", f"nobody asks {rule.role} for {unknown}")


def _unknown(rule: PartyRule) -> Bilingual:
    el, en = zip(*(_CALLED[identifier] for identifier in rule.identified_by), strict=True)
    return _both(
        f"{rule.title.el}: συμπληρώστε {' ή '.join(el)}.", f"{rule.title.en}: enter the {' or '.join(en)}."
    )


def _twice(earlier: str) -> Bilingual:
    if earlier == "applicant":
        return _both("Είναι ο αριθμός του αιτούντος.", "This is the applicant's own number.")
    return _both(
        "Είναι ο αριθμός άλλου προσώπου της υπόθεσης.", "This is the number of another person of the case."
    )


def _wrong_number(rule: PartyRule, found: int) -> Bilingual:
    count = str(rule.least) if rule.least == rule.most else f"{rule.least}–{rule.most}"
    return _both(
        f"{rule.title.el}: απαιτούνται {count}, δόθηκαν {found}.",
        f"{rule.title.en}: expected {count} of {rule.role}, found {found}.",
    )


def _both(el: str, en: str) -> Bilingual:
    return Bilingual(en, el=el, en=en)

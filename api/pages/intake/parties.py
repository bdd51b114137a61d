"""The others of a case in the intake form: rows that are added and removed, each a person in a role."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from engine.bundle.party_rules import PartyRule, rule_of
from engine.cases.entered_parties import MOST_PARTIES, EnteredParty
from engine.kernel.refusal import FieldErrors
from engine.kernel.vocabulary import Person

ROW, ROLE = "party", "applicant_role"
ADD, REMOVE = "add_party", "remove_party"
_BEGUN = "parties_begun"
_OTHERS = "parties"


class PaperTick(NamedTuple):
    """A paper of a party, ticked or not."""

    id: str
    words: str
    is_obligatory: bool
    is_there: bool


class PartyRow(NamedTuple):
    """A row: `prefix` begins the names of its fields, `papers` are those of its role."""

    key: str
    prefix: str
    role: str
    words: str
    papers: list[PaperTick]


def rows_of(rules: Sequence[PartyRule], sent: MultiDict[str, str]) -> list[PartyRow]:
    """The rows as they are sent, one added or removed; at first as many as each role needs."""
    if not rules:
        return []
    if not sent.get(_BEGUN):
        wanted = [
            rule
            for rule in rules
            for _number in range(rule.least - (rule.role == role_of_applicant(rules, sent)))
        ]
        return [_row(str(number), rule, sent) for number, rule in enumerate(wanted)]
    keys = [key for key in sent.getlist(ROW)[:MOST_PARTIES] if key.isascii() and key.isdigit()]
    keys = [key for key in dict.fromkeys(keys) if key != sent.get(REMOVE)]
    found = [(key, rule_of(sent.get(f"{ROW}-{key}-role"), rules)) for key in keys]
    added = rule_of(sent.get(ADD), rules)
    if added is not None and len(keys) < MOST_PARTIES:
        found.append((str(max((int(key) for key in keys), default=-1) + 1), added))
    return [_row(key, rule, sent) for key, rule in found if rule is not None]


def role_of_applicant(rules: Sequence[PartyRule], sent: MultiDict[str, str]) -> str | None:
    """What the applicant is as it is sent; the first that they may be where nothing fits."""
    possible = [rule.role for rule in rules if rule.may_be_applicant]
    chosen = sent.get(ROLE)
    return chosen if chosen in possible else next(iter(possible), None)


def roles_of_applicant(rules: Sequence[PartyRule]) -> list[tuple[str, str]]:
    """What the applicant may be, as options; none where there is nothing to choose."""
    possible = [(rule.role, localized(rule.title)) for rule in rules if rule.may_be_applicant]
    return possible if len(possible) > 1 else []


def to_add(rules: Sequence[PartyRule]) -> list[tuple[str, str]]:
    """The roles of which one more may be added."""
    return [(rule.role, localized(rule.title)) for rule in rules]


def entered(
    rows: Sequence[PartyRow], sent: MultiDict[str, str], read_person: Callable[[str], Person | None]
) -> tuple[EnteredParty, ...]:
    """The parties of the rows whose persons can be read; `read_person` notes what is wrong with others."""
    people = [(row, read_person(row.prefix)) for row in rows]
    return tuple(
        EnteredParty(role=row.role, person=person, papers=frozenset(sent.getlist(f"{row.prefix}-paper")))
        for row, person in people
        if person is not None
    )


def by_field(errors: FieldErrors, rows: Sequence[PartyRow]) -> dict[str, list[str]]:
    """What was refused, by the fields of the form: `parties.0.person.afm` is `party-0-afm`."""
    fields: dict[str, list[str]] = {}
    for name, sentences in errors.items():
        fields.setdefault(_field(name, rows), []).extend(sentences)
    return fields


def _field(name: str, rows: Sequence[PartyRow]) -> str:
    parts = name.split(".")
    if parts[0] == "applicant" and len(parts) == 2:
        return f"applicant-{parts[1]}"
    if parts[0] == _OTHERS and len(parts) > 2 and parts[1].isdigit() and int(parts[1]) < len(rows):
        return f"{rows[int(parts[1])].prefix}-{'paper' if parts[-1] == 'papers' else parts[-1]}"
    return name


def name_missing(name: str) -> str:
    """The problem of a party's missing name."""
    names: Mapping[str, str] = {
        "given_name": _("Enter the given name of everybody in the case."),
        "family_name": _("Enter the family name of everybody in the case."),
    }
    return names[name]


def _row(key: str, rule: PartyRule, sent: MultiDict[str, str]) -> PartyRow:
    prefix = f"{ROW}-{key}"
    ticked = sent.getlist(f"{prefix}-paper")
    papers = [
        PaperTick(one.id, localized(one.title), one.obligatory, one.id in ticked) for one in rule.papers
    ]
    return PartyRow(key=key, prefix=prefix, role=rule.role, words=localized(rule.title), papers=papers)

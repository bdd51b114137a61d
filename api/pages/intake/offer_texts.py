"""A procedure on offer in words: its purpose, term and fee, and the papers that it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from engine.bundle.fees import Exemption, FeeDue, fees_of
from engine.bundle.procedure import Procedure
from engine.cases.reception import Checklist, Paper, missing_papers
from engine.kernel.money import euro_words
from engine.terms.term import Term
from engine.terms.words import length_words


def facts(procedure: Procedure) -> list[tuple[str, str]]:
    """The facts above the form: names and values."""
    return [
        (_("What it is"), summary_words(procedure.metadata)),
        (_("Term"), term_words(procedure.term)),
        (_("Fee"), fee_words(procedure.metadata) or _("no fee")),
    ]


def summary_words(metadata: Mapping[str, Any]) -> str:
    return localized_pair(metadata["summary"]["el"], metadata["summary"]["en"])


def term_words(term: Term) -> str:
    words = length_words(term.length)
    return localized_pair(words.el, words.en)


def fee_words(metadata: Mapping[str, Any]) -> str:
    """What a procedure costs, before anything is known of who asks; empty where it costs nothing."""
    amounts = [fee.amount for fee in fees_of(metadata)]
    said = [_amount_words(amount) for amount in amounts if amount is not None]
    return " + ".join([*said, *([_amount_words(None)] if None in amounts else [])])


def _amount_words(amount: Decimal | None) -> str:
    return _("depends on the application") if amount is None else localized(euro_words(amount))


@dataclass(frozen=True, kw_only=True)
class ShownFee:
    """A fee as somebody is told of it: what it is, how much, and by which law, or why it need not be paid."""

    title: str
    amount: str
    note: str


def fees_due_words(due: Sequence[FeeDue]) -> list[ShownFee]:
    """What somebody has to pay, fee by fee."""
    return [
        ShownFee(
            title=localized(one.fee.title),
            amount=_("no fee") if one.is_nothing else _amount_words(one.amount),
            note=exemption_words(one.exemption) if one.exemption else one.fee.law,
        )
        for one in due
    ]


def exemption_words(exemption: Exemption) -> str:
    """Who is exempt, and by which law."""
    return _("Exempt: %(who)s (%(law)s)", who=localized(exemption.title), law=exemption.law)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A paper of the checklist."""

    id: str
    words: str
    is_obligatory: bool
    is_there: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    """Papers of which one is enough, or a single one (`words` is then None)."""

    words: str | None
    papers: Sequence[Choice]


def groups(checklist: Checklist, presented: frozenset[str]) -> list[Group]:
    """The checklist, in its order; papers of which one is enough stand together."""
    by_group: dict[str, list[Paper]] = {}
    for paper in checklist.papers:
        by_group.setdefault(paper.any_of or f"only {paper.id}", []).append(paper)
    return [
        Group(
            words=_("One of these") if len(members) > 1 else None,
            papers=[
                Choice(
                    id=paper.id,
                    words=paper_words(paper),
                    is_obligatory=paper.obligatory,
                    is_there=paper.id in presented,
                )
                for paper in members
            ],
        )
        for members in by_group.values()
    ]


def to_bring(checklist: Checklist, presented: frozenset[str]) -> list[list[str]]:
    """What is missing: for each missing paper those that are accepted for it."""
    missing = missing_papers(checklist.papers, presented)
    return [[paper_words(paper) for paper in group] for group in missing]


def if_there(checklist: Checklist, presented: frozenset[str]) -> list[str]:
    """Papers that are not obligatory and were not presented."""
    return [
        paper_words(paper) for paper in checklist.papers if not paper.obligatory and paper.id not in presented
    ]


def missing_words(group: Sequence[str]) -> str:
    """A sentence for missing papers; of `group` one is enough."""
    if len(group) == 1:
        return _("Missing, and to be brought: %(paper)s.", paper=group[0])
    return _("Missing, and to be brought, one of: %(papers)s.", papers="· ".join(group))


def paper_words(paper: Paper) -> str:
    return localized_pair(paper.title, paper.title_en)

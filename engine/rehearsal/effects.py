"""What a new version means for cases: the papers, fees, terms and outcomes of groups of them, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from engine.cases.reception import Paper
from engine.kernel.bilingual import Bilingual
from engine.kernel.money import euro_text, euro_words
from engine.lint.finding import Text


class EffectKind(StrEnum):
    """What is another for a group of cases."""

    PAPERS = "papers"
    FEE = "fee"
    TERM = "term"
    DECISION = "decision"
    OUTCOME = "outcome"
    NOT_COMPARED = "not_compared"
    """A decision that differs, but for whom cannot be told; its text says why."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something that is another for a group of cases than on the version before.

    `subject` is the id of the fee, the term or the decision. `before` and `after` are as data: the ids of
    papers, the amount of a fee, the length or last day of a term, a result, the id of an outcome; none where
    there is none, or it cannot be told. `scenarios` are the files of those that show it; none where the
    decisions were taken for every value that their tables tell apart.
    """

    kind: EffectKind
    subject: str
    group: Text
    before: tuple[str, ...]
    after: tuple[str, ...]
    text: Text
    scenarios: tuple[str, ...] = ()


Asked = Sequence[Paper] | None
"""The papers that somebody is asked for; None where it cannot be told."""

_PAPERS: Final = Text(
    el="{group}: από {before} σε {after} δικαιολογητικά.{more}{less}{must}{may}",
    en="{group}: from {before} to {after} papers.{more}{less}{must}{may}",
)
_PAPERS_UNKNOWN: Final = Text(
    el="{group}: τα δικαιολογητικά δεν προκύπτουν στη μία από τις δύο εκδόσεις (από {before} σε {after}).",
    en="{group}: the papers cannot be told in one of the two versions (from {before} to {after}).",
)
_MORE: Final = Text(el=" Επιπλέον: {names}.", en=" More: {names}.")
_LESS: Final = Text(el=" Δεν ζητούνται πια: {names}.", en=" No longer asked for: {names}.")
_MUST: Final = Text(el=" Γίνονται υποχρεωτικά: {names}.", en=" Now obligatory: {names}.")
_MAY: Final = Text(el=" Δεν είναι πια υποχρεωτικά: {names}.", en=" No longer obligatory: {names}.")
_FEE: Final = Text(
    el="{group}: παράβολο «{name}» από {before} σε {after}.",
    en="{group}: fee “{name}” from {before} to {after}.",
)
_UNKNOWN: Final = Text(el="(δεν προκύπτει)", en="(cannot be told)")
_EVERYBODY: Final = Text(el="όλες οι υποθέσεις", en="all cases")
_NOTHING: Final = Text(el="κανένα", en="none")
_OTHER: Final = Text(
    el="{group}: {name} από «{before}» σε «{after}».", en="{group}: {name} from “{before}” to “{after}”."
)


_NOT_COMPARED: Final = Text(
    el="Η {name} άλλαξε, αλλά δεν συγκρίθηκε ανά ομάδα υποθέσεων, επειδή {why}. Δείτε τα σενάρια.",
    en="The {name} is different, but was not compared by groups of cases, because {why}. See the scenarios.",
)


def not_compared(decision: str, name: Text, why: Text) -> Effect:
    """A decision that differs, without the groups for which it does."""
    text = _NOT_COMPARED.filled({"name": name, "why": why})
    return Effect(
        kind=EffectKind.NOT_COMPARED, subject=decision, group=_EVERYBODY, before=(), after=(), text=text
    )


def papers_effect(group: Text, before: Asked, after: Asked, scenarios: tuple[str, ...] = ()) -> Effect:
    """Other papers, or others that are obligatory."""
    known = {paper.id: paper for paper in (*(before or ()), *(after or ()))}
    was, now = ({paper.id: paper.obligatory for paper in asked or ()} for asked in (before, after))
    both = [name for name in was if name in now]
    values = {
        "more": _listed(_MORE, [name for name in now if name not in was], known),
        "less": _listed(_LESS, [name for name in was if name not in now], known),
        "must": _listed(_MUST, [name for name in both if now[name] and not was[name]], known),
        "may": _listed(_MAY, [name for name in both if was[name] and not now[name]], known),
    }
    sentence = _PAPERS_UNKNOWN if before is None or after is None else _PAPERS
    return Effect(
        kind=EffectKind.PAPERS,
        subject="papers",
        group=group,
        before=tuple(was),
        after=tuple(now),
        text=sentence.filled({"group": group, "before": _count(before), "after": _count(after), **values}),
        scenarios=scenarios,
    )


@dataclass(frozen=True)
class Owed:
    """What is due of a fee: its amount, None where that cannot be told."""

    amount: Decimal | None


def fee_effect(
    group: Text,
    fee: tuple[str, Text],
    before: Owed | None,
    after: Owed | None,
    scenarios: tuple[str, ...] = (),
) -> Effect:
    """Another amount of a fee, by its id and title; None where there is no such fee."""
    told = {"before": _owed(before), "after": _owed(after), "group": group, "name": fee[1]}
    return Effect(
        kind=EffectKind.FEE,
        subject=fee[0],
        group=group,
        before=_amount(before),
        after=_amount(after),
        text=_FEE.filled(told),
        scenarios=scenarios,
    )


def other_effect(
    kind: EffectKind,
    subject: tuple[str, Text],
    group: Text,
    values: tuple[tuple[str, Text], tuple[str, Text]],
    scenarios: tuple[str, ...] = (),
) -> Effect:
    """Another value of something, by its id and name; the values, before and after, as data and in words."""
    (was, was_told), (now, now_told) = values
    told = {"group": group, "name": subject[1], "before": was_told, "after": now_told}
    return Effect(
        kind=kind,
        subject=subject[0],
        group=group,
        before=(was,) if was else (),
        after=(now,) if now else (),
        text=_OTHER.filled(told),
        scenarios=scenarios,
    )


def words(sentence: Bilingual) -> Text:
    """A sentence of people as a sentence of reports."""
    return Text(el=sentence.el, en=sentence.en)


def _listed(sentence: Text, ids: Sequence[str], known: Mapping[str, Paper]) -> Text:
    if not ids:
        return Text(el="", en="")
    names = Text(
        el=", ".join(known[name].title for name in ids), en=", ".join(known[name].title_en for name in ids)
    )
    return sentence.filled({"names": names})


def _count(asked: Asked) -> Text:
    return _UNKNOWN if asked is None else Text(el=str(len(asked)), en=str(len(asked)))


def _owed(owed: Owed | None) -> Text:
    if owed is None:
        return _NOTHING
    return words(euro_words(owed.amount)) if owed.amount is not None else _UNKNOWN


def _amount(owed: Owed | None) -> tuple[str, ...]:
    return (euro_text(owed.amount),) if owed is not None and owed.amount is not None else ()

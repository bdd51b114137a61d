"""What two versions decide of every group of cases that their decision tables tell apart."""

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from math import prod
from typing import Any, Final, TypeVar

from engine import dmn, feel
from engine.bundle.fact_names import fact_name
from engine.bundle.fees import Fee
from engine.bundle.procedure import Procedure
from engine.cases.reception import Paper, decided_papers, papers_of
from engine.dmn.model import DecisionTable
from engine.kernel.money import NotMoney, exact
from engine.lint.finding import Text
from engine.lint.regions import column_of
from engine.rehearsal.case_groups import ALL, Fact, boxes_of, group_in_words, names_of_fields, read_of
from engine.rehearsal.effects import (
    Effect,
    EffectKind,
    Owed,
    fee_effect,
    not_compared,
    other_effect,
    papers_effect,
    words,
)
from engine.terms.term import WRITTEN_AS, TermKind
from engine.terms.words import length_words

_MOST_CELLS: Final = 3_000
"""Of how many groups, before they are put together, a decision is taken."""

_COMPUTED: Final = Text(
    el="η στήλη «{column}» διαβάζει κάτι που υπολογίζεται", en="the column “{column}” reads what is computed"
)
_UNDIVIDED: Final = Text(
    el="οι τιμές της στήλης «{column}» δεν χωρίζονται σε ομάδες",
    en="the values of the column “{column}” cannot be divided into groups",
)
_TOO_MANY: Final = Text(
    el="οι συνδυασμοί τιμών είναι {count}, περισσότεροι από {most}",
    en="there are {count} combinations of values, more than {most}",
)
_DECISION: Final = Text(el="απόφαση «{name}»", en="decision “{name}”")
_NONE: Final = Text(el="καμία", en="none")

R = TypeVar("R", bound=Hashable)


def decision_effects(old: Procedure, new: Procedure, *, now: datetime) -> tuple[Effect, ...]:
    """Terms, papers, fees and results of tables that differ, by groups of cases; `now` is local time.

    Of a decision whose tables read what is computed in their columns, and not a name, or tell too many groups
    apart, it is said that it was not compared, and why.
    """
    both = _Both(old, new, now)
    told = (*_terms(old, new), *_papers(both), *_fees(both), *_tables(both))
    return (*told, *_not_compared(both))


def _terms(old: Procedure, new: Procedure) -> Iterator[Effect]:
    for kind in TermKind:
        was, is_now = (
            length_words(one.terms[kind].length) if kind in one.terms else None for one in (old, new)
        )
        if was != is_now:
            values = tuple((one.en, words(one)) if one is not None else ("", _NONE) for one in (was, is_now))
            yield other_effect(
                EffectKind.TERM, (kind.value, fact_name(WRITTEN_AS[kind])), ALL, (values[0], values[1])
            )


@dataclass(frozen=True)
class _Both:
    """Two versions, and when their decisions are taken."""

    old: Procedure
    new: Procedure
    now: datetime
    untold: dict[tuple[str | None, str | None], Text] = field(default_factory=dict)
    """Why decisions were not compared, by their ids in both."""

    def groups(
        self,
        decisions: tuple[str | None, str | None],
        take: Callable[[Procedure, Mapping[str, object]], R],
    ) -> Iterator[tuple[Text, R, R]]:
        """Each group with what the old and the new version give where these differ.

        `take` gives it for the values that the tables read, nested as their paths are.
        """
        facts = self._facts(decisions)
        if isinstance(facts, Text):
            self.untold[decisions] = facts
            return
        found: dict[tuple[R, R], list[tuple[int, ...]]] = {}
        for cell in product(*(range(len(fact.parts)) for fact in facts)):
            given: dict[str, Any] = {}
            for fact, part in sorted(zip(facts, cell, strict=True), key=lambda one: one[0].there is not None):
                fact.put(given, part)
            before, after = take(self.old, given), take(self.new, given)
            if before != after:
                found.setdefault((before, after), []).append(cell)
        for (before, after), cells in found.items():
            yield group_in_words(facts, boxes_of(cells)), before, after

    def _facts(self, decisions: tuple[str | None, str | None]) -> list[Fact] | Text:
        """What the tables of the decisions read; else why that cannot be gone through."""
        cells: dict[tuple[str, bool | None], list[str]] = {}
        called: dict[str, Text] = {}
        for procedure, decision in zip((self.old, self.new), decisions, strict=True):
            for table in _tables_of(procedure, decision):
                for number, clause in enumerate(table.inputs):
                    path, there = read_of(clause.expression.text)
                    if not path:
                        return _COMPUTED.filled({"column": clause.expression.text})
                    cells.setdefault((path, there), []).extend(
                        rule.inputs[number].text for rule in table.rules
                    )
                    if clause.label:
                        called[path] = Text(el=clause.label, en=path)
        known: list[Fact] = []
        for (path, there), listed in cells.items():
            fact = self._fact(path, listed, called.get(path), there=there)
            if fact is None:
                return _UNDIVIDED.filled({"column": path})
            known.append(fact)
        count = prod(len(fact.parts) for fact in known)
        if count > _MOST_CELLS:
            return _TOO_MANY.filled({"count": f"{count}", "most": f"{_MOST_CELLS}"})
        return known

    def _fact(
        self, path: str, cells: Sequence[str], label: Text | None, *, there: bool | None
    ) -> Fact | None:
        schemas = [form.schema for one in (self.new, self.old) for form in one.forms.values()]
        named, labels = names_of_fields(schemas).get(path, (None, {}))
        column = column_of(cells, path, options=tuple(labels))
        if column is None:
            return None
        called = named or label or decision_named(self.new, path) or Text(el=path, en=path)
        return Fact(path=path, called=called, parts=column.ranges, labels=labels, there=there)


def _not_compared(both: _Both) -> Iterator[Effect]:
    """The decisions whose tables differ and for whom that is not told, each once."""
    for (before, after), why in both.untold.items():
        if list(map(_written, _tables_of(both.old, before))) == list(
            map(_written, _tables_of(both.new, after))
        ):
            continue
        decision = after or before or ""
        owner = both.new if after else both.old
        known = owner.decisions.decisions if owner.decisions is not None else {}
        called = known[decision].name if decision in known else decision
        yield not_compared(decision, _DECISION.filled({"name": called}), why)


def _written(table: DecisionTable) -> tuple[object, ...]:
    """What a table says, without where in its file it says so."""
    return (
        table.hit_policy,
        table.aggregation,
        tuple(clause.expression.text for clause in table.inputs),
        tuple((clause.name, clause.default.text if clause.default else None) for clause in table.outputs),
        tuple(
            (tuple(one.text for one in rule.inputs), tuple(one.text for one in rule.outputs))
            for rule in table.rules
        ),
    )


def decision_named(procedure: Procedure, variable: str) -> Text | None:
    """What the decision is called whose value is read by that name; None where none is."""
    found = procedure.decisions.decisions.values() if procedure.decisions is not None else ()
    return next((Text(el=one.name, en=variable) for one in found if one.variable == variable), None)


def _required(procedure: Procedure, decision: str | None) -> set[str]:
    """The ids of a decision and of all that it requires."""
    bundle = procedure.decisions
    if bundle is None or decision is None or decision not in bundle.decisions:
        return set()
    by_name = {one.name: one.id for one in bundle.decisions.values()}
    found: set[str] = set()
    waiting = [decision]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [by_name[name] for name in bundle.decisions[one].requires_decisions if name in by_name]
    return found


def _tables_of(procedure: Procedure, decision: str | None) -> Iterator[DecisionTable]:
    required = _required(procedure, decision)
    for element, table in procedure.decisions.tables if procedure.decisions is not None else ():
        if element.id in required:
            yield table


def _supposed(procedure: Procedure, decision: str | None) -> Iterator[str]:
    """The ids of the decisions whose values the tables of a decision read."""
    read = {
        read_of(clause.expression.text)[0].partition(".")[0]
        for table in _tables_of(procedure, decision)
        for clause in table.inputs
    }
    found = procedure.decisions.decisions.values() if procedure.decisions is not None else ()
    return (one.id for one in found if one.variable in read)


def _decided(procedure: Procedure, decision: str, given: Mapping[str, object], now: datetime) -> object:
    """The value of a decision, with what its tables read; None where it cannot be told."""
    bundle = procedure.decisions
    if bundle is None or decision not in bundle.decisions:
        return None
    inputs, supposed = given_to(bundle, decision, given)
    try:
        return bundle.decide(decision, inputs, now=now, supposed=supposed).value
    except (feel.FeelLimitError, dmn.UnknownElement):
        return None


def given_to(
    bundle: dmn.Bundle, decision: str, given: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """Of what the tables of a decision read: inputs by name, values of other decisions by their id."""
    of_decisions = {one.variable: one.id for one in bundle.decisions.values()}
    supposed = {of_decisions[name]: value for name, value in given.items() if name in of_decisions}
    supposed.pop(decision, None)
    return {name: value for name, value in given.items() if name not in of_decisions}, supposed


def _papers(both: _Both) -> Iterator[Effect]:
    ids = tuple(one.outline.papers_decision for one in (both.old, both.new))

    def asked(procedure: Procedure, given: Mapping[str, object]) -> tuple[Paper, ...] | None:
        declared, decision = papers_of(procedure.metadata), procedure.outline.papers_decision
        if decision is None:
            return declared
        rows = feel.to_json(_decided(procedure, decision, given, both.now))
        if not isinstance(rows, list):
            return None
        return decided_papers(declared, [row for row in rows if isinstance(row, Mapping)])

    for group, before, after in both.groups((ids[0], ids[1]), asked):
        if _ids(before) != _ids(after):
            yield papers_effect(group, before, after)


def _ids(asked: Sequence[Paper] | None) -> frozenset[tuple[str, bool]] | None:
    return None if asked is None else frozenset((paper.id, paper.obligatory) for paper in asked)


def _fees(both: _Both) -> Iterator[Effect]:
    for fee_id in dict.fromkeys((*both.old.fees, *both.new.fees)):
        fees = [one.fees.get(fee_id) for one in (both.old, both.new)]
        title = next(fee.title for fee in reversed(fees) if fee is not None)
        ids = tuple(fee.decision if fee is not None else None for fee in fees)

        def owed(procedure: Procedure, given: Mapping[str, object], fee_id: str = fee_id) -> Owed | None:
            fee = procedure.fees.get(fee_id)
            return None if fee is None else Owed(_amount(procedure, fee, given, both.now))

        for group, before, after in both.groups((ids[0], ids[1]), owed):
            yield fee_effect(group, (fee_id, words(title)), before, after)


def _amount(procedure: Procedure, fee: Fee, given: Mapping[str, object], now: datetime) -> Any:
    if fee.decision is None:
        return fee.amount
    try:
        return exact(_decided(procedure, fee.decision, given, now))
    except NotMoney:
        return None


def _tables(both: _Both) -> Iterator[Effect]:
    """The tables by which neither papers nor fees are told, those whose results others read included."""
    told = set()
    for one in (both.old, both.new):
        for decision in (one.outline.papers_decision, *(fee.decision for fee in one.fees.values())):
            told |= _required(one, decision) - set(_supposed(one, decision))
    tables = [dict(_named_tables(one)) for one in (both.old, both.new)]
    for decision, name in tables[1].items():
        if decision in told or decision not in tables[0]:
            continue

        def result(procedure: Procedure, given: Mapping[str, object], decision: str = decision) -> str:
            value = dmn.as_json(_decided(procedure, decision, given, both.now))
            return json.dumps(value, ensure_ascii=False)

        subject = decision, _DECISION.filled({"name": name})
        for group, before, after in both.groups((decision, decision), result):
            values = (before, Text(el=before, en=before)), (after, Text(el=after, en=after))
            yield other_effect(EffectKind.DECISION, subject, group, values)


def _named_tables(procedure: Procedure) -> Iterator[tuple[str, str]]:
    for element, _ in procedure.decisions.tables if procedure.decisions is not None else ():
        yield element.id, element.name

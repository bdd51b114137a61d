"""Which of the rules that match decide, and what a table returns (DMN 1.5, 8.2.10 and 8.2.11)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.dmn.model import Aggregation, HitPolicy


@dataclass(frozen=True, slots=True)
class TableResult:
    """What a table returns, the indices of the rules it comes from, and why it is null where it is."""

    value: object
    fired: tuple[int, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """The rules that match, and how to compute what they yield.

    `matched` holds their indices in rule order. `output` computes one rule's output. `rank` gives an output's
    place among the output values, smaller before greater. `is_same` is FEEL equality. `fold` applies a FEEL
    list function.
    """

    matched: Sequence[int]
    output: Callable[[int], object]
    rank: Callable[[object], tuple[int, ...]]
    is_same: Callable[[object, object], bool]
    fold: Callable[[Aggregation, Sequence[object]], object]


def choose(policy: HitPolicy, aggregation: Aggregation | None, hits: Hits) -> TableResult:
    """Applies a hit policy to the rules that match; at least one does.

    A table that breaks its own policy (two rules match a UNIQUE table, rules of an ANY table disagree) yields
    null and a problem that names the rules, counted from 1.
    """
    if aggregation is not None:
        return _aggregate(hits, aggregation)
    return _CHOICES[policy](hits)


def without_match(policy: HitPolicy, aggregation: Aggregation | None) -> object:
    """What a table without default outputs returns when no rule matches.

    A single-hit table returns null, a multiple-hit table the empty list of its outputs; of the aggregations
    only the count of that list is not null, as with the FEEL functions they stand for (DMN 1.5, 10.3.4.4).
    """
    if aggregation is not None:
        return Decimal(0) if aggregation is Aggregation.COUNT else None
    return [] if policy in (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER) else None


def _unique(hits: Hits) -> TableResult:
    if len(hits.matched) > 1:
        return TableResult(
            None, (), f"expected one rule of a UNIQUE table to match, found rules {_numbers(hits.matched)}"
        )
    return _first(hits)


def _any(hits: Hits) -> TableResult:
    first = hits.output(hits.matched[0])
    for index in hits.matched[1:]:
        if not hits.is_same(first, hits.output(index)):
            numbers = _numbers(hits.matched)
            return TableResult(
                None, (), f"expected rules of an ANY table to agree, found different outputs of {numbers}"
            )
    return TableResult(first, tuple(hits.matched))


def _first(hits: Hits) -> TableResult:
    index = hits.matched[0]
    return TableResult(hits.output(index), (index,))


def _priority(hits: Hits) -> TableResult:
    outputs = [(index, hits.output(index)) for index in hits.matched]
    index, value = min(outputs, key=lambda output: hits.rank(output[1]))
    return TableResult(value, (index,))


def _rule_order(hits: Hits) -> TableResult:
    return TableResult([hits.output(index) for index in hits.matched], tuple(hits.matched))


def _output_order(hits: Hits) -> TableResult:
    return TableResult(
        sorted((hits.output(index) for index in hits.matched), key=hits.rank), tuple(hits.matched)
    )


def _aggregate(hits: Hits, aggregation: Aggregation) -> TableResult:
    outputs = [hits.output(index) for index in hits.matched]
    if any(isinstance(output, dict) for output in outputs):
        return TableResult(
            None, (), f"expected one output column to aggregate with {aggregation}, found several"
        )
    return TableResult(hits.fold(aggregation, outputs), tuple(hits.matched))


def _numbers(indices: Sequence[int]) -> str:
    return ", ".join(str(index + 1) for index in indices)


_CHOICES: Final[Mapping[HitPolicy, Callable[[Hits], TableResult]]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.ANY: _any,
    HitPolicy.PRIORITY: _priority,
    HitPolicy.FIRST: _first,
    HitPolicy.RULE_ORDER: _rule_order,
    HitPolicy.OUTPUT_ORDER: _output_order,
    HitPolicy.COLLECT: _rule_order,
}

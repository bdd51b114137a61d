"""Random FEEL, evaluated by the engine and by an evaluator of the specification's literal text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from engine import feel
from tests.feel.difference.generator import Generator
from tests.feel.difference.literal import evaluate
from tests.feel.difference.values import from_engine, same

CONTEXT: dict[str, object] = {
    "n": Decimal("4.5"),
    "t": "text",
    "flag": True,
    "numbers": [Decimal(3), Decimal(1), Decimal(2)],
    "nothing": None,
}
_KINDS = {"n": "number", "t": "string", "flag": "boolean", "numbers": "numbers", "nothing": "number"}
_LIMITS = feel.FeelLimits(seconds=10)


@dataclass(frozen=True)
class Difference:
    """An expression for which the two evaluators disagree."""

    text: str
    literal: object
    engine: object

    def __str__(self) -> str:
        return (
            f"{self.text}\n  by the specification: {self.literal!r}\n  by the engine:        {self.engine!r}"
        )


def difference(seed: int) -> Difference | None:
    """What the expression of a seed shows: None where both evaluators agree."""
    random = Random(seed)
    tree = Generator(random).tree(random.randrange(1, 6), _KINDS)
    text = str(tree)
    try:
        value = feel.expression(text).evaluate(CONTEXT, limits=_LIMITS).value
    except feel.FeelLimitError:
        return None  # the bounds are ours, not the specification's
    expected, found = evaluate(tree, CONTEXT), from_engine(value)
    return None if same(expected, found) else Difference(text, expected, found)

"""Claims that the engine and an evaluator of the literal specification agree on made-up expressions."""

from tests.examples import examples
from tests.feel.difference import difference

FIRST = 20_261_130


def test_the_engine_evaluates_as_the_specification_says() -> None:
    seeds = range(FIRST, FIRST + examples(2_000))

    disagreements = [found for seed in seeds if (found := difference(seed)) is not None]

    assert [str(found) for found in disagreements] == []

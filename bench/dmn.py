"""Measures decision tables: `python -m bench.dmn` prints what reading and deciding cost.

The budget: a table of ten rules over three inputs is decided in at most 100 microseconds once it is warm.
"""

from time import perf_counter, process_time
from typing import Final

from engine import dmn

_ROUNDS: Final = 500
_BATCHES: Final = 8
_INPUTS: Final = {"engine size": 1600, "age": 12, "fuel": "petrol"}


def _rule(size: str, age: str, fuel: str, fee: int) -> str:
    cells = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in (size, age, fuel))
    return f"<rule>{cells}<outputEntry><text>{fee}</text></outputEntry></rule>"


def _model() -> bytes:
    inputs = "".join(
        f'<inputData id="i{number}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'
        for number, (name, kind) in enumerate(
            (("engine size", "number"), ("age", "number"), ("fuel", "string"))
        )
    )
    required = "".join(
        f'<informationRequirement><requiredInput href="#i{number}"/></informationRequirement>'
        for number in range(3)
    )
    columns = "".join(
        f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in _INPUTS
    )
    rules = "".join(
        _rule(f"[{size}..{size + 400})", age, fuel, size // 10)
        for size, age, fuel in (
            (0, "-", "-"),
            (400, "-", '"petrol"'),
            (400, "-", '"diesel"'),
            (800, "&lt; 10", '"petrol","gas"'),
            (800, "&gt;= 10", '"petrol","gas"'),
            (1200, "&lt; 10", '"petrol"'),
            (1200, "&gt;= 10", '"diesel"'),
            (1600, "&lt; 10", 'not("electric")'),
            (1600, "&gt;= 10", 'not("electric")'),
            (2000, "-", "-"),
        )
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="fees" namespace="urn:bench">'
        f'{inputs}<decision id="fee" name="Fee"><variable name="Fee" typeRef="number"/>{required}'
        f"<decisionTable>{columns}<output/>{rules}</decisionTable></decision></definitions>"
    ).encode()


def _seconds_each(bundle: dmn.Bundle) -> float:
    """Processor time, so that what else the machine does is not counted."""
    started = process_time()
    for _ in range(_ROUNDS):
        bundle.decide("Fee", _INPUTS)
    return (process_time() - started) / _ROUNDS


def main() -> None:
    """Prints the figures."""
    files = {"fees.dmn": _model()}
    started = perf_counter()
    bundle = dmn.read(files)
    read = perf_counter() - started
    assert bundle.decide("Fee", _INPUTS).value == 160
    each = min(_seconds_each(bundle) for _ in range(_BATCHES))
    print(f"read and compile: {1_000 * read:.1f} ms")
    print(f"decide, 10 rules x 3 inputs: {1_000_000 * each:.0f} microseconds (budget 100)")


if __name__ == "__main__":
    main()

"""How fast FEEL is read and evaluated, against Python's built-in eval on the nearest equivalent.

`python -m bench.feel` prints medians of one run, in microseconds, and the ratio to Python where there is one.
The yardstick does less: it neither guards its budget nor computes in decimals of 34 digits unless told to.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from time import perf_counter

from engine import feel
from engine.feel.builtins import FUNCTION_NAMES, FUNCTIONS
from engine.feel.compiler import compile_expression
from engine.feel.parser import parse_expression

_ROUNDS = 25
_SECONDS_A_ROUND = 0.01


@dataclass(frozen=True)
class Subject:
    """An expression, what Python says for the same, and the names they read."""

    title: str
    feel: str
    python: str | None
    context: dict[str, object]


_ORDERS = [{"price": Decimal(price), "paid": price % 3 == 0} for price in range(100)]
_SUBJECTS = (
    Subject(
        "two comparisons, Decimals",
        "amount > 100 and age >= 18",
        "amount > 100 and age >= 18",
        {"amount": Decimal(120), "age": Decimal(44)},
    ),
    Subject(
        "two comparisons, plain ints",
        "amount > 100 and age >= 18",
        "amount > 100 and age >= 18",
        {"amount": 120, "age": 44},
    ),
    Subject("arithmetic", "(a + b) * c - 1", "(a + b) * c - 1", dict.fromkeys("abc", Decimal("1.5"))),
    Subject(
        "a path",
        "case.applicant.afm",
        'case["applicant"]["afm"]',
        {"case": {"applicant": {"afm": "123456789"}}},
    ),
    Subject("membership", "age in [18..65]", "18 <= age <= 65", {"age": Decimal(30)}),
    Subject("a built-in function", "string length(name) > 3", "len(name) > 3", {"name": "Μαρία"}),
    Subject(
        "a filter over 100 contexts",
        "count(orders[price > 50])",
        'len([o for o in orders if o["price"] > 50])',
        {"orders": _ORDERS},
    ),
    Subject(
        "a loop of 100", "for i in 1..100 return i * 2", "[i * 2 for i in map(Decimal, range(1, 101))]", {}
    ),
    Subject(
        "a pattern on 9 digits",
        'matches(afm, "^[0-9]{9}$")',
        're.match("^[0-9]{9}$", afm) is not None',
        {"afm": "123456789"},
    ),
    Subject("a date", 'date("2026-01-31") + duration("P1M")', None, {}),
)
_LONG_TEXT = (
    "if applicant.age >= 18 and income - debts > 1200 "
    'then "accepted" else string join(["refused", reason], ": ")'
)


def _median_microseconds(work: Callable[[], object]) -> float:
    work()
    started = perf_counter()
    work()
    repeats = max(1, int(_SECONDS_A_ROUND / max(perf_counter() - started, 1e-7)))
    rounds = []
    for _ in range(_ROUNDS):
        started = perf_counter()
        for _ in range(repeats):
            work()
        rounds.append((perf_counter() - started) / repeats)
    return median(rounds) * 1e6


def _report(title: str, ours: float, yardstick: float | None) -> None:
    ratio = f"{yardstick:10.2f} {ours / yardstick:8.1f} x" if yardstick is not None else ""
    print(f"{title:34} {ours:10.2f} {ratio}")


def main() -> None:
    print(f"{'warm evaluate()':34} {'FEEL µs':>10} {'eval µs':>10} {'ratio':>10}")
    for subject in _SUBJECTS:
        expression = feel.expression(subject.feel, subject.context)
        context = subject.context
        assert not expression.evaluate(context).problems, subject.title
        ours = _median_microseconds(
            lambda expression=expression, context=context: expression.evaluate(context)
        )
        _report(subject.title, ours, _python(subject))
    tests = feel.unary_tests("< 18, [65..70]")
    _report("unary tests", _median_microseconds(lambda: tests.matches(Decimal(66))), None)
    print(f"\nreading a text of {len(_LONG_TEXT)} characters")
    _report("for the first time", _median_microseconds(_read), None)
    _report("from the cache", _median_microseconds(lambda: feel.expression(_LONG_TEXT)), None)


def _read() -> object:
    return compile_expression(parse_expression(_LONG_TEXT, (), FUNCTION_NAMES), FUNCTIONS)


def _python(subject: Subject) -> float | None:
    if subject.python is None:
        return None
    code = compile(subject.python, subject.title, "eval")
    names = {**subject.context, "Decimal": Decimal, "re": re}
    return _median_microseconds(lambda: eval(code, names))


if __name__ == "__main__":
    main()

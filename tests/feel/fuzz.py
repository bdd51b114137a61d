"""Throws random texts at FEEL: `python -m tests.feel.fuzz --minutes 5 [--seed 1]`.

A finding is an exception other than the documented ones, a value that FEEL has none of, a second evaluation
that gives another value, or one that takes longer than its limit. Prints executions and findings; returns 1
with any.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from time import monotonic, thread_time

from engine import feel
from tests.feel.sentences import NAMES_THAT_MATTER, broken, sentence

LIMITS = feel.FeelLimits(
    steps=30_000, string_length=20_000, list_length=5_000, range_length=5_000, seconds=1.0
)
LONGEST_SECONDS = 4.0
"""Of this thread's own work: what others do on the machine does not count."""
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
CONTEXT: dict[str, object] = {
    "a": 3,
    "b": "text",
    "list": [1, 2.5, "x", None, {"a": 1}],
    "ctx": {"a": {"monthly fee": Decimal(7)}, "year": True},
    "text": "αβγ",
    "monthly fee": Decimal("12.5"),
    "loan-to-value": 0.8,
    "when": date(2026, 1, 31),
}


def check(text: str) -> str:
    """Reads and evaluates a text as an expression and as unary tests; says how it ended.

    Raises AssertionError, or whatever FEEL must not raise, for a finding.
    """
    try:
        expression = feel.expression(text, NAMES_THAT_MATTER)
    except feel.FeelSyntaxError as error:
        _check_place(text, error)
        _check_tests(text)
        return "refused"
    except feel.FeelLimitError:
        return "too deep"
    assert isinstance(expression.free_names, frozenset)
    started = thread_time()
    try:
        first = expression.evaluate(CONTEXT, limits=LIMITS, now=NOW)
        second = expression.evaluate(CONTEXT, limits=LIMITS, now=NOW)
    except feel.FeelLimitError as error:
        assert thread_time() - started < LONGEST_SECONDS, f"slow: {text}"
        return f"limit {error.limit}"
    assert thread_time() - started < LONGEST_SECONDS, f"slow: {text}"
    assert repr(first.value)[:2_000] == repr(second.value)[:2_000] or "0x" in repr(first.value), text
    _check_value(first.value)
    _check_tests(text)
    return "null" if first.value is None else "value"


def _check_place(text: str, error: feel.FeelSyntaxError) -> None:
    assert error.line >= 1, text
    assert error.column >= 1, text


def _check_tests(text: str) -> None:
    try:
        tests = feel.unary_tests(text, NAMES_THAT_MATTER)
        verdict = tests.matches(Decimal(5), CONTEXT, limits=LIMITS, now=NOW).value
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return
    assert verdict is None or isinstance(verdict, bool), text


def _check_value(value: object) -> None:
    """Refuses what is no FEEL value, wherever it lies in the result."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            pending += each
        elif isinstance(each, dict):
            assert all(type(key) is str for key in each)
            pending += each.values()
        elif isinstance(each, feel.Range):
            pending += [each.start, each.end]
        else:
            known = feel.kind_of(each) != "function" or isinstance(each, feel.FeelFunction)
            assert known, f"no FEEL value: {each!r}"
            assert not isinstance(each, Decimal) or (each.is_finite() and len(each.as_tuple().digits) <= 34)
    try:
        json.dumps(feel.to_json(value))
    except (TypeError, feel.FeelLimitError) as error:
        if isinstance(error, TypeError) and "FeelFunction" not in str(error):
            raise


def main() -> int:
    """Runs until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else Random().randrange(10**9)
    random = Random(seed)
    ends = monotonic() + 60 * arguments.minutes
    outcomes: Counter[str] = Counter()
    findings: list[str] = []
    while monotonic() < ends:
        text = sentence(random, random.randrange(1, 6))
        if random.random() < 0.4:
            text = broken(random, text)
        try:
            outcomes[check(text)] += 1
        except Exception:  # noqa: BLE001 - whatever comes out is the finding
            findings.append(text)
            print(f"FINDING in {text!r}\n{traceback.format_exc(limit=-6)}")
    print(f"seed {seed}: {sum(outcomes.values()) + len(findings)} executions, {len(findings)} findings")
    print(*(f"  {outcome}: {count}" for outcome, count in outcomes.most_common()), sep="\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

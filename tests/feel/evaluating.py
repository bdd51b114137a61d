"""Short ways to evaluate a text in a test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from engine import feel

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)


def evaluation(text: str, names: Iterable[str] = (), **context: object) -> feel.Evaluation:
    """What comes out of a text in a context; the present is 21 November 2026, 10:30 UTC."""
    return feel.expression(text, (*names, *context)).evaluate(context, now=NOW)


def value(text: str, **context: object) -> object:
    """The value of a text that meets no problem."""
    result = evaluation(text, **context)
    assert result.problems == (), f"{text}: {[str(problem) for problem in result.problems]}"
    return result.value


def problem(text: str, **context: object) -> str:
    """The first problem of a text whose value is null."""
    result = evaluation(text, **context)
    assert result.value is None, f"{text} is {result.value!r}"
    assert result.problems, f"{text} is null without a problem"
    return str(result.problems[0])

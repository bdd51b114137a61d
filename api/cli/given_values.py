"""Values that an analyst gives on the command line: a JSON object, a file with one, or name=FEEL."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from engine import feel

FORMS = "A JSON object, @file.json, or name=FEEL; repeat for several."
"""How values may be given, for the help of an option."""


def read_values(texts: Sequence[str]) -> dict[str, Any]:
    """The values by name, later ones over earlier ones; what cannot be understood ends the command."""
    values: dict[str, Any] = {}
    for text in texts:
        values |= _values(text.strip())
    return values


def feel_value(text: str, *, of: str) -> Any:
    """The value of a FEEL text; null for a reason ends the command, as it would not be what was meant."""
    try:
        evaluation = feel.expression(text).evaluate({}, now=datetime.now(UTC))
    except (feel.FeelSyntaxError, feel.FeelLimitError) as refused:
        raise click.ClickException(f"{of}: {refused}") from refused
    if evaluation.problems:
        reasons = "; ".join(str(problem) for problem in evaluation.problems)
        raise click.ClickException(f"{of}: {text.strip()} came to nothing: {reasons}")
    return evaluation.value


def _values(text: str) -> Mapping[str, Any]:
    if text.startswith("@"):
        return _object(_content(Path(text[1:])), of=text[1:])
    if text.startswith("{"):
        return _object(text, of="the text given")
    name, equals, expression = text.partition("=")
    if not equals or not name.strip():
        raise click.ClickException(f"Expected a JSON object, @file.json or name=FEEL, found {text!r:.80}.")
    return {name.strip(): feel_value(expression, of=name.strip())}


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise click.ClickException(f"{path} cannot be read: {problem}.") from problem


def _object(text: str, *, of: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise click.ClickException(
            f"Expected a JSON object in {of}, but found at {place}: {error.msg}."
        ) from error
    if not isinstance(value, dict):
        raise click.ClickException(f"Expected a JSON object in {of}, found {type(value).__name__}.")
    return value

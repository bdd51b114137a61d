"""Trying FEEL expressions, cells of decision tables and DMN decisions, with given values."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from api.cli.checking import files_at
from api.cli.printing import examples, print_table
from engine import dmn, feel

GIVEN_AS = "A JSON object, @file.json, or name=FEEL; repeat for several."
"""How values may be given, for the help of an option."""


@click.command(
    "feel",
    epilog=examples(
        "stoa feel '1 + 2'",
        "stoa feel 'if age >= 80 then \"two more papers\" else null' --context age=84",
        "stoa feel 'count(missing) = 0' --context @case.json",
        "stoa feel '[12..18), null' --cell 13",
    ),
)
@click.argument("expression")
@click.option("--context", multiple=True, help=GIVEN_AS)
@click.option("--cell", metavar="FEEL", help="Read it as a cell of a decision table, and test this value.")
def feel_command(expression: str, context: tuple[str, ...], cell: str | None) -> None:
    """Evaluate a FEEL expression and print its value as JSON.

    The = that an expression of a diagram begins with may stay. Why something became null is told on standard
    error; the exit code is then 1.
    """
    variables = read_values(context)
    tested = None if cell is None else feel_value(cell, of="--cell")
    text = expression.strip()
    try:
        evaluation = (
            feel.expression(text.removeprefix("="), names=variables).evaluate(
                variables, now=datetime.now(UTC)
            )
            if cell is None
            else feel.unary_tests(text, names=variables).matches(tested, variables, now=datetime.now(UTC))
        )
    except (feel.FeelSyntaxError, feel.FeelLimitError) as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(_shown(evaluation.value))
    for problem in evaluation.problems:
        click.echo(str(problem), err=True)
    if evaluation.problems:
        raise SystemExit(1)


def _shown(value: Any) -> str:
    try:
        return json.dumps(feel.to_json(value), ensure_ascii=False)
    except TypeError:
        return str(value)


@click.command(
    "dmn",
    epilog=examples(
        "stoa dmn processes/amka-issue",
        "stoa dmn processes/amka-issue age --input 'birth={date: \"2019-05-01\"}' --input @case.json",
        "stoa dmn fees.dmn fee --input 'engine size=1600' --input 'bought on=date(\"2020-05-01\")'",
    ),
)
@click.argument("paths", nargs=-1, required=True, metavar="PATHS... [DECISION]")
@click.option("--input", "inputs", multiple=True, help=GIVEN_AS)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def dmn_command(paths: tuple[str, ...], inputs: tuple[str, ...], form: str) -> None:
    """Take a decision of DMN files or folders, named by its id or name, and show why it came out so.

    Without a decision, list those there are and what they need. Tables are drawn: ✓ and ✗ say which cells
    were met, ► which rules decided.
    """
    places, decision = _files_and_decision(paths)
    try:
        bundle = dmn.read({name: content for place in places for name, content in _tables(place).items()})
        if decision is None:
            _list(bundle)
            return
        given = read_values(inputs)
        _warn_of_unneeded(given, bundle, decision)
        explanation = bundle.explain(decision, given, now=datetime.now(UTC))
    except (dmn.DmnReadError, dmn.UnknownElement, feel.FeelLimitError) as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(
        json.dumps(explanation.as_json(), ensure_ascii=False, indent=2)
        if form == "json"
        else explanation.as_text()
    )
    if explanation.problems:
        raise SystemExit(1)


def _files_and_decision(paths: tuple[str, ...]) -> tuple[list[Path], str | None]:
    """The files and folders, and the decision if the last word names none of them."""
    decision = None if Path(paths[-1]).exists() else paths[-1]
    places = [Path(path) for path in (paths if decision is None else paths[:-1])]
    missing = next((place for place in places if not place.exists()), None)
    if missing is not None or not places:
        raise click.ClickException(f"There is no file or folder {missing or decision}.")
    return places, decision


def _tables(place: Path) -> Mapping[str, bytes]:
    found = files_at(place).items()
    files = {name: content for name, content in found if place.is_file() or name.endswith(".dmn")}
    if not files:
        raise click.ClickException(f"Expected DMN files in {place}, found none.")
    return files


def _list(bundle: dmn.Bundle) -> None:
    rows = (
        (summary.id, summary.name, ", ".join(summary.requires_inputs))
        for summary in sorted(bundle.decisions.values(), key=lambda summary: summary.id)
    )
    print_table(("DECISION", "NAME", "NEEDS"), rows)


def _warn_of_unneeded(given: Mapping[str, object], bundle: dmn.Bundle, decision: str) -> None:
    """A misspelt input would silently be null."""
    needed = {
        name
        for summary in bundle.decisions.values()
        if decision in (summary.id, summary.name)
        for name in summary.requires_inputs
    }
    unneeded = [name for name in given if name not in needed]
    if needed and unneeded:
        click.echo(f"Not an input of {decision}: {', '.join(unneeded)}.", err=True)


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

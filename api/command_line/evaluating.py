"""Trying FEEL expressions and DMN decisions."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from api.command_line.help_texts import examples
from engine import dmn, feel


@click.command(
    "feel",
    epilog=examples(
        "stoa feel '1 + 2'",
        "stoa feel 'if age >= 80 then \"two more papers\" else null' --context '{\"age\": 84}'",
    ),
)
@click.argument("expression")
@click.option("--context", default="{}", help="A JSON object: the variables by name.")
def feel_command(expression: str, context: str) -> None:
    """Evaluate a FEEL expression and print its value as JSON.

    Why something became null is told on standard error; the exit code is then 1.
    """
    variables = _object(context)
    try:
        evaluation = feel.expression(expression, names=variables).evaluate(variables, now=datetime.now(UTC))
    except (feel.FeelSyntaxError, feel.FeelLimitError) as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(_shown(evaluation.value))
    for problem in evaluation.problems:
        click.echo(str(problem), err=True)
    if evaluation.problems:
        raise SystemExit(1)


@click.command(
    "dmn",
    epilog=examples(
        "stoa dmn fees.dmn fee --input '{\"engine size\": 1600}'",
        "stoa dmn fees.dmn fee --input 'engine size=1600' --input 'bought on=date(\"2020-05-01\")'",
    ),
)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.argument("decision")
@click.option(
    "--input",
    "inputs",
    multiple=True,
    help="A JSON object, or name=FEEL; repeat for several.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def dmn_command(files: tuple[Path, ...], decision: str, inputs: tuple[str, ...], form: str) -> None:
    """Take a decision of DMN files, named by its id or name, and show why it came out so.

    Tables are drawn: ✓ and ✗ say which cells were met, ► which rules decided.
    """
    try:
        bundle = dmn.read({file.name: file.read_bytes() for file in files})
        explanation = bundle.explain(decision, _inputs(inputs), now=datetime.now(UTC))
    except (dmn.DmnReadError, dmn.UnknownElement, feel.FeelSyntaxError, feel.FeelLimitError) as refused:
        raise click.ClickException(str(refused)) from refused
    if form == "json":
        click.echo(json.dumps(explanation.as_json(), ensure_ascii=False, indent=2))
    else:
        click.echo(explanation.as_text())
    if explanation.problems:
        raise SystemExit(1)


def _inputs(texts: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in texts:
        if text.lstrip().startswith("{"):
            found |= _object(text)
            continue
        name, equals, expression = text.partition("=")
        if not equals:
            raise click.BadParameter(
                f"expected a JSON object or name=FEEL, found {text!r}", param_hint="--input"
            )
        found[name.strip()] = feel.expression(expression).evaluate({}, now=datetime.now(UTC)).value
    return found


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.ClickException(
            f"Expected a JSON object, but found at column {error.colno}: {error.msg}."
        ) from error
    if not isinstance(value, dict):
        raise click.ClickException(f"Expected a JSON object, found {type(value).__name__}.")
    return value


def _shown(value: Any) -> str:
    try:
        return json.dumps(feel.to_json(value), ensure_ascii=False)
    except TypeError:
        return str(value)

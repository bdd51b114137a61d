"""Trying FEEL: expressions, and cells of decision tables."""

import json
from datetime import UTC, datetime
from typing import Any

import click

from api.cli.given_values import FORMS, feel_value, read_values
from api.cli.help_texts import examples
from engine import feel


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
@click.option("--context", multiple=True, help=FORMS)
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

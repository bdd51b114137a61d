"""Diagrams of other engines, rewritten into our dialect as far as that goes without a person."""

import sys
from pathlib import Path

import click

from api.cli.printing import examples, print_table
from engine.kernel.xml import Unreadable
from engine.lint import Report, check
from engine.lint.conversion import Conversion
from engine.lint.conversion import convert as rewrite
from engine.lint.report import as_text


@click.command(
    epilog=examples(
        "stoa convert leave-request.bpmn20.xml -o leave-request.bpmn",
        "stoa convert leave-request.bpmn > converted.bpmn",
    )
)
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the diagram; standard output without it. It may be the file itself.",
)
@click.option("--lang", type=click.Choice(["en", "el"]), default="en", show_default=True)
def convert(path: Path, output: Path | None, lang: str) -> None:
    """Rewrite a diagram of Camunda 7, Operaton, Activiti or Flowable into our dialect.

    Only what means the same here is rewritten: who has a task, dates, priority, form, simple conditions such
    as ${a == b}, external tasks, lists of multi-instance, calls, decisions. What was rewritten is told on
    standard error with the lines of the file given, and what a person has to decide with the lines of the
    file written and what to do.

    Exit code 0 if the diagram then passes the check, 1 if something is left to decide.
    """
    content = path.read_bytes()
    try:
        conversion = rewrite(content)
    except Unreadable as refused:
        raise click.ClickException(f"{path}, line {refused.line}: {refused.detail}") from refused
    if output is None:
        sys.stdout.buffer.write(conversion.content)
    else:
        output.write_bytes(conversion.content)
    name = path.name if output is None else output.name
    left = Report(check({name: conversion.content}).errors)
    _tell(conversion, left, language=lang)
    if not left.passes:
        raise SystemExit(1)


def _tell(conversion: Conversion, left: Report, *, language: str) -> None:
    """Say on standard error what was rewritten and what was not."""
    rows = [(change.line, change.element_id, change.before, change.after) for change in conversion.changes]
    if rows:
        print_table(("LINE", "ELEMENT", "BEFORE", "NOW"), rows, err=True)
    else:
        click.echo("Nothing was rewritten.", err=True)
    if not left.passes:
        click.echo("\nLeft for a person to decide, with the lines of the file written:", err=True)
        click.echo(as_text(left, language=language, remedies=True), err=True, nl=False)

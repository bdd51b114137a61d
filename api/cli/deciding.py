"""Trying DMN decisions."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from api.cli.checking import files_at
from api.cli.given_values import FORMS, read_values
from api.cli.help_texts import examples
from api.cli.tables import show
from engine import dmn, feel


@click.command(
    "dmn",
    epilog=examples(
        "stoa dmn processes/amka-issue",
        "stoa dmn processes/amka-issue age --input 'birth={date: \"2019-05-01\"}' --input @case.json",
        "stoa dmn fees.dmn fee --input 'engine size=1600' --input 'bought on=date(\"2020-05-01\")'",
    ),
)
@click.argument("paths", nargs=-1, required=True, metavar="PATHS... [DECISION]")
@click.option("--input", "inputs", multiple=True, help=FORMS)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def dmn_command(paths: tuple[str, ...], inputs: tuple[str, ...], form: str) -> None:
    """Take a decision of DMN files or folders, named by its id or name, and show why it came out so.

    Without a decision, list those there are and what they need. Tables are drawn: ✓ and ✗ say which cells
    were met, ► which rules decided.
    """
    places, decision = _parted(paths)
    try:
        bundle = dmn.read({name: content for place in places for name, content in _tables(place).items()})
        if decision is None:
            _list(bundle)
            return
        given = read_values(inputs)
        _tell_unneeded(given, bundle, decision)
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


def _parted(paths: tuple[str, ...]) -> tuple[list[Path], str | None]:
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
    show(("DECISION", "NAME", "NEEDS"), rows)


def _tell_unneeded(given: Mapping[str, object], bundle: dmn.Bundle, decision: str) -> None:
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

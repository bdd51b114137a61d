"""Documents and the virus scanner: what it says, and having it look again."""

from typing import Final

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.documents.model import Scan
from engine.documents.scan import CountScans, ScanAgain

_AGAIN: Final = {
    "unscanned": frozenset({Scan.UNSCANNED}),
    "failed": frozenset({Scan.FAILED}),
    "infected": frozenset({Scan.INFECTED}),
}


@click.group()
def documents() -> None:
    """See what the virus scanner says of documents, and have it look again."""


@documents.command(epilog=examples("stoa documents status"))
def status() -> None:
    """Say how many documents there are of each state."""
    counted = engine().ask(CountScans(), actor=operator())
    print_table(("scan", "documents"), ((scan.value, counted[scan]) for scan in Scan if scan in counted))


@documents.command(epilog=examples("stoa documents scan failed", "stoa documents scan unscanned"))
@click.argument("scan", type=click.Choice(list(_AGAIN)))
def scan(scan: str) -> None:
    """Have the scanner look at all documents of a state; nobody can open them until it has."""
    waiting = engine().carry_out(ScanAgain(scans=_AGAIN[scan]), actor=operator())
    click.echo(f"{waiting} documents wait for the virus scanner")

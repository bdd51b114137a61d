"""Who acts at the command line and on which engine, and how answers and refusals are printed."""

import getpass
import os
from collections.abc import Iterable, Sequence

import click

from engine import bootstrap
from engine.dispatch import Engine
from engine.kernel.actor import Actor, ActorKind
from engine.settings import Settings, from_environment


def settings() -> Settings:
    """The settings of the environment; `SettingsRefused` names what cannot be used."""
    return from_environment(os.environ)


def engine() -> Engine:
    """The engine on the database of the settings."""
    return bootstrap.build(settings())


def operator() -> Actor:
    """Whoever sits at this machine: whoever may read its settings may do everything.

    The journal names their account on the machine, as `cli:<user>`.
    """
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = str(os.getuid())
    return Actor(kind=ActorKind.SYSTEM, id=None, name=f"cli:{account}")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headings, in columns as wide as they need; an empty table says so."""
    lines = [[str(heading) for heading in headings]]
    lines += [["" if cell is None else str(cell) for cell in row] for row in rows]
    if len(lines) == 1:
        click.echo("Nothing found.")
        return
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def examples(*lines: str) -> str:
    """An epilog that shows each line as it is, under a heading: click wraps nothing after its mark."""
    heading = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", heading, *(f"  {line}" for line in lines)])

"""Tables in plain text."""

from collections.abc import Iterable, Sequence

import click


def show(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headings, in columns as wide as they need; an empty table says so."""
    lines = [[str(heading) for heading in headings]]
    lines += [["" if cell is None else str(cell) for cell in row] for row in rows]
    if len(lines) == 1:
        click.echo("Nothing found.")
        return
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())

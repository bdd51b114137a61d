"""What commands print: tables in plain text, and the examples below a command's options."""

from collections.abc import Iterable, Sequence

import click


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, err: bool = False) -> None:
    """Print rows under headings, in columns as wide as they need; an empty table says so.

    `err` prints to standard error.
    """
    lines = [[str(heading) for heading in headings]]
    lines += [["" if cell is None else str(cell) for cell in row] for row in rows]
    if len(lines) == 1:
        click.echo("Nothing found.", err=err)
        return
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip(), err=err)


def examples(*lines: str) -> str:
    """An epilog that shows each line as it is, under a heading: click wraps nothing after its mark."""
    heading = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", heading, *(f"  {line}" for line in lines)])

"""The register of people as a CSV file: read as spreadsheets of different countries write it, and written.

A file has a line for each post. Excel in Greek writes semicolons, dates as 31/12/2026, and either UTF-8 with
a byte order mark or windows-1253; all of these are read.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from engine.kernel.refusal import Invalid

COLUMNS: Final = (
    "username",
    "name",
    "organisation",
    "role",
    "position",
    "from",
    "until",
    "substitute_for",
)
REQUIRED: Final = ("username", "organisation", "role")
MOST_LINES: Final = 5000
_DELIMITERS: Final = (";", ",", "\t")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What begins a cell that a spreadsheet would compute (OWASP, CSV injection)."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the file, by its number there, which is 1 for the headings; every column is there."""

    number: int
    values: Mapping[str, str]


def read(content: bytes) -> tuple[Line, ...]:
    """The lines of a file; `Invalid` if it is none that could be read, or its headings are not ours."""
    text = _decoded(content)
    first, *_ = text.splitlines() or [""]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Invalid.field("file", f"expected a CSV file, found one that breaks off: {error}") from error
    if not rows:
        raise Invalid.field("file", "expected a line of headings, found an empty file")
    headings = [heading.strip().lower() for heading in rows[0]]
    _require_headings(headings)
    filled = [
        (number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)
    ]
    if len(filled) > MOST_LINES:
        raise Invalid.field("file", f"expected at most {MOST_LINES} lines, found {len(filled)}")
    return tuple(_line(number, headings, row) for number, row in filled)


def written(rows: Iterable[Mapping[str, str]]) -> bytes:
    """A file that Excel opens by a click: UTF-8 with a byte order mark, semicolons, and no formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_harmless(row.get(column, "")) for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def day_of(text: str) -> date | None:
    """The day of a cell, None of an empty one; `ValueError` if it is neither 2026-12-31 nor 31/12/2026."""
    if not text:
        return None
    pattern = "%d/%m/%Y" if "/" in text else "%Y-%m-%d"
    return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1253")
        except UnicodeDecodeError as error:
            raise Invalid.field("file", "expected text in UTF-8 or windows-1253") from error
    if "\0" in text:
        raise Invalid.field("file", "expected a CSV file, found no text: save the sheet as CSV first")
    return text


def _require_headings(headings: list[str]) -> None:
    unknown = [heading for heading in headings if heading not in COLUMNS]
    missing = [column for column in REQUIRED if column not in headings]
    twice = len(set(headings)) != len(headings)
    if unknown or missing or twice:
        raise Invalid.field(
            "file", f"expected the headings {', '.join(COLUMNS)}, found {', '.join(headings)}"
        )


def _line(number: int, headings: list[str], row: list[str]) -> Line:
    cells = dict(zip(headings, (_bare(cell.strip()) for cell in row), strict=False))
    return Line(number=number, values={column: cells.get(column, "") for column in COLUMNS})


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _bare(cell: str) -> str:
    """What was in a cell before it was made harmless."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell

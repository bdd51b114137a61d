"""Figures: timing a piece of work, and printing what came out as a table."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """Durations of one thing in seconds."""

    seconds: tuple[float, ...]

    @property
    def median_ms(self) -> float:
        """The median in milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def p95_ms(self) -> float:
        """The 95th percentile in milliseconds."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] * 1000


def measured(
    work: Callable[[], object], *, rounds: int, clock: Callable[[], float] = time.perf_counter
) -> Sample:
    """Do the work that many times, timing each."""
    seconds = []
    for _ in range(rounds):
        begun = clock()
        work()
        seconds.append(clock() - begun)
    return Sample(tuple(seconds))


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A plain table with aligned columns; numbers to the right."""
    texts = [[text_of(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(header))]
    return "\n".join([title, "-" * len(title), *(aligned(row, widths) for row in texts)]) + "\n"


def aligned(cells: Sequence[object], widths: Sequence[int]) -> str:
    """One row of a table whose columns have those widths."""
    texts = [
        text.rjust(width) if _is_number(text) else text.ljust(width)
        for text, width in zip(map(text_of, cells), widths, strict=True)
    ]
    return "  ".join(texts).rstrip()


def text_of(cell: object) -> str:
    """A cell as it is printed: fractions with two places."""
    return f"{cell:,.2f}" if isinstance(cell, float) else str(cell)


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").lstrip("-").isdigit()

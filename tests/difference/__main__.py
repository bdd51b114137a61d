"""Plays random diagrams on the engine and on the interpreter: `python -m tests.difference --diagrams 20000`.

Prints how far it has come, what the diagrams hold, and each difference: the diagram's number, the smallest
diagram that has it, what happened, and both sides. A diagram, and what happens to it, depends on its number
alone. The exit status is 1 where there is a difference.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.difference.figures import Figures
from tests.difference.processes import played_parts
from tests.postgresql import own_database, server_in


def main(given: list[str] | None = None) -> int:
    arguments = _arguments(given)
    figures = Figures()
    with _databases(arguments.database, arguments.processes) as urls:
        seeds = range(arguments.seed, arguments.seed + arguments.diagrams)
        for part in played_parts(seeds, urls):
            figures.add(part.figures)
            for found in part.found:
                print(*found.lines(), sep="\n", flush=True)
            print(figures.summary(), flush=True)
    print(*(f"{count:>8,} {name}" for name, count in sorted(figures.constructs.items())), sep="\n")
    return 1 if figures.differences else 0


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.difference", description=__doc__)
    parser.add_argument("--diagrams", type=int, default=1_000, help="how many (default: 1000)")
    parser.add_argument("--seed", type=int, default=0, help="the number of the first one (default: 0)")
    parser.add_argument("--processes", type=int, default=1, help="how many at once (default: 1)")
    parser.add_argument(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="the store (default: in memory)",
    )
    return parser.parse_args(given)


@contextmanager
def _databases(kind: str, processes: int) -> Iterator[list[str | None]]:
    """A database for each process; None stands for SQLite in memory."""
    if kind == "sqlite":
        yield [None] * processes
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="stoa-difference-")))
        server = stack.enter_context(server_in(folder))
        yield [stack.enter_context(own_database(server, f"difference{n}")) for n in range(processes)]


if __name__ == "__main__":
    sys.exit(main())

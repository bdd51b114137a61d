"""The same measurement of another commit and of this tree, taken in turns, so that a regression is seen.

python -m bench.compare COMMIT [--rounds 3] [--bench engine ...] [-- ARGUMENTS]

Other work on the machine strikes both alike when they take turns (A B A B …), so the ratios are worth more
than the figures. ARGUMENTS are handed to each measurement, such as `postgresql`. The other commit runs with
the libraries of this environment, in a work tree that is gone afterwards; a measurement that it does not
have is left out, and so are rows that only one of both prints.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from bench.figures import table

ROOT = Path(__file__).resolve().parents[1]
BUILT = Path("api/pages/built")
"""What the set-up builds for browsers, which is in no commit."""

Row = tuple[str, str, str]
"""Title of the table, beginning of the row, and column."""


def main(arguments: Sequence[str]) -> int:
    """Measure and print; exit code 1 if a measurement of this tree fails."""
    own, _, handed_on = "\0".join(arguments).partition("\0--\0")
    parser = argparse.ArgumentParser(prog="bench.compare", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("commit", help="the other commit, in any way that git knows it")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    parser.add_argument("--bench", nargs="+", default=["engine", "cpu"], help="measurements (engine cpu)")
    given = parser.parse_args([part for part in own.split("\0") if part])
    passed_on = [part for part in handed_on.split("\0") if part]
    failed = False
    with _other_tree(given.commit) as other:
        for name in given.bench:
            compared = _compared(name, other, passed_on, rounds=given.rounds)
            failed = failed or compared is None
            for title, rows in groupby(compared or [], key=itemgetter(0)):
                header = ("", "", given.commit[:12], "now", "ratio", "least", "most")
                print(table(title, header, [row[1:] for row in rows]))
    return int(failed)


@contextmanager
def _other_tree(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="stoa-compare-") as folder:
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
        try:
            if (ROOT / BUILT).is_dir():
                shutil.copytree(ROOT / BUILT, tree / BUILT, dirs_exist_ok=True)
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def _compared(
    name: str, other: Path, arguments: Sequence[str], *, rounds: int
) -> list[tuple[str, str, str, float, float, float, float, float]] | None:
    """A row for each figure that both print; None if this tree cannot be measured."""
    found: dict[Path, list[Mapping[Row, float]]] = {other: [], ROOT: []}
    for _ in range(rounds):
        for tree, figures in found.items():
            measured = _figures(name, tree, arguments)
            if measured is None:
                sys.stderr.write(f"bench.{name} cannot be run in {tree}.\n")
                return [] if tree == other else None
            figures.append(measured)
    olds, news = found[other], found[ROOT]
    common = [row for row in news[0] if all(row in figures for figures in (*olds, *news))]
    return [
        (*row, *_summary([figures[row] for figures in olds], [figures[row] for figures in news]))
        for row in common
    ]


def _summary(before: Sequence[float], now: Sequence[float]) -> tuple[float, float, float, float, float]:
    """Both medians, their ratio, and the least and greatest ratio of one round."""
    medians = statistics.median(before), statistics.median(now)
    ratios = [_ratio(new, old) for old, new in zip(before, now, strict=True)]
    return (*medians, _ratio(medians[1], medians[0]), min(ratios), max(ratios))


def _ratio(new: float, old: float) -> float:
    return new / old if old else float(new == old) or float("inf")


def _figures(name: str, tree: Path, arguments: Sequence[str]) -> Mapping[Row, float] | None:
    """What a measurement prints in a tree, by row; None if it fails there or is not there."""
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", f"bench.{name}", *arguments],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree), "STOA_LOG_LEVEL": "error"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return dict(figures_in(ran.stdout)) if ran.returncode == 0 else None


def figures_in(printed: str) -> Iterator[tuple[Row, float]]:
    """The figures of tables as `bench.figures.table` prints them; whole numbers that only name a row too."""
    for block in printed.split("\n\n"):
        lines = block.strip("\n").splitlines()
        if len(lines) < 4 or set(lines[1]) != {"-"}:
            continue
        title, header = lines[0], re.split(r"\s{2,}", lines[2].strip())
        for line in lines[3:]:
            cells = re.split(r"\s{2,}", line.strip())
            words = next((at for at, cell in enumerate(cells) if _number(cell) is not None), len(cells))
            for column, cell in list(zip(header, cells, strict=False))[words:]:
                number = _number(cell)
                if number is not None:
                    yield (title, " ".join(cells[:words]), column), number


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What a sweep over terms costs: what is due, whatever is open. `python -m bench.terms`, on PostgreSQL.

Two towns, of a thousand and of a million open cases that each have a term, are swept in turn: with as many
cases due in one as in the other, and with none. Each case that is due is locked, flagged and journalled. The
exit code is 1 where a sweep of the larger town takes more than twice as long.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from api.observability import logs
from bench.databases import fresh_database
from bench.figures import Sample, measured, table
from bench.town import Herd, Model, settle
from engine.bootstrap import build
from engine.kernel.actor import SYSTEM
from engine.operations.housekeeping import MarkOverdue
from engine.settings import from_environment
from engine.storage.connecting import open_engine
from tests.office import Office, an_office

SIZES = (1_000, 1_000_000)
BUDGET = 2.0
DUE, ROUNDS, WARM_UP = 50, 20, 3

_MAKE_DUE = sa.text(
    "UPDATE cases SET due_at = :before, overdue = false WHERE id IN"
    " (SELECT md5('open case' || n)::uuid FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n)"
)


@dataclass(frozen=True, kw_only=True)
class Town:
    """A town of so many open cases, and its database."""

    size: int
    office: Office
    database: sa.Engine

    def has_due(self, turn: int) -> None:
        """Let the terms of some cases be over, of others in each turn."""
        first = 1 + turn * DUE % (self.size - DUE)
        before = self.office.engine.clock.now() - timedelta(hours=1)
        with self.database.begin() as connection:
            connection.execute(_MAKE_DUE, {"before": before, "first": first, "last": first + DUE - 1})

    def sweep(self) -> int:
        """How many cases were flagged."""
        return self.office.does(MarkOverdue(limit=2 * DUE), actor=SYSTEM)


def main() -> int:
    """Build the towns, sweep them in turn, and print what that takes."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--largest", type=int, default=SIZES[1], help="open cases of the larger town")
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = arguments.parse_args()
    with ExitStack() as stack:
        towns = [stack.enter_context(_town(size)) for size in (SIZES[0], chosen.largest)]
        sampled = {town.size: _sampled(town, rounds=WARM_UP, first=0) for town in towns}
        sampled = {town.size: _sampled(town, rounds=chosen.rounds, first=WARM_UP) for town in towns}
    smaller, larger = sampled.values()
    rows = [
        (name, smaller[name].median_ms, sample.median_ms, sample.median_ms / smaller[name].median_ms)
        for name, sample in larger.items()
    ]
    sizes = [f"{size:,} open, ms" for size in sampled]
    print(table(f"Sweeps of terms, of {chosen.rounds} rounds", ("sweep", *sizes, "ratio"), rows))
    return 0 if all(ratio <= BUDGET for *_, ratio in rows) else 1


def _sampled(town: Town, *, rounds: int, first: int) -> dict[str, Sample]:
    due: list[float] = []
    none: list[float] = []
    for turn in range(first, first + rounds):
        town.has_due(turn)
        due += measured(lambda: _require(town.sweep(), DUE), rounds=1).seconds
        none += measured(lambda: _require(town.sweep(), 0), rounds=1).seconds
    return {f"{DUE} due": Sample(tuple(due)), "none due": Sample(tuple(none))}


def _require(found: int, expected: int) -> None:
    if found != expected:
        raise RuntimeError(f"Expected {expected} cases to be flagged, found {found}.")


@contextmanager
def _town(size: int) -> Iterator[Town]:
    began = time.perf_counter()
    with fresh_database("postgresql") as url:
        settings = from_environment({"STOA_DATABASE_URL": url, "STOA_LOG_LEVEL": "warning"})
        logs.set_up(settings)
        with build(settings) as engine:
            office = an_office(engine)
            case = office.opens_case().case
            if office.clerk.id is None:
                raise RuntimeError("Expected a clerk with an id.")
            model = Model(branch_id=office.branch.id, clerk_id=office.clerk.id, version_id=case.version_id)
            settle(url, [Herd(kind="open", size=size, case_id=case.id)], model=model, procedures=1)
            database = open_engine(url, pool_size=1)
            print(f"{size:,} cases were there after {time.perf_counter() - began:.0f} s.", flush=True)
            yield Town(size=size, office=office, database=database)
            database.dispose()


if __name__ == "__main__":
    sys.exit(main())

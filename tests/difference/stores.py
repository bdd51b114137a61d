"""Branches to run cases in: on SQLite in memory, or on PostgreSQL."""

from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from engine.bootstrap import build_in_memory
from engine.storage import migrate
from engine.storage.database import Database
from tests.builders import NOON
from tests.difference.branch import Branch
from tests.office import MovableClock

DIAGRAMS_IN_A_STORE = 200
"""A new store after so many, so that the clock of a run does not come to another century."""

Branches = Callable[[], Branch]
"""Gives a branch for the next diagram."""


def in_memory() -> Branch:
    """A branch on a new store in memory."""
    clock = MovableClock(NOON)
    return Branch(build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens")), clock)


def in_memory_branches() -> Branches:
    """One branch for many diagrams, then another."""
    used: list[Branch] = []

    def following() -> Branch:
        if len(used) % DIAGRAMS_IN_A_STORE == 0:
            used.clear()
            used.append(in_memory())
        else:
            used.append(used[-1])
        return used[-1]

    return following


def postgresql_branches(url: str) -> Branches:
    """One branch for all diagrams, in an empty database."""
    migrate.upgrade(url)
    clock = MovableClock(NOON)
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"))
    engine.store.close()
    branch = Branch(replace(engine, store=Database.open(url)), clock)

    def same() -> Branch:
        branch.clock.moment = NOON
        return branch

    return same

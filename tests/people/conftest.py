"""A system with people and without procedures: for claims about accounts, quicker than an office."""

from collections.abc import Iterator
from datetime import UTC

import pytest

from engine.bootstrap import build_in_memory
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.organisation.registers import EnterBranch
from engine.people.users import SaveUser
from tests.builders import NOON, a_branch, a_clerk, a_user
from tests.office import MovableClock

MARIA, HERE, THERE = a_user(username="maria"), a_branch(code="0009"), a_branch(code="0010")
CLERK: Actor = a_clerk(HERE, user=MARIA)


@pytest.fixture
def clock() -> MovableClock:
    """The clock of the system."""
    return MovableClock(NOON)


@pytest.fixture
def engine(clock: MovableClock) -> Iterator[Engine]:
    """A system with one clerk, who works in the first of two branches."""
    engine = build_in_memory(clock=clock, zone=UTC)
    for branch in (HERE, THERE):
        engine.carry_out(EnterBranch(branch=branch), actor=SYSTEM)
    engine.carry_out(SaveUser(user=MARIA, branch_id=HERE.id, roles=frozenset({Role.CLERK})), actor=SYSTEM)
    yield engine
    engine.close()

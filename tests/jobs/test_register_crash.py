"""Crashes while branches are entered: a killed worker enters each once, with one answer in its case."""

import random
from collections.abc import Iterator
from functools import partial

import pytest

from engine.cases.changeset import CaseState
from engine.organisation import version_store
from tests.applying import BRANCH, Applying, applying
from tests.jobs.town import Town, a_town
from tests.servers import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with a_town(database_url) as running:
        yield running


def _granted(asked: Applying, code: str) -> CaseState:
    state = asked.applies("branch-authorisation", {**BRANCH, "branch": {**BRANCH["branch"], "code": code}})
    asked.is_granted(state.case.id)
    return state


def _entered(town: Town, codes: list[str]) -> int:
    """How many of the branches are there."""
    with town.store.reading() as connection:
        found = [version_store.identity_coded(connection, code) for code in codes]
    return sum(one is not None for one in found)


def _has_ended(town: Town, state: CaseState) -> bool:
    """Whether the case came to its end; the manager is invited by hand, as no e-mail is sent here."""
    return [task.element_id for task in town.case(state).tasks] == ["leave_to_organisation"]


def _goes_on(town: Town, codes: list[str], before: int) -> bool:
    return _entered(town, codes) > before


def test_workers_killed_again_and_again_enter_every_branch_once(town: Town) -> None:
    asked = applying(town.office)
    codes = [f"{500 + number:04}" for number in range(10)]
    cases = {code: _granted(asked, code) for code in codes}
    chance = random.Random(20261130)

    for _ in range(5):
        before = _entered(town, codes)
        worker = town.starts_worker()
        eventually(partial(_goes_on, town, codes, before), seconds=5)
        eventually(lambda: False, seconds=chance.uniform(0, 0.1))
        town.kill(worker)
    town.starts_worker()

    assert eventually(lambda: _entered(town, codes) == len(codes), seconds=60)
    assert eventually(lambda: all(_has_ended(town, state) for state in cases.values()), seconds=60)
    assert {town.actions(state)["service_task_completed"] for state in cases.values()} == {1}

"""Claims about where cases wait: how often and how long, the same before and after a day is added up."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.actor import SYSTEM
from engine.operations import element_times_store
from engine.operations.element_times import (
    CountElementTimes,
    ElementTimes,
    ShowHeat,
    bucket_of,
    duration_of,
)
from tests.office import PAPERS_COMPLETE, Office, an_office

SINCE, UNTIL = date(2026, 3, 1), date(2026, 4, 30)


@pytest.fixture
def office() -> Office:
    """Ten cases whose papers were checked after one to ten hours; all wait for the municipality."""
    office = an_office()
    states = [office.opens_case() for _ in range(10)]
    for state in states:
        office.clock.advance(timedelta(hours=1))
        office.completes(state.tasks[0], PAPERS_COMPLETE)
    return office


def times(office: Office) -> Mapping[str, ElementTimes]:
    question = ShowHeat(key="residence-certificate", number=1, since=SINCE, until=UNTIL)
    heat = office.engine.ask(question, actor=SYSTEM)
    assert not heat.is_partial
    return {one.element.element_id: one for one in heat.elements}


def days_counted(office: Office) -> int:
    rounds = 1
    while not office.does(CountElementTimes(), actor=SYSTEM):
        rounds += 1
    return rounds


def test_the_figures_are_the_same_before_and_after_the_days_are_added_up(office: Office) -> None:
    before = times(office)
    office.clock.advance(timedelta(days=3))
    rounds = days_counted(office)
    again = days_counted(office)
    with office.engine.store.reading() as connection:
        kept = list(
            element_times_store.times_of(connection, "residence-certificate", 1, since=SINCE, until=UNTIL)
        )
    after = times(office)

    checked = after["check_papers"]
    assert (checked.passed, checked.waiting) == (10, 0)
    assert checked.median == pytest.approx(timedelta(hours=5), abs=timedelta(minutes=16))
    assert checked.most == pytest.approx(timedelta(hours=9), abs=timedelta(minutes=28))
    assert (after["municipality_certifies"].passed, after["municipality_certifies"].waiting) == (0, 10)
    assert before == after
    assert sum(number for _, _, number in kept) == 10
    assert rounds >= 1
    assert again == 1


def test_a_day_that_is_not_over_is_not_added_up(office: Office) -> None:
    office.does(CountElementTimes(), actor=SYSTEM)
    state = office.opens_case()
    office.completes(state.tasks[0], PAPERS_COMPLETE)

    assert times(office)["check_papers"].passed == 11


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3650)))
def test_a_step_is_true_to_a_twentieth(length: timedelta) -> None:
    found = duration_of(bucket_of(length))

    assert abs(found.total_seconds() - length.total_seconds()) <= 0.051 * (length.total_seconds() + 1)

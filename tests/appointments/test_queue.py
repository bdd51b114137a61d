"""Claims about who is called next: appointments at their time, those ahead, and nobody waits for ever."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.appointments.queue import MOST_AHEAD, Ticket, ahead_after, next_ticket
from tests.appointments.planned import TUESDAY, at

NOW = at(9)


def a_ticket(number: int, *, waited: int = 10, due_in: int | None = None, is_ahead: bool = False) -> Ticket:
    """A number that was taken that many minutes ago, for an appointment in so many, if for one."""
    return Ticket(
        id=UUID(int=number),
        branch_id=UUID(int=1),
        day=TUESDAY,
        number=number,
        service_id=UUID(int=2),
        taken_at=NOW - timedelta(minutes=waited),
        due_at=None if due_in is None else NOW + timedelta(minutes=due_in),
        is_ahead=is_ahead,
    )


tickets = st.builds(
    a_ticket,
    st.integers(1, 900),
    waited=st.integers(0, 200),
    due_in=st.one_of(st.none(), st.integers(-60, 60)),
    is_ahead=st.booleans(),
)


@pytest.mark.parametrize(
    ("waiting", "ahead", "called"),
    [
        ([a_ticket(1, waited=60), a_ticket(2, due_in=0)], 0, 2),
        ([a_ticket(1, waited=60), a_ticket(2, due_in=5)], 0, 1),
        ([a_ticket(1, waited=60), a_ticket(2, due_in=0)], MOST_AHEAD, 1),
        ([a_ticket(1, waited=60), a_ticket(2, waited=1, is_ahead=True)], 0, 2),
        ([a_ticket(1, due_in=10), a_ticket(2, due_in=5)], 0, 2),
        ([a_ticket(1, waited=5), a_ticket(2, waited=6)], 0, 2),
        ([], 0, None),
    ],
    ids=["time has come", "not yet", "two were ahead", "by law", "early", "longest", "nobody"],
)
def test_the_next_is_as_the_rule_says(waiting: list[Ticket], ahead: int, called: int | None) -> None:
    found = next_ticket(waiting, ahead=ahead, now=NOW)

    assert (found.number if found else None) == called


@given(waiting=st.lists(tickets, min_size=1, max_size=30, unique_by=lambda one: one.number))
def test_whoever_waits_is_called_and_at_most_two_in_a_row_go_ahead(waiting: list[Ticket]) -> None:
    left, ahead, order = list(waiting), 0, []
    while (found := next_ticket(left, ahead=ahead, now=NOW)) is not None:
        others = any(not one.comes_first(NOW) and not one.is_early(NOW) for one in left)
        order.append((found.comes_first(NOW), others))
        ahead = ahead_after(found, ahead=ahead, now=NOW)
        left.remove(found)

    assert left == []
    in_a_row = 0
    for is_first, others in order:
        in_a_row = in_a_row + 1 if is_first and others else 0
        assert in_a_row <= MOST_AHEAD

"""Claims about terms: how they are counted, and where they end after they rested for a supplement."""

from datetime import date

import pytest

from engine.bundle.term import SupplementRule, Term
from engine.kernel.calendar import WorkingCalendar

CALENDAR = WorkingCalendar()
MONDAY = date(2026, 3, 9)


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("term", "asked", "brought", "last"),
    [
        # From Tuesday to Thursday are two days; from Friday to Sunday two.
        (Term(days=5), 10, 12, 18),
        (Term(days=5), 13, 15, 18),
        (Term(days=5), 10, 10, 16),
        # The weekend is no rest of working days, and neither is the 25th, a holiday.
        (Term(days=5, working_days=True), 13, 16, 17),
        (Term(days=10, working_days=True), 20, 26, 27),
    ],
)
def test_a_paused_term_has_as_many_days_left_as_it_had(
    term: Term, asked: int, brought: int, last: int
) -> None:
    paused = Term(days=term.days, working_days=term.working_days, supplement=SupplementRule.PAUSES)

    ends = paused.last_day_after_rest(
        paused.last_day(MONDAY, CALENDAR), asked=march(asked), brought=march(brought), calendar=CALENDAR
    )

    assert ends == march(last)


def test_a_term_that_begins_anew_is_whole_again() -> None:
    term = Term(days=5, supplement=SupplementRule.RESTARTS)

    ends = term.last_day_after_rest(march(16), asked=march(10), brought=march(20), calendar=CALENDAR)

    assert ends == march(26)


def test_a_term_that_runs_on_ends_as_it_was_to_end() -> None:
    ends = Term(days=5).last_day_after_rest(march(16), asked=march(10), brought=march(30), calendar=CALENDAR)

    assert ends == march(16)

"""The working calendar: movable feasts, local closures, and how terms are counted."""

from datetime import date

import holidays
import pytest

from engine.kernel.calendar import WorkingCalendar, national_holidays, orthodox_easter

NATIONAL = WorkingCalendar()


@pytest.mark.parametrize("year", range(2020, 2041))
def test_the_holidays_are_those_of_an_independent_calendar(year: int) -> None:
    published = holidays.country_holidays("GR", years=year, observed=False, categories=("public",))
    sundays = {orthodox_easter(year)}

    independent = {day for day in published if published[day]} - sundays
    # The published calendar also has days that move or are regional; ours must have nothing that it lacks.
    assert national_holidays(year) <= independent | {date(year, 1, 6), date(year, 5, 1)}


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2024, date(2024, 5, 5)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 12)),
        (2027, date(2027, 5, 2)),
        (2052, date(2052, 4, 21)),
    ],
)
def test_easter_is_where_the_church_has_it(year: int, easter: date) -> None:
    assert orthodox_easter(year) == easter


def test_a_term_in_working_days_skips_weekends_and_holidays() -> None:
    wednesday_before_easter = date(2026, 4, 8)

    third = NATIONAL.add_working_days(wednesday_before_easter, 3)

    # Thursday is worked; Good Friday, the weekend and Easter Monday are not.
    assert third == date(2026, 4, 15)


def test_a_term_of_no_days_ends_today_if_today_is_worked() -> None:
    assert NATIONAL.add_working_days(date(2026, 3, 9), 0) == date(2026, 3, 9)
    assert NATIONAL.add_working_days(date(2026, 3, 8), 0) == date(2026, 3, 9)


def test_a_term_in_days_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    assert NATIONAL.add_days(date(2026, 12, 20), 5) == date(2026, 12, 28)


def test_a_branch_keeps_its_patrons_day_and_its_closures() -> None:
    athens = WorkingCalendar(local_holidays=frozenset({(10, 3)}), closures=frozenset({date(2025, 10, 6)}))

    assert athens.add_working_days(date(2025, 10, 2), 1) == date(2025, 10, 7)
    assert NATIONAL.add_working_days(date(2025, 10, 2), 1) == date(2025, 10, 3)


@pytest.mark.parametrize("days", [-1, 3651])
def test_an_absurd_term_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="3650"):
        NATIONAL.add_working_days(date(2026, 1, 1), days)


@pytest.mark.parametrize("year", [1899, 2100])
def test_easter_is_not_claimed_for_years_the_rule_does_not_cover(year: int) -> None:
    with pytest.raises(ValueError, match="1900 to 2099"):
        orthodox_easter(year)

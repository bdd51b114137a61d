"""The working calendar of a branch: which local dates are working days, and how legal terms count them.

Greek public holidays fall on fixed dates or move with Orthodox Easter; each municipality adds its patron's
day and one-off closures, so a calendar belongs to a branch. Days are counted as ν. 2690/1999 (Code of
Administrative Procedure, art. 10) has it: the day of the event is not counted, and a term that ends on a day
that is not worked ends on the next working day.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

FIXED_HOLIDAYS = ((1, 1), (1, 6), (3, 25), (5, 1), (8, 15), (10, 28), (12, 25), (12, 26))
"""Month and day of the holidays that do not move."""

EASTER_HOLIDAYS = (-48, -2, 1, 50)
"""Days from Easter Sunday: Clean Monday, Good Friday, Easter Monday, Monday of the Holy Spirit."""


@lru_cache(maxsize=256)
def orthodox_easter(year: int) -> date:
    """Orthodox Easter Sunday in the Gregorian calendar, for 1900–2099 (Meeus, Julian, plus 13 days)."""
    if not 1900 <= year <= 2099:
        raise ValueError(f"Easter is known for the years 1900 to 2099, not for {year}.")
    a, b, c = year % 4, year % 7, year % 19
    d = (19 * c + 15) % 30
    e = (2 * a + 4 * b - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


@lru_cache(maxsize=256)
def national_holidays(year: int) -> frozenset[date]:
    """The public holidays of Greece in `year`."""
    easter = orthodox_easter(year)
    fixed = {date(year, month, day) for month, day in FIXED_HOLIDAYS}
    return frozenset(fixed | {easter + timedelta(days=days) for days in EASTER_HOLIDAYS})


@dataclass(frozen=True)
class WorkingCalendar:
    """When a branch works.

    `local_holidays` are (month, day) of the municipality's own days, every year; `closures` are single dates.
    Terms are counted on after `closed_from`, the day on which the branch closes for good; nobody is received.
    """

    local_holidays: frozenset[tuple[int, int]] = frozenset()
    closures: frozenset[date] = field(default=frozenset())
    closed_from: date | None = None

    def is_working_day(self, day: date) -> bool:
        """Whether the branch works on that local date."""
        return day.weekday() < 5 and not self.is_holiday(day)

    def is_holiday(self, day: date) -> bool:
        """Whether that local date is a public holiday, a day of the municipality's own, or a closure."""
        return (
            day in national_holidays(day.year)
            or (day.month, day.day) in self.local_holidays
            or day in self.closures
        )

    def is_shut(self, day: date) -> bool:
        """Whether nobody is received on that local date: a holiday, or closed for good."""
        return self.is_holiday(day) or (self.closed_from is not None and day >= self.closed_from)

    def next_working_day(self, day: date) -> date:
        """`day` itself if it is worked, else the first worked day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`, which is not counted itself; `days` is from 0 to 3650."""
        if not 0 <= days <= 3650:
            raise ValueError(f"A term has from 0 to 3650 working days, not {days}.")
        day = start
        for _ in range(days):
            day = self.next_working_day(day + timedelta(days=1))
        return self.next_working_day(day)

    def add_days(self, start: date, days: int) -> date:
        """The end of a term of `days` calendar days after `start`, moved to the next working day."""
        return self.next_working_day(start + timedelta(days=days))

"""How long a term is, counted as ν. 2690/1999 (Code of Administrative Procedure, art. 10) has it.

The day of the event is not counted. A term of weeks ends on the weekday, one of months or years on the
number, on which it began, or on the last day of a month that has no such number. A term that ends on a day
which is not worked ends on the next one that is.
"""

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from engine.kernel.calendar import WorkingCalendar

LONGEST = 3650
"""No term of a procedure has more units than this."""


class Unit(StrEnum):
    """What a term is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True)
class Length:
    """So many units; `ValueError` for fewer than 0 or more than `LONGEST`."""

    amount: int
    unit: Unit = Unit.DAYS

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= LONGEST:
            raise ValueError(f"A term has from 0 to {LONGEST} {self.unit}, not {self.amount}.")

    def after(self, day: date, calendar: WorkingCalendar) -> date:
        """The day on which the last unit after `day` ends, whether it is worked or not.

        Working days are counted in `calendar`; of the others none is looked up in it.
        """
        match self.unit:
            case Unit.DAYS:
                return day + timedelta(days=self.amount)
            case Unit.WORKING_DAYS:
                return _working_days_after(day, self.amount, calendar)
            case Unit.WEEKS:
                return day + timedelta(weeks=self.amount)
            case Unit.MONTHS:
                return _months_after(day, self.amount)
            case Unit.YEARS:
                return _months_after(day, 12 * self.amount)

    def put_off(self, end: date, *, since: date, until: date, calendar: WorkingCalendar) -> date:
        """Where the end of such a term comes to lie by a rest: as many days later as the rest had.

        The day on which the rest begins is counted in the term, the one on which it ends is not, so that
        whoever the term binds has as many days afterwards as they had left.
        """
        days = (until - since).days
        if self.unit is not Unit.WORKING_DAYS:
            return end + timedelta(days=days)
        worked = sum(calendar.is_working_day(since + timedelta(days=day)) for day in range(1, days + 1))
        return _working_days_after(end, worked, calendar)


def _working_days_after(day: date, amount: int, calendar: WorkingCalendar) -> date:
    for _ in range(amount):
        day = calendar.next_working_day(day + timedelta(days=1))
    return day


def _months_after(day: date, amount: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))

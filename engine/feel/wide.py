"""Dates and times that Python's own classes cannot hold: years outside 1 to 9999, and nanoseconds.

FEEL takes years of up to nine digits (XML Schema's lexical form) and fractions of a second to nine digits.
The calendar is the Gregorian one, carried on backwards and forwards without end; a day is counted from
1 January of year 1, which is day 1, as in `date.toordinal`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

_DAYS_IN_400_YEARS = 146_097
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

NANOSECONDS_IN_SECOND = 1_000_000_000
NANOSECONDS_IN_DAY = 86_400 * NANOSECONDS_IN_SECOND
MAX_YEAR = 999_999_999


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


def day_number(year: int, month: int, day: int) -> int:
    """Days since 31 December of the year 0."""
    shifted_year = year - (month <= 2)
    day_of_shifted_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    leap_days = shifted_year // 4 - shifted_year // 100 + shifted_year // 400
    return 365 * shifted_year + leap_days + day_of_shifted_year - 305


def civil(number: int) -> tuple[int, int, int]:
    """Year, month and day of a day number."""
    era, day_of_era = divmod(number + 305, _DAYS_IN_400_YEARS)
    year_of_era = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    return era * 400 + year_of_era + (month <= 2), month, day


@dataclass(frozen=True, slots=True)
class WideDate:
    """A date outside Python's years."""

    days: int


@dataclass(frozen=True, slots=True)
class WideTime:
    """A time of day to the nanosecond."""

    nanoseconds: int
    tzinfo: tzinfo | None


@dataclass(frozen=True, slots=True)
class WideDateTime:
    """A date and time outside Python's years, or to the nanosecond, by the local clock of `tzinfo`."""

    days: int
    nanoseconds: int
    tzinfo: tzinfo | None


@dataclass(frozen=True, slots=True)
class WideDuration:
    """A days and time duration to the nanosecond, or of more than 999 999 999 days."""

    nanoseconds: int

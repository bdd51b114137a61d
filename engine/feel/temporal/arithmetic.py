"""Sums and differences of dates, times and durations (DMN 1.5, 10.3.2.3 and 10.3.2.15)."""

from __future__ import annotations

from datetime import UTC, timedelta, tzinfo

from engine.feel.problems import FeelValueError
from engine.feel.temporal.parts import (
    AnyDate,
    AnyDateTime,
    AnyDuration,
    AnyTime,
    duration_nanoseconds,
    is_date,
    is_datetime,
    is_time,
    make_date,
    make_datetime,
    make_duration,
    make_time,
    offset_of,
    split_date,
    split_time,
    utc_nanoseconds,
    zone_of,
)
from engine.feel.values import YearsMonthsDuration
from engine.feel.wide import MAX_YEAR, NANOSECONDS_IN_DAY, WideDateTime, civil, day_number, days_in_month


def add_months(days: int, months: int) -> int:
    """The day number some months on; a day that the month has not becomes its last."""
    year, month, day = civil(days)
    month_count = year * 12 + month - 1 + months
    year, month = month_count // 12, month_count % 12 + 1
    if abs(year) > MAX_YEAR:
        raise FeelValueError(f"the year is not within -{MAX_YEAR} and {MAX_YEAR}")
    return day_number(year, month, min(day, days_in_month(year, month)))


def months_between(start: int, end: int) -> int:
    """Whole months from one day number to another, negative backwards."""
    start_year, start_month, start_day = civil(start)
    end_year, end_month, end_day = civil(end)
    months = (end_year * 12 + end_month) - (start_year * 12 + start_month)
    if months > 0 and end_day < start_day:
        return months - 1
    if months < 0 and end_day > start_day:
        return months + 1
    return months


def shift_date(value: object, duration: AnyDuration | YearsMonthsDuration) -> AnyDate:
    """A date some months or days on; a duration's time of day is cut off towards the past."""
    days = split_date(value)
    if isinstance(duration, YearsMonthsDuration):
        return make_date(add_months(days, duration.total_months))
    return make_date(days + duration_nanoseconds(duration) // NANOSECONDS_IN_DAY)


def shift_time(value: object, duration: AnyDuration) -> AnyTime:
    """A time some while on, round the clock."""
    return make_time(split_time(value) + duration_nanoseconds(duration), zone_of(value))


def shift_datetime(value: object, duration: AnyDuration | YearsMonthsDuration) -> AnyDateTime:
    """A date and time some months on by the calendar, or some while on by the line of time."""
    zone = zone_of(value)
    days, nanoseconds = split_date(value), split_time(value)
    if isinstance(duration, YearsMonthsDuration):
        return make_datetime(add_months(days, duration.total_months), nanoseconds, zone)
    before = offset_of(value)
    moved = make_datetime(days, nanoseconds + duration_nanoseconds(duration), zone)
    if zone is None or before is None:
        return moved
    after = _offset_at(moved, before, zone)
    if after == before:
        return moved
    # Clocks were changed in between: an hour on the line of time is not an hour on the clock.
    return make_datetime(
        split_date(moved),
        split_time(moved) + duration_nanoseconds(after) - duration_nanoseconds(before),
        zone,
    )


def _offset_at(moved: AnyDateTime, before: timedelta, zone: tzinfo) -> timedelta:
    """The zone's offset at the instant that the clock of the old offset shows."""
    if isinstance(moved, WideDateTime):
        return offset_of(moved) or before
    try:
        instant = moved.replace(tzinfo=UTC) - before
        return instant.astimezone(zone).utcoffset() or timedelta()
    except (OverflowError, ValueError):  # at the very edge of Python's years
        return before


def subtract_instants(left: object, right: object) -> AnyDuration:
    """How long from `right` to `left`: two times, or dates and dates and times, where a date is midnight UTC.

    Raises FeelValueError for one in a zone and one without.
    """
    if is_time(left) and is_time(right):
        left_zoned, left_count = utc_nanoseconds(left)
        right_zoned, right_count = utc_nanoseconds(right)
    else:
        left_zoned, left_count = _instant(left)
        right_zoned, right_count = _instant(right)
    if left_zoned != right_zoned:
        raise FeelValueError("cannot subtract a local time and one in a zone from each other")
    return make_duration(left_count - right_count)


def _instant(value: object) -> tuple[bool, int]:
    if is_date(value):
        return True, split_date(value) * NANOSECONDS_IN_DAY
    return utc_nanoseconds(value)


def is_instant(value: object) -> bool:
    """Whether a value is a date, or a date and time."""
    return is_date(value) or is_datetime(value)

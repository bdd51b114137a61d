"""Temporal values taken apart into whole numbers, and put together again in Python's class or a wide one.

A date is a day number (1 January of year 1 is 1), a time is nanoseconds since midnight and perhaps a zone,
and a date and time is all three, by the local clock of its zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import TypeAlias
from zoneinfo import ZoneInfo

from engine.feel.problems import FeelValueError
from engine.feel.wide import (
    MAX_YEAR,
    NANOSECONDS_IN_DAY,
    NANOSECONDS_IN_SECOND,
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
    day_number,
    days_in_month,
)

AnyDate: TypeAlias = date | WideDate
AnyTime: TypeAlias = time | WideTime
AnyDateTime: TypeAlias = datetime | WideDateTime
AnyDuration: TypeAlias = timedelta | WideDuration

_FIRST_DAY = day_number(-MAX_YEAR, 1, 1)
_LAST_DAY = day_number(MAX_YEAR, 12, 31)
_MAX_NATIVE_DAY = date.max.toordinal()
_DAYS_IN_400_YEARS = 146_097
_MAX_NANOSECONDS = 10**33
_MAX_NATIVE_MICROSECONDS = timedelta.max // timedelta(microseconds=1)
_MICROSECONDS_IN_DAY = 86_400_000_000
_MAX_OFFSET = timedelta(hours=18)


def is_date(value: object) -> bool:
    return type(value) is date or type(value) is WideDate


def is_time(value: object) -> bool:
    return type(value) is time or type(value) is WideTime


def is_datetime(value: object) -> bool:
    return type(value) is datetime or type(value) is WideDateTime


def make_date(days: int) -> AnyDate:
    """The date of a day number; raises FeelValueError beyond the years that FEEL has."""
    if 1 <= days <= _MAX_NATIVE_DAY:
        return date.fromordinal(days)
    if not _FIRST_DAY <= days <= _LAST_DAY:
        raise FeelValueError(f"the year is not within -{MAX_YEAR} and {MAX_YEAR}")
    return WideDate(days)


def civil_date(year: int, month: int, day: int) -> AnyDate:
    """The date of a year, month and day; raises FeelValueError when there is no such day."""
    if not (-MAX_YEAR <= year <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)):
        raise FeelValueError(f"there is no day {day} in month {month} of year {year}")
    return make_date(day_number(year, month, day))


def make_time(nanoseconds: int, zone: tzinfo | None) -> AnyTime:
    """The time of day of a count of nanoseconds since midnight; a count beyond a day wraps round."""
    nanoseconds %= NANOSECONDS_IN_DAY
    microseconds, rest = divmod(nanoseconds, 1_000)
    if rest:
        return WideTime(nanoseconds, zone)
    seconds, microsecond = divmod(microseconds, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return time(hour, minute, second, microsecond, zone)


def make_datetime(days: int, nanoseconds: int, zone: tzinfo | None) -> AnyDateTime:
    """The date and time of a day number and nanoseconds since its midnight; more than a day carries over."""
    carried, nanoseconds = divmod(nanoseconds, NANOSECONDS_IN_DAY)
    days += carried
    day = make_date(days)
    clock = make_time(nanoseconds, zone)
    if isinstance(day, WideDate) or isinstance(clock, WideTime):
        return WideDateTime(days, nanoseconds, zone)
    return datetime.combine(day, clock)


def split_date(value: object) -> int:
    """The day number of a date, or of a date and time by its own clock."""
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, WideDate | WideDateTime):
        return value.days
    raise FeelValueError("expected a date")


def split_time(value: object) -> int:
    """The nanoseconds since midnight of a time, or of a date and time by its own clock."""
    if isinstance(value, time | datetime):
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        return seconds * NANOSECONDS_IN_SECOND + value.microsecond * 1_000
    if isinstance(value, WideTime | WideDateTime):
        return value.nanoseconds
    raise FeelValueError("expected a time")


def zone_of(value: object) -> tzinfo | None:
    """The offset or zone of a time or a date and time, None where it has none."""
    if isinstance(value, time | datetime | WideTime | WideDateTime):
        return value.tzinfo
    return None


def offset_of(value: object) -> timedelta | None:
    """What the value's clock is ahead of UTC, None where it has no zone.

    A time in a zone has no day; its offset is then the zone's standard one.
    """
    zone = zone_of(value)
    if zone is None:
        return None
    if isinstance(value, datetime):
        return value.utcoffset()
    if isinstance(value, WideDateTime):
        return zone.utcoffset(_within_python_years(value))
    standard = datetime(2000, 1, 1, tzinfo=zone)
    return (standard.utcoffset() or timedelta()) - (standard.dst() or timedelta())


def _within_python_years(value: WideDateTime) -> datetime:
    """The same day of the calendar's 400 years' cycle, in a year that Python has."""
    days = value.days
    if days < 1:
        days = days % _DAYS_IN_400_YEARS + _DAYS_IN_400_YEARS
    elif days > _MAX_NATIVE_DAY:
        days = _MAX_NATIVE_DAY - _DAYS_IN_400_YEARS + (days - _MAX_NATIVE_DAY) % _DAYS_IN_400_YEARS
    seconds = value.nanoseconds // NANOSECONDS_IN_SECOND
    return datetime.combine(date.fromordinal(days), time()) + timedelta(seconds=seconds)


def utc_nanoseconds(value: object) -> tuple[bool, int]:
    """A time's or date and time's place on the line of time, and whether that line is UTC's or a local one.

    The value functions of DMN 1.5, 10.3.2.3.4 and 10.3.2.3.6, in nanoseconds. A time's is an instant of one
    and the same day: ahead of UTC it may lie before the day begins there, behind it after the day's end.
    """
    days = split_date(value) if is_datetime(value) else 0
    count = days * NANOSECONDS_IN_DAY + split_time(value)
    offset = offset_of(value)
    if offset is None:
        return False, count
    return True, count - duration_nanoseconds(offset)


def duration_nanoseconds(duration: AnyDuration) -> int:
    if isinstance(duration, WideDuration):
        return duration.nanoseconds
    return ((duration.days * 86_400 + duration.seconds) * 1_000_000 + duration.microseconds) * 1_000


def make_duration(nanoseconds: int) -> AnyDuration:
    """The days and time duration of a count of nanoseconds; raises FeelValueError for too large a count."""
    microseconds, rest = divmod(nanoseconds, 1_000)
    if not rest and abs(microseconds) <= _MAX_NATIVE_MICROSECONDS - _MICROSECONDS_IN_DAY:
        return timedelta(microseconds=microseconds)
    if abs(nanoseconds) > _MAX_NANOSECONDS:
        raise FeelValueError("the duration is too long")
    return WideDuration(nanoseconds)


def zone_name(zone: tzinfo | None) -> str | None:
    """The IANA name of a zone, None for an offset."""
    return zone.key if isinstance(zone, ZoneInfo) else None


def fixed_zone(offset: AnyDuration) -> tzinfo:
    """The zone of an offset; raises FeelValueError beyond 18 hours."""
    if isinstance(offset, WideDuration) or abs(offset) > _MAX_OFFSET:
        raise FeelValueError("an offset is at most 18 hours")
    if offset == timedelta():
        return UTC
    return timezone(offset)

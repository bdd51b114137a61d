"""Dates, times and durations for the literal evaluator (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.9)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.feel.difference.values import SECONDS_IN_DAY, Clock, Day, Moment, Months, Span, Undefined

STANDARD_OFFSET = 7_200
"""Of Europe/Athens, the only named zone that is made up, and only for times, which have no day."""

_CLOCK = re.compile(r"(\d\d):(\d\d):(\d\d)(Z|[+-]\d\d:\d\d|@Europe/Athens)?")
_DAYS = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_MONTHS = re.compile(r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?")


def parse(kind: str, text: str) -> object:
    """The value of a temporal text of a kind."""
    match kind:
        case "date":
            return Day(date.fromisoformat(text).toordinal())
        case "time":
            return _clock(text)
        case "date and time":
            day, _, clock = text.partition("T")
            at = _clock(clock)
            return Moment(date.fromisoformat(day).toordinal(), at.seconds, at.offset)
        case "days and time duration":
            found = _DAYS.fullmatch(text)
            assert found is not None, text
            days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
            total = days * SECONDS_IN_DAY + hours * 3600 + minutes * 60 + seconds
            return Span(Fraction(-total if found[1] else total))
    found = _MONTHS.fullmatch(text)
    assert found is not None, text
    months = int(found[2] or 0) * 12 + int(found[3] or 0)
    return Months(-months if found[1] else months)


def _clock(text: str) -> Clock:
    found = _CLOCK.fullmatch(text)
    assert found is not None, text
    hour, minute, second, zone = found.groups()
    return Clock(Fraction(int(hour) * 3600 + int(minute) * 60 + int(second)), _offset(zone))


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    if zone.startswith("@"):
        return STANDARD_OFFSET
    seconds = int(zone[1:3]) * 3600 + int(zone[4:]) * 60
    return -seconds if zone[0] == "-" else seconds


def shift(value: object, by: Span | Months) -> object:
    """`value + by`, for a date, a time, a date and time, or a duration of the same kind."""
    match value, by:
        case Day(number), Months(count):
            return Day(_months_on(number, count))
        case Day(number), Span(seconds):
            return Day(number + seconds // SECONDS_IN_DAY)
        case Moment(day, seconds, offset), Months(count):
            return Moment(_months_on(day, count), seconds, offset)
        case Moment(day, seconds, offset), Span(added):
            days, rest = divmod(seconds + added, SECONDS_IN_DAY)
            return Moment(day + int(days), rest, offset)
        case Clock(seconds, offset), Span(added):
            return Clock((seconds + added) % SECONDS_IN_DAY, offset)
        case Span(seconds), Span(added):
            return Span(seconds + added)
        case Months(months), Months(count):
            return Months(months + count)
    raise Undefined


def _months_on(number: int, count: int) -> int:
    """A day that the month has not becomes its last."""
    day = date.fromordinal(number)
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise Undefined
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).toordinal()


def subtract(left: object, right: object) -> Span:
    """How long from `right` to `left`; a date is its midnight in UTC."""
    if isinstance(left, Clock) and isinstance(right, Clock):
        return _difference(Moment(0, left.seconds, left.offset), Moment(0, right.seconds, right.offset))
    return _difference(_moment(left), _moment(right))


def _moment(value: object) -> Moment:
    if isinstance(value, Day):
        return Moment(value.number, Fraction(0), 0)
    if isinstance(value, Moment):
        return value
    raise Undefined


def _difference(left: Moment, right: Moment) -> Span:
    if (left.offset is None) != (right.offset is None):
        raise Undefined
    seconds = (left.day - right.day) * SECONDS_IN_DAY + left.seconds - right.seconds
    return Span(seconds - (left.offset or 0) + (right.offset or 0))


def property_of(value: object, name: str) -> object:
    """Table 65: the named parts of temporal values; raises Undefined for others."""
    match value:
        case Day(number):
            return _of_day(number, name)
        case Moment(day, seconds, offset):
            if name in {"year", "month", "day", "weekday"}:
                return _of_day(day, name)
            return _of_clock(seconds, offset, name)
        case Clock(seconds, offset):
            return _of_clock(seconds, offset, name)
        case Months(count):
            years = abs(count) // 12
            parts = {"years": years, "months": abs(count) - 12 * years}
            return _signed(parts, name, negative=count < 0)
        case Span(seconds):
            whole = abs(seconds)
            parts = {
                "days": int(whole // SECONDS_IN_DAY),
                "hours": int(whole // 3600 % 24),
                "minutes": int(whole // 60 % 60),
                "seconds": int(whole % 60),
            }
            return _signed(parts, name, negative=seconds < 0)
    raise Undefined


def _of_day(number: int, name: str) -> Decimal:
    day = date.fromordinal(number)
    parts = {"year": day.year, "month": day.month, "day": day.day, "weekday": day.isoweekday()}
    if name not in parts:
        raise Undefined
    return Decimal(parts[name])


def _of_clock(seconds: Fraction, offset: int | None, name: str) -> object:
    if name == "time offset":
        return None if offset is None else Span(Fraction(offset))
    parts = {"hour": seconds // 3600, "minute": seconds // 60 % 60, "second": int(seconds % 60)}
    if name not in parts:
        raise Undefined
    return Decimal(parts[name])


def _signed(parts: dict[str, int], name: str, *, negative: bool) -> Decimal:
    if name not in parts:
        raise Undefined
    return Decimal(-parts[name] if negative else parts[name])

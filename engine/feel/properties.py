"""The named properties of values that are no contexts (DMN 1.5, 10.3.2.15)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from engine.feel.problems import FeelValueError
from engine.feel.temporal.parts import (
    AnyDuration,
    duration_nanoseconds,
    is_date,
    is_datetime,
    is_time,
    offset_of,
    split_date,
    split_time,
    zone_name,
    zone_of,
)
from engine.feel.values import CONTEXT, Range, Value, YearsMonthsDuration, kind_of
from engine.feel.wide import NANOSECONDS_IN_SECOND, civil

Reader = Callable[[Value], Value]


def _seconds(nanoseconds: int) -> Decimal:
    return (
        CONTEXT.divide(Decimal(nanoseconds), Decimal(NANOSECONDS_IN_SECOND))
        if nanoseconds % NANOSECONDS_IN_SECOND
        else Decimal(nanoseconds // NANOSECONDS_IN_SECOND)
    )


def weekday(value: Value) -> int:
    """1 for Monday to 7 for Sunday."""
    return (split_date(value) - 1) % 7 + 1


def _clock_part(value: Value, unit: int, count: int) -> Decimal:
    return Decimal(split_time(value) // (unit * NANOSECONDS_IN_SECOND) % count)


def _duration_part(value: Value, unit: int, count: int | None) -> Decimal:
    """A part of a duration, cut towards zero and with the duration's sign."""
    if not isinstance(value, AnyDuration):
        raise FeelValueError("expected a duration")
    nanoseconds = duration_nanoseconds(value)
    whole = abs(nanoseconds) // (unit * NANOSECONDS_IN_SECOND)
    part = whole if count is None else whole % count
    return Decimal(-part if nanoseconds < 0 else part)


def _duration_seconds(value: Value) -> Decimal:
    if not isinstance(value, AnyDuration):
        raise FeelValueError("expected a duration")
    nanoseconds = duration_nanoseconds(value)
    part = _seconds(abs(nanoseconds) % (60 * NANOSECONDS_IN_SECOND))
    return -part if nanoseconds < 0 and part else part


_DATE: Mapping[str, Reader] = {
    "year": lambda value: Decimal(civil(split_date(value))[0]),
    "month": lambda value: Decimal(civil(split_date(value))[1]),
    "day": lambda value: Decimal(civil(split_date(value))[2]),
    "weekday": lambda value: Decimal(weekday(value)),
}
_TIME: Mapping[str, Reader] = {
    "hour": lambda value: _clock_part(value, 3_600, 24),
    "minute": lambda value: _clock_part(value, 60, 60),
    "second": lambda value: _seconds(split_time(value) % (60 * NANOSECONDS_IN_SECOND)),
    "time offset": offset_of,
    "timezone": lambda value: zone_name(zone_of(value)),
}
_DAYS_TIME: Mapping[str, Reader] = {
    "days": lambda value: _duration_part(value, 86_400, None),
    "hours": lambda value: _duration_part(value, 3_600, 24),
    "minutes": lambda value: _duration_part(value, 60, 60),
    "seconds": _duration_seconds,
}


def property_of(value: Value, name: str) -> Value:
    """A property of a value that is no context and no list; raises FeelValueError for one it has not."""
    if isinstance(value, Range):
        readings: dict[str, Value] = {
            "start": value.start,
            "end": value.end,
            "start included": value.start_included,
            "end included": value.end_included,
        }
        if name in readings:
            return readings[name]
    elif isinstance(value, YearsMonthsDuration):
        if name in ("years", "months"):
            return Decimal(value.years if name == "years" else value.months)
    else:
        reader = _readers(value).get(name)
        if reader is not None:
            return reader(value)
    raise FeelValueError(f"{kind_of(value)} has no property '{name}'")


def _readers(value: Value) -> Mapping[str, Reader]:
    if is_datetime(value):
        return {**_DATE, **_TIME}
    if is_date(value):
        return _DATE
    if is_time(value):
        return _TIME
    if isinstance(value, AnyDuration):
        return _DAYS_TIME
    return {}

"""Functions on dates, times and durations (DMN 1.5, 10.3.4.1 and 10.3.4.8) and on the present (10.3.4.11)."""

from __future__ import annotations

from datetime import UTC, date
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel.builtins.table import bounded, row
from engine.feel.problems import FeelValueError
from engine.feel.properties import weekday
from engine.feel.temporal.arithmetic import months_between
from engine.feel.temporal.parts import (
    AnyDate,
    AnyDateTime,
    AnyDuration,
    AnyTime,
    civil_date,
    fixed_zone,
    is_date,
    make_date,
    make_datetime,
    make_time,
    split_date,
    split_time,
    zone_of,
)
from engine.feel.temporal.text import (
    parse_date,
    parse_datetime,
    parse_duration,
    parse_time,
    temporal_text,
)
from engine.feel.values import WIDE_CONTEXT, Value, YearsMonthsDuration, is_whole
from engine.feel.wide import NANOSECONDS_IN_SECOND, civil, day_number

if TYPE_CHECKING:
    from datetime import datetime

    from engine.feel.evaluator import Evaluator

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _whole(number: Decimal, what: str) -> int:
    if not is_whole(number) or number.copy_abs() > 10**10:
        raise FeelValueError(f"expected a whole number for the {what}, found {number}")
    return int(number)


def date_from_value(value: Value) -> AnyDate:
    """The date of a date and time, or a date itself."""
    return make_date(split_date(value))


def date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> AnyDate:
    return civil_date(_whole(year, "year"), _whole(month, "month"), _whole(day, "day"))


def time_from_value(value: Value) -> AnyTime:
    """The time of a date and time, with its zone; of a date, midnight in UTC."""
    if is_date(value):
        return make_time(0, UTC)
    return make_time(split_time(value), zone_of(value))


def time_from_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: AnyDuration | None) -> AnyTime:
    """A time from its numbers; the second may have a fraction, the offset may be null."""
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        raise FeelValueError(f"there is no time of day {hour}:{minute}:{second}")
    seconds = _whole(hour, "hour") * 3_600 + _whole(minute, "minute") * 60
    nanoseconds = int(WIDE_CONTEXT.multiply(second, Decimal(NANOSECONDS_IN_SECOND)))
    zone = fixed_zone(offset) if offset is not None else None
    return make_time(seconds * NANOSECONDS_IN_SECOND + nanoseconds, zone)


def datetime_from_value(value: Value) -> AnyDateTime:
    """A date's midnight in UTC, or a date and time itself."""
    if is_date(value):
        return make_datetime(split_date(value), 0, UTC)
    return make_datetime(split_date(value), split_time(value), zone_of(value))


def datetime_from_parts(day: Value, clock: Value) -> AnyDateTime:
    """A date, or the date of a date and time, and a time with its zone."""
    return make_datetime(split_date(day), split_time(clock), zone_of(clock))


def years_months_duration(start: Value, end: Value) -> YearsMonthsDuration:
    """Whole months from one date to another, by the calendar; times of day do not count."""
    return YearsMonthsDuration(months_between(split_date(start), split_date(end)))


def day_of_year(day: Value) -> Decimal:
    """1 to 366."""
    number = split_date(day)
    return Decimal(number - day_number(civil(number)[0], 1, 1) + 1)


def day_of_week(day: Value) -> str:
    """`Monday` to `Sunday`."""
    return _WEEKDAYS[weekday(day) - 1]


def month_of_year(day: Value) -> str:
    """`January` to `December`."""
    return _MONTHS[civil(split_date(day))[1] - 1]


def week_of_year(day: Value) -> Decimal:
    """The number of the week by ISO 8601, 1 to 53."""
    number = split_date(day)
    thursday = number - weekday(day) + 4
    return Decimal((thursday - day_number(civil(thursday)[0], 1, 1)) // 7 + 1)


def now(evaluator: Evaluator) -> datetime:
    """The moment that the caller of the evaluation gave."""
    if evaluator.now is None:
        raise FeelValueError("the caller gave no current time")
    return evaluator.now


def today(evaluator: Evaluator) -> date:
    """The date of that moment, on its own clock."""
    return now(evaluator).date()


def cycle(repetitions: Decimal | None, interval: AnyDuration) -> str:
    """The text of a timer's cycle, as ISO 8601 writes it: `R3/PT1H`, without a number where it has no end.

    An addition of Camunda 8.
    """
    if repetitions is None:
        return f"R/{temporal_text(interval)}"
    if not is_whole(repetitions) or not 1 <= repetitions < 10**9:
        raise FeelValueError(f"expected a whole number of repetitions of at least 1, found {repetitions}")
    return f"R{int(repetitions)}/{temporal_text(interval)}"


def cycle_without_end(interval: AnyDuration) -> str:
    return cycle(None, interval)


_DATES = "date | date and time"
_DURATIONS = "days and time duration | years and months duration"

FUNCTIONS = (
    row("date(from: string) -> date", parse_date),
    row(f"date(from: {_DATES}) -> date", date_from_value),
    row("date(year: number, month: number, day: number) -> date", date_from_parts),
    row("time(from: string) -> time", parse_time),
    row(f"time(from: time | {_DATES}) -> time", time_from_value),
    row(
        "time(hour: number, minute: number, second: number, offset?: days and time duration) -> time",
        time_from_parts,
    ),
    row("date and time(from: string) -> date and time", parse_datetime),
    row(f"date and time(from: {_DATES}) -> date and time", datetime_from_value),
    row(f"date and time(date: {_DATES}, time: time) -> date and time", datetime_from_parts),
    row("duration(from: string)", parse_duration),
    row(
        f"years and months duration(from: {_DATES}, to: {_DATES}) -> years and months duration",
        years_months_duration,
    ),
    row(f"day of year(date: {_DATES}) -> number", day_of_year),
    row(f"day of week(date: {_DATES}) -> string", day_of_week),
    row(f"month of year(date: {_DATES}) -> string", month_of_year),
    row(f"week of year(date: {_DATES}) -> number", week_of_year),
    row(f"cycle(interval: {_DURATIONS}) -> string", cycle_without_end),
    row(f"cycle(repetitions?: number, interval: {_DURATIONS}) -> string", cycle),
    bounded("now() -> date and time", now),
    bounded("today() -> date", today),
)

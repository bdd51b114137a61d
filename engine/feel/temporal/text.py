"""Temporal values from and to text, in ISO 8601 as XML Schema narrows it (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.feel.problems import FeelValueError
from engine.feel.temporal.parts import (
    AnyDate,
    AnyDateTime,
    AnyDuration,
    AnyTime,
    civil_date,
    duration_nanoseconds,
    fixed_zone,
    is_date,
    is_datetime,
    is_time,
    make_datetime,
    make_duration,
    make_time,
    split_date,
    split_time,
    zone_name,
    zone_of,
)
from engine.feel.values import YearsMonthsDuration
from engine.feel.wide import NANOSECONDS_IN_DAY, NANOSECONDS_IN_SECOND, civil

_DATE_TEXT = r"(?P<year>-?(?:[1-9]\d{4,8}|\d{4}))-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME_TEXT = (
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,30}))?"
    r"(?P<zone>Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][A-Za-z0-9._+-]*(?:/[A-Za-z0-9._+-]+)*)?"
)
_DATE = re.compile(_DATE_TEXT, re.ASCII)
_TIME = re.compile("T?" + _TIME_TEXT, re.ASCII)
_DATE_TIME = re.compile(f"{_DATE_TEXT}T{_TIME_TEXT}", re.ASCII)
_YEARS_MONTHS = re.compile(
    r"(?P<sign>-?)P(?=\d)(?:(?P<years>\d{1,18})Y)?(?:(?P<months>\d{1,18})M)?", re.ASCII
)
_DAYS_TIME = re.compile(
    r"(?P<sign>-?)P(?=[\dT])(?:(?P<days>\d{1,18})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,18})H)?(?:(?P<minutes>\d{1,18})M)?"
    r"(?:(?P<seconds>\d{1,18})(?:\.(?P<fraction>\d{1,30}))?S)?)?",
    re.ASCII,
)


@lru_cache(maxsize=1024)
def _named_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):  # an unlikely, an unknown and a directory's name
        return None


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text in {"Z", "z"}:
        return UTC
    if text.startswith("@"):
        if text[1:] == "Z":
            return UTC
        zone = _named_zone(text[1:])
        if zone is None:
            raise FeelValueError(f"there is no time zone '{text[1:]}'")
        return zone
    hours, minutes, *rest = (int(part) for part in text[1:].split(":"))
    seconds = rest[0] if rest else 0
    if minutes > 59 or seconds > 59:
        raise FeelValueError(f"'{text}' is no offset")
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return fixed_zone(-offset if text[0] == "-" else offset)


def _clock(match: re.Match[str]) -> int:
    """Nanoseconds since midnight; 24:00:00 is the midnight that ends the day."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    nanosecond = int(((match["fraction"] or "") + "000000000")[:9])
    if hour == 24 and minute == second == nanosecond == 0:
        return NANOSECONDS_IN_DAY
    if hour > 23 or minute > 59 or second > 59:
        raise FeelValueError(f"'{match.group()}' is no time of day")
    return ((hour * 60 + minute) * 60 + second) * NANOSECONDS_IN_SECOND + nanosecond


def _day(match: re.Match[str]) -> AnyDate:
    return civil_date(int(match["year"]), int(match["month"]), int(match["day"]))


def parse_date(text: str) -> AnyDate:
    """A date such as `2026-01-31`, `-0044-03-15` or `99999-12-31`; else raises FeelValueError."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise FeelValueError(f"expected a date such as 2026-01-31, found '{text}'")
    return _day(match)


def parse_time(text: str) -> AnyTime:
    """A time such as `13:20:00`, `13:20:00.5Z` or `13:20:00@Europe/Athens`; else raises FeelValueError."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise FeelValueError(f"expected a time such as 13:20:00+02:00, found '{text}'")
    return make_time(_clock(match), _zone(match["zone"]))


def parse_datetime(text: str) -> AnyDateTime:
    """A date, `T` and a time; a date alone is its midnight. Raises FeelValueError for any other text."""
    match = _DATE_TIME.fullmatch(text)
    if match is not None:
        return make_datetime(split_date(_day(match)), _clock(match), _zone(match["zone"]))
    only_date = _DATE.fullmatch(text)
    if only_date is None:
        raise FeelValueError(f"expected a date and time such as 2026-01-31T13:20:00+02:00, found '{text}'")
    return make_datetime(split_date(_day(only_date)), 0, None)


def parse_duration(text: str) -> AnyDuration | YearsMonthsDuration:
    """A duration such as `P1Y6M` or `P3DT4H5M6.7S`, perhaps with a minus before; else FeelValueError."""
    match = _YEARS_MONTHS.fullmatch(text)
    if match is not None:
        months = int(match["years"] or 0) * 12 + int(match["months"] or 0)
        return YearsMonthsDuration(-months if match["sign"] else months)
    match = _DAYS_TIME.fullmatch(text)
    if match is None:
        raise FeelValueError(f"expected a duration such as P1Y6M or P3DT4H, found '{text}'")
    seconds = int(match["days"] or 0) * 86_400 + int(match["hours"] or 0) * 3_600
    seconds += int(match["minutes"] or 0) * 60 + int(match["seconds"] or 0)
    nanoseconds = seconds * NANOSECONDS_IN_SECOND + int(((match["fraction"] or "") + "000000000")[:9])
    return make_duration(-nanoseconds if match["sign"] else nanoseconds)


def parse_temporal(text: str) -> AnyDate | AnyTime | AnyDateTime | AnyDuration | YearsMonthsDuration:
    """What an `@"…"` literal means (DMN 1.5, 10.3.1.2); raises FeelValueError for text that means nothing."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if _DATE_TIME.fullmatch(text):
        return parse_datetime(text)
    if _TIME.fullmatch(text):
        return parse_time(text)
    return parse_date(text)


def _zone_text(zone: tzinfo | None) -> str:
    if zone is None:
        return ""
    name = zone_name(zone)
    if name is not None:
        return f"@{name}"
    total = round((zone.utcoffset(None) or timedelta()).total_seconds())
    if total == 0:
        return "Z"
    hours, rest = divmod(abs(total), 3_600)
    minutes, seconds = divmod(rest, 60)
    text = f"{'-' if total < 0 else '+'}{hours:02}:{minutes:02}"
    return f"{text}:{seconds:02}" if seconds else text


def _fraction_text(nanoseconds: int) -> str:
    return f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""


def _date_text(days: int) -> str:
    year, month, day = civil(days)
    return f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}-{day:02}"


def _clock_text(nanoseconds: int) -> str:
    seconds, fraction = divmod(nanoseconds, NANOSECONDS_IN_SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{_fraction_text(fraction)}"


def days_time_text(duration: AnyDuration) -> str:
    """The ISO 8601 text of a days and time duration: `P3DT4H5M6.7S`, `-PT1H`, `PT0S`."""
    nanoseconds = duration_nanoseconds(duration)
    seconds, fraction = divmod(abs(nanoseconds), NANOSECONDS_IN_SECOND)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    clock = (f"{hour}H" if hour else "") + (f"{minute}M" if minute else "")
    if second or fraction:
        clock += f"{second}{_fraction_text(fraction)}S"
    if not days and not clock:
        return "PT0S"
    sign = "-" if nanoseconds < 0 else ""
    return f"{sign}P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"


def temporal_text(value: object) -> str:
    """The ISO 8601 text of a temporal value, with `@zone` where it has a named zone."""
    if isinstance(value, AnyDuration):
        return days_time_text(value)
    if isinstance(value, YearsMonthsDuration):
        return str(value)
    if is_date(value):
        return _date_text(split_date(value))
    if is_time(value):
        return _clock_text(split_time(value)) + _zone_text(zone_of(value))
    if is_datetime(value):
        return f"{_date_text(split_date(value))}T{_clock_text(split_time(value))}{_zone_text(zone_of(value))}"
    raise FeelValueError("expected a temporal value")

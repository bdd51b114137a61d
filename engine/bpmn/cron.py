"""Cron cycles of the dialect: six fields from the second to the day of the week, in a time zone.

The fields are those of Spring, which the dialect takes: lists, ranges, steps, names of months and days, `L`,
`W` and `#`. A moment must fit all of them. Nothing here reads a clock, and every search has an end.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
MOST_DAYS = 366 * 41
"""How far the next day is looked for: a leap day on one day of the week comes back within 40 years."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_PART = re.compile(r"(?P<first>\*|\d{1,2})(?:-(?P<last>\d{1,2}))?(?:/(?P<step>\d{1,2}))?")
_OFFSET = re.compile(r"UTC(?P<sign>[+-])(?P<hours>\d\d):(?P<minutes>\d\d)")
_ZONE_MARK = " @"

FitsDay = Callable[[date], bool]


class NotACron(ValueError):
    """The text is no cron expression; the message says what was expected."""


@dataclass(frozen=True, kw_only=True)
class Cron:
    """A cron cycle: when it is due, on the clocks of `zone`."""

    expression: str
    zone: tzinfo
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    fits_day: FitsDay

    def after(self, moment: datetime) -> datetime:
        """The first moment after this one that fits, in UTC; `NotACron` where none does in 40 years."""
        local = moment.astimezone(self.zone)
        for ahead in range(MOST_DAYS):
            day = local.date() + timedelta(days=ahead)
            if not self.fits_day(day):
                continue
            for at in self._times(local.time() if ahead == 0 else None):
                due = datetime.combine(day, at, self.zone).astimezone(UTC)
                if due > moment:
                    return due
        raise NotACron(f"Expected a cycle with a next time, found none for {self.expression!r}")

    def first_after(self, now: datetime, due: datetime) -> datetime:
        """The first moment after `now` that fits."""
        del due
        return self.after(now)

    def text(self) -> str:
        """Text that `parse_written` reads back: the expression, and the zone that it is meant in."""
        return f"{self.expression}{_ZONE_MARK}{getattr(self.zone, 'key', None) or self.zone}"

    def _times(self, since: time | None) -> Iterator[time]:
        """The times of a day that fit, from the hour of `since` on."""
        for hour in self.hours:
            for minute in self.minutes:
                if since is None or hour >= since.hour:
                    yield from (time(hour, minute, second) for second in self.seconds)


def is_cron(text: str) -> bool:
    """Whether a cycle is written as cron: a macro, or six fields."""
    return text.lstrip().startswith("@") or len(text.split()) == 6


def parse_cron(text: str, zone: tzinfo) -> Cron:
    """Read a cron expression that is meant in `zone`; `NotACron` says what was expected."""
    expression = " ".join(text.split())
    fields = MACROS.get(expression.lower(), expression).upper().split(" ")
    if len(fields) != 6:
        raise NotACron(f"Expected six cron fields or a name such as @daily, found {text!r}")
    seconds, minutes, hours, days, months, weekdays = fields
    fits_month = frozenset(_numbers(_named(months, _MONTHS, 1), 1, 12))
    in_month, in_week = _days(days), _weekdays(_named(weekdays, _DAYS, 0))
    return Cron(
        expression=expression,
        zone=zone,
        seconds=_numbers(seconds, 0, 59),
        minutes=_numbers(minutes, 0, 59),
        hours=_numbers(hours, 0, 23),
        fits_day=lambda day: day.month in fits_month and in_month(day) and in_week(day),
    )


def parse_written(text: str) -> Cron:
    """Read what `Cron.text` wrote."""
    expression, _, zone = text.rpartition(_ZONE_MARK)
    return parse_cron(expression, _zone(zone))


def _zone(name: str) -> tzinfo:
    match = _OFFSET.fullmatch(name)
    if match is not None:
        offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
        return timezone(-offset if match["sign"] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise NotACron(f"Expected the name of a time zone, found {name!r}") from error


def _named(field: str, names: tuple[str, ...], first: int) -> str:
    """The field with numbers for the names of months or days."""
    for number, name in enumerate(names, start=first):
        field = field.replace(name, str(number))
    return field


def _numbers(field: str, lowest: int, highest: int) -> tuple[int, ...]:
    """The numbers that a field of lists, ranges and steps allows, in order."""
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch("*" if part == "?" else part)
        if match is None:
            raise NotACron(f"Expected a cron field such as 1,5-10 or */15, found {field!r}")
        step = int(match["step"] or 1)
        first = lowest if match["first"] == "*" else int(match["first"])
        open_end = match["first"] == "*" or (match["step"] is not None and match["last"] is None)
        last = highest if open_end else int(match["last"] or first)
        if step == 0 or not lowest <= first <= last <= highest:
            raise NotACron(f"Expected a cron field from {lowest} to {highest}, found {field!r}")
        found.update(range(first, last + 1, step))
    return tuple(sorted(found))


def _days(field: str) -> FitsDay:
    """Days of the month: numbers, `L` the last, `L-3` three before it, `15W` the nearest working day."""
    if match := re.fullmatch(r"L(?:-(\d{1,2}))?", field):
        before = int(match[1] or 0)
        return lambda day: day.day == _last(day) - before
    if match := re.fullmatch(r"(L|\d{1,2})W", field):
        wanted = match[1]
        if wanted != "L" and not 1 <= int(wanted) <= 31:
            raise NotACron(f"Expected a day from 1 to 31, found {field!r}")
        return lambda day: day == _nearest_working_day(day, _last(day) if wanted == "L" else int(wanted))
    allowed = frozenset(_numbers(field, 1, 31))
    return lambda day: day.day in allowed


def _weekdays(field: str) -> FitsDay:
    """Days of the week, 0 and 7 Sunday: numbers, `5L` the last Friday, `5#2` the second of the month."""
    if match := re.fullmatch(r"([0-7])L", field):
        wanted = int(match[1]) % 7
        return lambda day: day.isoweekday() % 7 == wanted and day.day > _last(day) - 7
    if match := re.fullmatch(r"([0-7])#([1-5])", field):
        wanted, number = int(match[1]) % 7, int(match[2])
        return lambda day: day.isoweekday() % 7 == wanted and (day.day - 1) // 7 == number - 1
    allowed = frozenset(number % 7 for number in _numbers(field, 0, 7))
    return lambda day: day.isoweekday() % 7 in allowed


def _last(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _nearest_working_day(month: date, wanted: int) -> date | None:
    """The working day nearest to a day of the month, within the month; None where it has no such day."""
    last = _last(month)
    if wanted > last:
        return None
    day = month.replace(day=wanted)
    if day.isoweekday() == 6:
        return day - timedelta(days=1) if wanted > 1 else day + timedelta(days=2)
    if day.isoweekday() == 7:
        return day + timedelta(days=1) if wanted < last else day - timedelta(days=2)
    return day

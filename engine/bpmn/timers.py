"""Moments at which timers fire: ISO 8601 durations, dates and cycles, and FEEL's values for them.

Nothing here reads a clock; every computation starts from the moment it is given.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.bpmn.cron import Cron, NotACron, is_cron, parse_cron, parse_written
from engine.feel import YearsMonthsDuration

_DURATION = re.compile(
    r"(?P<sign>-)?P(?!$)"
    r"(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,9})M)?(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,12})H)?(?:(?P<minutes>\d{1,12})M)?(?:(?P<seconds>\d{1,12}(?:[.,]\d{1,12})?)S)?)?"
)
_REPETITION = re.compile(r"R(?P<count>\d{0,9})")
FOREVER = -1
"""The count of a cycle without an end."""


class NotATimer(ValueError):
    """The text or value is no duration, date or cycle; the message says what was expected."""


@dataclass(frozen=True, kw_only=True)
class Duration:
    """A stretch of time: calendar months, and an exact part.

    A month after 31 January is the last day of February.
    """

    months: int = 0
    exact: timedelta = timedelta()

    def after(self, moment: datetime) -> datetime:
        """The moment this long after `moment`; `NotATimer` beyond the calendar's end."""
        try:
            return _months_later(moment, self.months) + self.exact
        except (OverflowError, ValueError) as error:
            raise NotATimer(
                f"Expected a moment within the years 1 to 9999, found {self} after {moment}"
            ) from error

    def text(self) -> str:
        """ISO 8601 text that `parse_duration` reads back."""
        seconds = (
            Decimal(self.exact.days * 86_400 + self.exact.seconds)
            + Decimal(self.exact.microseconds) / 1_000_000
        )
        return f"P{self.months}MT{seconds:f}S"

    def first_after(self, now: datetime, due: datetime) -> datetime:
        """The first moment after `now` that is `due`, or so many times this duration later."""
        if self.months == 0:
            return due + self.exact * ((now - due) // self.exact + 1)
        while due <= now:
            due = self.after(due)
        return due

    @property
    def positive(self) -> bool:
        """Whether it leads forward in time."""
        return (
            self.months >= 0 and self.exact >= timedelta() and (self.months > 0 or self.exact > timedelta())
        )


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a timer fires next; for a cycle, also how many times (that one included) and how far apart."""

    due: datetime
    count: int = 1
    every: Duration | Cron | None = None

    def following(self, now: datetime) -> "Schedule | None":
        """The schedule after it has fired at `now`; None when it fires no more.

        An endless cycle skips what it missed while nobody looked (a case that was suspended for a week gets
        one reminder, not seven); a counted one fires each of its times.
        """
        if self.every is None or self.count in {0, 1}:
            return None
        due = _next(self.every, self.due)
        if self.count == FOREVER and due <= now:
            due = self.every.first_after(now, due)
        return Schedule(
            due=due, count=self.count if self.count == FOREVER else self.count - 1, every=self.every
        )


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> Duration:
    """Read an ISO 8601 duration such as `PT1H` or `P1Y2M3DT4H`."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise NotATimer(f"Expected an ISO 8601 duration such as PT1H, found {text!r}")
    part = {
        name: Decimal((value or "0").replace(",", "."))
        for name, value in match.groupdict().items()
        if name != "sign"
    }
    sign = -1 if match["sign"] else 1
    try:
        exact = timedelta(
            weeks=int(part["weeks"]),
            days=int(part["days"]),
            hours=int(part["hours"]),
            minutes=int(part["minutes"]),
            microseconds=int(part["seconds"] * 1_000_000),
        )
    except OverflowError as error:
        raise NotATimer(f"Expected a duration of at most 999,999,999 days, found {text!r}") from error
    return Duration(months=sign * int(part["years"] * 12 + part["months"]), exact=sign * exact)


def parse_interval(text: str) -> Duration | Cron:
    """Read back what the `text` of a cycle's duration or cron expression wrote."""
    return parse_duration(text) if text.startswith(("P", "-P")) else parse_written(text)


def parse_moment(text: str, zone: tzinfo) -> datetime:
    """Read an ISO 8601 date and time such as `2026-12-01T09:00:00+02:00`, as UTC.

    One without an offset is a time in `zone`.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise NotATimer(
            f"Expected a date and time such as 2026-12-01T09:00:00+02:00, found {text!r}"
        ) from error
    return aware(moment, zone)


def aware(moment: datetime, zone: tzinfo) -> datetime:
    """The same moment in UTC; one without an offset is a time in `zone`."""
    placed = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    try:
        return placed.astimezone(UTC)
    except OverflowError as error:
        raise NotATimer(
            f"Expected a moment within the years 1 to 9999, found {moment.isoformat()}"
        ) from error


def schedule(kind: str, value: Any, now: datetime, *, zone: tzinfo = UTC) -> Schedule:
    """When a timer fires, seen from `now`; `kind` is `timeDuration`, `timeDate` or `timeCycle`.

    `zone` is where a date and time without an offset is meant.
    """
    if kind == "timeDuration":
        return Schedule(due=_duration(value).after(now))
    if kind == "timeDate":
        return Schedule(due=_moment(value, zone))
    return _cycle(value, now, zone)


def postponed(timer: Schedule, by: timedelta) -> Schedule:
    """The same schedule later by `by`, the end of the calendar at most."""
    latest = datetime.max.replace(tzinfo=UTC)
    return replace(timer, due=timer.due + min(by, latest - timer.due))


def check_timer(kind: str, text: str) -> str | None:
    """What is wrong with the literal text of a timer, or None."""
    try:
        schedule(kind, text, datetime(2000, 1, 1, tzinfo=UTC))
    except NotATimer as problem:
        return f"{problem}."
    return None


def read_moment(value: Any, zone: tzinfo) -> datetime:
    """A due date given as text or as FEEL's date and time; one without an offset is a time in `zone`."""
    return _moment(value, zone)


def _moment(value: Any, zone: tzinfo) -> datetime:
    if isinstance(value, datetime):
        return aware(value, zone)
    if isinstance(value, str):
        return parse_moment(value, zone)
    raise NotATimer(f"Expected a date and time, found {type(value).__name__} {value}")


def _duration(value: Any) -> Duration:
    if isinstance(value, timedelta):
        return Duration(exact=value)
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, YearsMonthsDuration):
        return Duration(months=value.total_months)
    raise NotATimer(f"Expected a duration, found {type(value).__name__} {value}")


def _cycle(value: Any, now: datetime, zone: tzinfo) -> Schedule:
    if not isinstance(value, str):
        return _every(_duration(value), FOREVER, now)
    if is_cron(value):
        return _cron(value, now, zone)
    if value.lstrip().startswith("P"):
        return _every(parse_duration(value), FOREVER, now)
    head, *rest = value.strip().split("/")
    repetition = _REPETITION.fullmatch(head)
    if repetition is None or not 1 <= len(rest) <= 2:
        raise NotATimer(f"Expected a cycle such as R3/PT10M or 0 0 9 * * MON-FRI, found {value!r}")
    count = int(repetition["count"]) if repetition["count"] else FOREVER
    if count == 0:
        raise NotATimer(f"Expected a cycle that fires at least once, found {value!r}")
    if len(rest) == 1:
        return _every(parse_duration(rest[0]), count, now)
    if rest[1].startswith(("P", "-P")):
        every = _forward(parse_duration(rest[1]))
        return Schedule(due=parse_moment(rest[0], zone), count=count, every=every)
    return _ending(_forward(parse_duration(rest[0])), parse_moment(rest[1], zone), count=count, now=now)


def _cron(text: str, now: datetime, zone: tzinfo) -> Schedule:
    try:
        every = parse_cron(text, zone)
        return Schedule(due=every.after(now), count=FOREVER, every=every)
    except NotACron as problem:
        raise NotATimer(f"{problem}") from problem


def _every(every: Duration, count: int, now: datetime) -> Schedule:
    return Schedule(due=_forward(every).after(now), count=count, every=every)


def _next(every: Duration | Cron, moment: datetime) -> datetime:
    try:
        return every.after(moment)
    except NotACron as problem:
        raise NotATimer(f"{problem}") from problem


def _ending(every: Duration, end: datetime, *, count: int, now: datetime) -> Schedule:
    """`R/duration/end`: from now on, as many times as fit before the end, `count` at most."""
    due, fitting = every.after(now), 0
    moment = due
    while moment <= end and fitting != count and fitting < 100_000:
        fitting += 1
        moment = every.after(moment)
    if fitting == 0:
        raise NotATimer(f"Expected a cycle that fires before {end.isoformat()}, found none")
    return Schedule(due=due, count=fitting, every=every)


def _forward(every: Duration) -> Duration:
    if not every.positive:
        raise NotATimer(f"Expected a cycle that goes forward in time, found {every.text()}")
    return every


def _months_later(moment: datetime, months: int) -> datetime:
    if months == 0:
        return moment
    count = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(count, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))

"""When cases are opened in a year: on working days, more on Mondays and in autumn, at counter hours."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from random import Random
from typing import Final

from engine.kernel.calendar import WorkingCalendar

_BY_WEEKDAY: Final = (1.25, 1.05, 1.0, 0.95, 0.85)
_BY_MONTH: Final = (1.0, 1.0, 1.05, 0.9, 1.0, 1.0, 0.9, 0.55, 1.2, 1.15, 1.05, 0.85)
_OPENS, _MINUTES = time(8), 7 * 60
_NATIONAL = WorkingCalendar()


def openings(number: int, *, until: datetime, zone: tzinfo, chance: Random) -> Iterator[datetime]:
    """The moments at which that many cases were opened in the year before `until`, the first one first."""
    last = until.astimezone(zone).date()
    days = [last - timedelta(days=back) for back in range(365, 0, -1)]
    working = [day for day in days if _NATIONAL.is_working_day(day)]
    weights = [_BY_WEEKDAY[day.weekday()] * _BY_MONTH[day.month - 1] for day in working]
    whole, done, opened = sum(weights), 0.0, 0
    for day, weight in zip(working, weights, strict=True):
        done += weight
        of_day = round(number * done / whole) - opened
        opened += of_day
        yield from _of_day(day, of_day, zone, chance)


def _of_day(day: date, number: int, zone: tzinfo, chance: Random) -> Iterator[datetime]:
    """Moments of one day, most of them in the middle of the morning."""
    begin = datetime.combine(day, _OPENS, tzinfo=zone)
    minutes = sorted(chance.triangular(0, _MINUTES, _MINUTES / 3) for _ in range(number))
    for passed in minutes:
        yield begin + timedelta(minutes=passed)

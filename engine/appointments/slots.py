"""Which times a branch could serve, computed from its schedule and calendar, and which of them are free.

A time is an instant. Windows are read by the clock on the wall: in the night in which it is put forward the
hour that is missing offers nothing, in the one in which it is put back the hour that comes twice offers twice
as much, and a window that begins or ends within such an hour offers what is surely inside.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from uuid import UUID

from engine.appointments.model import GRID, HORIZON, Schedule, Service, Window
from engine.kernel.calendar import WorkingCalendar

Taken = Mapping[UUID, Mapping[datetime, Collection[int]]]
"""The places that are taken at each step of the grid, by the id of a resource or a service.

A resource has one place, a service as many as it serves at once.
"""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A time that is free: when it starts, in UTC, and the resources that are free then, by name."""

    starts_at: datetime
    resources: tuple[UUID, ...]


def steps_of(starts_at: datetime, length: timedelta) -> tuple[datetime, ...]:
    """The steps of the grid that a time takes."""
    return tuple(starts_at + GRID * number for number in range(length // GRID))


def possible_starts(
    day: date, window: Window, length: timedelta, *, calendar: WorkingCalendar, zone: tzinfo
) -> Iterator[datetime]:
    """When something of that length could start in the window on that local day, in UTC.

    Never on a holiday, a day of the municipality's own or a closure.
    """
    if not window.holds_on(day) or calendar.is_shut(day):
        return
    opens = max(_readings(day, window.opens, zone))
    closes = min(_readings(day, window.closes, zone))
    start = opens
    while start + length <= closes:
        yield start
        start += length


def _readings(day: date, at: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """Both instants that a time on the wall may mean: they differ where it comes twice, or not at all."""
    wall = datetime.combine(day, at, tzinfo=zone)
    return wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)


def free_slots(
    service: Service,
    days: Collection[date],
    *,
    schedule: Schedule,
    taken: Taken,
    calendar: WorkingCalendar,
    zone: tzinfo,
    now: datetime,
) -> Sequence[Slot]:
    """The times for the service that are free on these days, the earliest first; none that has begun."""
    resources = [one.id for one in schedule.resources_for(service)]
    offered: dict[datetime, set[UUID]] = {}
    for window in schedule.windows:
        if window.resource_id in resources:
            for day in days:
                for start in possible_starts(day, window, service.length, calendar=calendar, zone=zone):
                    if now < start <= now + HORIZON:
                        offered.setdefault(start, set()).add(window.resource_id)
    found = []
    in_service = taken.get(service.id, {})
    for start, there in sorted(offered.items()):
        steps = steps_of(start, service.length)
        if any(len(in_service.get(step, ())) >= service.at_once for step in steps):
            continue
        free = tuple(
            one for one in resources if one in there and not any(step in taken.get(one, {}) for step in steps)
        )
        if free:
            found.append(Slot(starts_at=start, resources=free))
    return found


def first_and_last(days: Collection[date], zone: tzinfo) -> tuple[datetime, datetime]:
    """From when until when these local days last, in UTC, with an hour around them."""
    around = timedelta(hours=1)
    begins = datetime.combine(min(days), time(0), tzinfo=zone).astimezone(UTC)
    ends = datetime.combine(max(days) + timedelta(days=1), time(0), tzinfo=zone).astimezone(UTC)
    return begins - around, ends + around


def reminder_at(
    starts_at: datetime, *, calendar: WorkingCalendar, zone: tzinfo, now: datetime
) -> datetime | None:
    """When somebody is reminded: at ten on the working day before; None if that is over."""
    day = starts_at.astimezone(zone).date() - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    at = datetime.combine(day, time(10), tzinfo=zone).astimezone(UTC)
    return at if at > now else None

"""The port to whoever keeps the times of a branch, and our own filling of it, over our own tables.

What is behind the port is which times are free, and holding one; who comes, for which case, and what became
of it is ours whoever keeps the times. Called within a transaction. A system of another organisation, which is
reached over the network, takes the whole request instead, as an agency of the topic (`requests.py`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Protocol
from uuid import UUID

from engine.appointments import schedule_store, store
from engine.appointments.model import HORIZON, SLOT_TAKEN, Resource, Schedule, Service
from engine.appointments.slots import Slot, first_and_last, free_slots, steps_of
from engine.cases.surroundings import calendar_of
from engine.context import QueryContext, Transaction
from engine.kernel.calendar import WorkingCalendar
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.organisation.model import Branch
from engine.storage.database import Connection

_ATTEMPTS = 3
"""How often another place is looked for, when somebody else was quicker."""


class AppointmentBook(Protocol):
    """Whoever keeps the times of one branch."""

    def service(self, key: str) -> Service:
        """What the branch offers under that key; `NotFound` if it offers nothing so."""

    def free(self, service: Service, days: Collection[date]) -> Sequence[Slot]:
        """The times that are free on these local days, the earliest first."""

    def reserve(
        self, appointment_id: UUID, service: Service, starts_at: datetime, *, resource_id: UUID | None = None
    ) -> Resource:
        """Hold a time for an appointment; where it is served.

        `Invalid` for a time gone by or beyond the horizon, `Conflict` (`SLOT_TAKEN`) for one that is taken.
        """

    def release(self, appointment_id: UUID) -> None:
        """Give the time of an appointment back."""


@dataclass(frozen=True)
class OwnBook:
    """Fills `AppointmentBook` with the schedule and the places in our own tables."""

    connection: Connection
    branch: Branch
    zone: tzinfo
    now: datetime

    @cached_property
    def schedule(self) -> Schedule:
        """What the branch offers, where and when."""
        return schedule_store.schedule_of(self.connection, self.branch.id)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """When the branch works."""
        return calendar_of(self.branch)

    @property
    def last_day(self) -> date:
        """The last day on which a time may be taken now."""
        return (self.now + HORIZON).astimezone(self.zone).date()

    def service(self, key: str) -> Service:
        """As the port has it."""
        found = self.schedule.service(key)
        if found is None:
            raise NotFound(f"The branch {self.branch.code} offers no appointments for {key}.")
        return found

    def free(self, service: Service, days: Collection[date]) -> Sequence[Slot]:
        """As the port has it."""
        if not days:
            return ()
        begins, ends = first_and_last(days, self.zone)
        holders = [service.id, *(one.id for one in self.schedule.resources_for(service))]
        return free_slots(
            service,
            days,
            schedule=self.schedule,
            taken=store.taken(self.connection, holders, begins=begins, ends=ends),
            calendar=self.calendar,
            zone=self.zone,
            now=self.now,
        )

    def reserve(
        self, appointment_id: UUID, service: Service, starts_at: datetime, *, resource_id: UUID | None = None
    ) -> Resource:
        """As the port has it; the primary key of the places decides between two who want the same."""
        self._require_in_reach(starts_at)
        for _ in range(_ATTEMPTS):
            resource = self._free_resource(service, starts_at, resource_id)
            if resource is None:
                break
            if store.take(self.connection, appointment_id, self._places(service, resource.id, starts_at)):
                return resource
        raise Conflict(
            f"Expected a free time at {starts_at.isoformat()} for {service.key}, but it is taken.",
            code=SLOT_TAKEN,
        )

    def release(self, appointment_id: UUID) -> None:
        """As the port has it."""
        store.release(self.connection, appointment_id)

    def _require_in_reach(self, starts_at: datetime) -> None:
        if starts_at <= self.now:
            raise Invalid.field("starts_at", "expected a time that has not begun")
        if starts_at > self.now + HORIZON:
            raise Invalid.field("starts_at", f"expected a time within {HORIZON.days} days")

    def _free_resource(
        self, service: Service, starts_at: datetime, resource_id: UUID | None
    ) -> Resource | None:
        slots = self.free(service, [starts_at.astimezone(self.zone).date()])
        free = next((slot.resources for slot in slots if slot.starts_at == starts_at), ())
        wanted = [one for one in free if resource_id in (None, one)]
        return self.schedule.resource(wanted[0]) if wanted else None

    def _places(
        self, service: Service, resource_id: UUID, starts_at: datetime
    ) -> dict[tuple[UUID, datetime], int]:
        """The only place of the resource and the lowest free one of the service, at each step."""
        steps = steps_of(starts_at, service.length)
        around = timedelta(microseconds=1)
        taken = store.taken(self.connection, [service.id], begins=steps[0], ends=steps[-1] + around).get(
            service.id, {}
        )
        wanted = {(resource_id, step): 0 for step in steps}
        for step in steps:
            used = taken.get(step, ())
            wanted[service.id, step] = next(place for place in range(len(used) + 1) if place not in used)
        return wanted


def book_of(branch: Branch, context: Transaction | QueryContext) -> OwnBook:
    """Whoever keeps the times of a branch, at the moment of a command or query."""
    return OwnBook(context.connection, branch, context.zone, context.now)

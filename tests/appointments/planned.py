"""A branch that takes appointments, for tests: identity photographs at two counters, on weekday mornings."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from engine.appointments.booking import BookAppointment, BookedAppointment
from engine.appointments.model import Resource, Service
from engine.appointments.planning import OpenWindows, PlanResource, PlanService
from engine.cases.changeset import CaseState
from engine.kernel.actor import Actor
from engine.service_tasks.model import ServiceTask
from tests.messages.drawn import offer_drawn
from tests.office import Office
from tests.runtime.diagrams import chain, element, end, mapping, start

TUESDAY = date(2026, 3, 10)
"""The day after `NOON`."""
SERVICE = "id-photo"


def at(hour: int, minute: int = 0, *, day: date = TUESDAY) -> datetime:
    """A time on the wall of Athens in March, before the clocks go forward."""
    return datetime(day.year, day.month, day.day, hour - 2, minute, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What the branch offers."""

    office: Office
    service: Service
    counters: tuple[Resource, ...]

    def books(
        self, starts_at: datetime, *, name: str = "Ελένη Δημητρίου", actor: Actor | None = None, **more: Any
    ) -> BookedAppointment:
        """Book a photograph for somebody without a case."""
        more = {"phone": "6912345678", "service": SERVICE, **more}
        return self.office.does(BookAppointment(starts_at=starts_at, name=name, **more), actor=actor)


def a_planned_branch(
    office: Office, *, counters: int = 2, minutes: int = 20, at_once: int = 2, **service: Any
) -> Planned:
    """Photographs of `minutes`, at that many counters, from 8 to 10 on weekdays."""
    manager = office.manager
    planned = office.does(
        PlanService(
            key=SERVICE,
            name="Φωτογραφία ταυτότητας",
            name_en="Identity photograph",
            minutes=minutes,
            at_once=at_once,
            **service,
        ),
        actor=manager,
    )
    there = tuple(
        office.does(PlanResource(name=f"Γκισέ {number}", name_en=f"Counter {number}"), actor=manager)
        for number in range(1, counters + 1)
    )
    for one in there:
        office.does(
            OpenWindows(
                resource_id=one.id,
                weekdays=(0, 1, 2, 3, 4),
                opens=time(8),
                closes=time(10),
                first_day=date(2026, 1, 1),
            ),
            actor=manager,
        )
    return Planned(office=office, service=planned, counters=there)


def headers(**said: str) -> str:
    """Task headers."""
    lines = "".join(f'<zeebe:header key="{name}" value="{value}"/>' for name, value in said.items())
    return f"<zeebe:taskHeaders>{lines}</zeebe:taskHeaders>"


def pick_time(*, within: str = "P30D", more: str = "") -> str:
    """A service task that asks for an appointment."""
    definition = '<zeebe:taskDefinition type="stoa:appointment"/>'
    said = headers(service=SERVICE, within=within)
    return element("serviceTask", "pick_time", extensions=definition + said + more, name="Ραντεβού")


def offers_appointment(office: Office, *, key: str = "photo", then: str = "") -> None:
    """Put a procedure on offer that asks for an appointment and is done once it is over, or after `then`."""
    kept = mapping(outputs={"came": "appointment"})
    way = ("start", "pick_time", "look", "done") if then else ("start", "pick_time", "done")
    offer_drawn(office, key, start(), pick_time(more=kept), then, end("done"), chain(*way))


def asks_appointment(office: Office, **changes: Any) -> tuple[CaseState, ServiceTask]:
    """A case that waits for an appointment, with its request."""
    state = office.opens_case(procedure="photo", data={}, **changes)
    return state, state.service_tasks[0]

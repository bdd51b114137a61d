"""Plan when a branch takes appointments: its services, its counters and rooms, and when these are open."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from engine.appointments import schedule_store
from engine.appointments.model import Resource, Service, Window, require_sound, require_sound_window
from engine.context import Command, Transaction
from engine.kernel.permission import require_branch, require_plans_appointments
from engine.kernel.refusal import Conflict, Invalid, NotFound


@dataclass(frozen=True, kw_only=True)
class PlanService(Command[Service]):
    """Offer a service at the actor's branch, or change the one of that key.

    What is booked already keeps its time and its length.
    """

    key: str
    name: str
    name_en: str = ""
    minutes: int = 15
    at_once: int = 1
    grace: int = 15
    is_offered: bool = True


def plan_service(command: PlanService, transaction: Transaction) -> Service:
    """The service as it is offered from now on."""
    branch_id = _planned_branch(transaction)
    schedule = schedule_store.schedule_of(transaction.connection, branch_id)
    known = next((one for one in schedule.services if one.key == command.key), None)
    values = {**command.__dict__, "name": command.name.strip(), "name_en": command.name_en.strip()}
    service = Service(id=known.id if known else transaction.new_id(), branch_id=branch_id, **values)
    schedule_store.save_service(transaction.connection, require_sound(service))
    return service


@dataclass(frozen=True, kw_only=True)
class PlanResource(Command[Resource]):
    """Add a counter or room to the actor's branch, or change the one of that id."""

    name: str
    name_en: str = ""
    services: tuple[str, ...] = ()
    resource_id: UUID | None = None


def plan_resource(command: PlanResource, transaction: Transaction) -> Resource:
    """The resource as it is from now on; of one that is changed the branch stays."""
    branch_id = _planned_branch(transaction)
    schedule = schedule_store.schedule_of(transaction.connection, branch_id)
    if command.resource_id is not None and schedule.resource(command.resource_id) is None:
        raise NotFound.of("counter", command.resource_id)
    if not command.name.strip():
        raise Invalid.field("name", "a name is required")
    unknown = sorted(set(command.services) - {service.key for service in schedule.services})
    if unknown:
        raise Invalid.field("services", f"expected services of the branch, found {', '.join(unknown)}")
    resource = Resource(
        id=command.resource_id or transaction.new_id(),
        branch_id=branch_id,
        name=command.name.strip(),
        name_en=command.name_en.strip(),
        services=command.services,
    )
    schedule_store.save_resource(transaction.connection, resource)
    return resource


@dataclass(frozen=True, kw_only=True)
class OpenWindows(Command[tuple[Window, ...]]):
    """Open a counter or room on weekdays (Monday is 0) from one time to another, between two days."""

    resource_id: UUID
    weekdays: tuple[int, ...]
    opens: time
    closes: time
    first_day: date
    last_day: date | None = None


def open_windows(command: OpenWindows, transaction: Transaction) -> tuple[Window, ...]:
    """A window for each weekday."""
    branch_id = _planned_branch(transaction)
    schedule = schedule_store.schedule_of(transaction.connection, branch_id)
    if schedule.resource(command.resource_id) is None:
        raise NotFound.of("counter", command.resource_id)
    if not command.weekdays:
        raise Invalid.field("weekdays", "expected at least one weekday")
    new = tuple(
        require_sound_window(
            Window(
                id=transaction.new_id(),
                branch_id=branch_id,
                resource_id=command.resource_id,
                weekday=weekday,
                opens=command.opens,
                closes=command.closes,
                first_day=command.first_day,
                last_day=command.last_day,
            )
        )
        for weekday in dict.fromkeys(command.weekdays)
    )
    if any(_overlap(one, other) for one in new for other in schedule.windows):
        raise Conflict("Expected a time at which it is not open yet.", code="window_overlaps")
    schedule_store.add_windows(transaction.connection, new)
    return new


@dataclass(frozen=True, kw_only=True)
class CloseWindow(Command[None]):
    """Offer no more times in a window; what is booked stays booked."""

    window_id: UUID


def close_window(command: CloseWindow, transaction: Transaction) -> None:
    """The window is gone."""
    branch_id = _planned_branch(transaction)
    if not schedule_store.remove_window(transaction.connection, branch_id, command.window_id):
        raise NotFound.of("window", command.window_id)


def _planned_branch(transaction: Transaction) -> UUID:
    branch_id = require_branch(transaction.actor)
    require_plans_appointments(transaction.actor, branch_id)
    return branch_id


def _overlap(one: Window, other: Window) -> bool:
    """Whether a resource would be open twice at the same time, which offered each of its times twice."""
    if one.resource_id != other.resource_id or one.weekday != other.weekday:
        return False
    ends = one.last_day is None or other.first_day <= one.last_day
    begins = other.last_day is None or one.first_day <= other.last_day
    return ends and begins and one.opens < other.closes and other.opens < one.closes

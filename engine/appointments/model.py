"""Appointments as values: what a branch offers and when, who comes at which time, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.kernel.bilingual import Bilingual, Language
from engine.kernel.refusal import Conflict, Invalid

GRID: Final = timedelta(minutes=5)
"""Times, lengths and opening windows are whole multiples of this: what is taken is kept by it."""

MOST_MINUTES: Final = 480
MOST_AT_ONCE: Final = 50
HORIZON: Final = timedelta(days=60)
"""How far ahead a time may be taken."""

SLOT_TAKEN: Final = "time_taken"
"""The code of the refusal of a time that is not free, or not free any more."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """What a branch does by appointment.

    `key` is how diagrams name it. `minutes` is how long one takes, `at_once` how many may be served at the
    same time in the whole branch, `grace` after how many minutes who has not arrived counts as not come.
    """

    id: UUID
    branch_id: UUID
    key: str
    name: str
    name_en: str
    minutes: int
    at_once: int = 1
    grace: int = 15
    is_offered: bool = True

    @property
    def called(self) -> Bilingual:
        """Its name in both languages."""
        return Bilingual(self.name, el=self.name, en=self.name_en or self.name)

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A counter or room, which serves one at a time; `services` are keys, none means every service."""

    id: UUID
    branch_id: UUID
    name: str
    name_en: str
    services: tuple[str, ...] = ()

    @property
    def called(self) -> Bilingual:
        """Its name in both languages."""
        return Bilingual(self.name, el=self.name, en=self.name_en or self.name)

    def serves(self, service: Service) -> bool:
        return not self.services or service.key in self.services


@dataclass(frozen=True, kw_only=True)
class Window:
    """When a resource is open: on a weekday (Monday is 0) from `opens` to `closes`, by the clock on the wall.

    It holds from `first_day` to `last_day` (None: for good), both included.
    """

    id: UUID
    branch_id: UUID
    resource_id: UUID
    weekday: int
    opens: time
    closes: time
    first_day: date
    last_day: date | None = None

    def holds_on(self, day: date) -> bool:
        is_within = self.first_day <= day and (self.last_day is None or day <= self.last_day)
        return is_within and day.weekday() == self.weekday


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What a branch offers by appointment, where, and when; services and resources by name."""

    services: tuple[Service, ...] = ()
    resources: tuple[Resource, ...] = ()
    windows: tuple[Window, ...] = ()

    def service(self, key: str) -> Service | None:
        """The service of that key, if it is offered."""
        return next((one for one in self.services if one.key == key and one.is_offered), None)

    def resource(self, resource_id: UUID) -> Resource | None:
        return next((one for one in self.resources if one.id == resource_id), None)

    def resources_for(self, service: Service) -> tuple[Resource, ...]:
        return tuple(one for one in self.resources if one.serves(service))


class AppointmentState(StrEnum):
    """The life of an appointment. One that is moved is the same appointment, with a higher `sequence`."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    SERVED = "served"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self not in (AppointmentState.BOOKED, AppointmentState.ARRIVED)


class CancelledBy(StrEnum):
    """Who cancelled an appointment."""

    CITIZEN = "citizen"
    BRANCH = "branch"


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who comes: a name, and how they are told; as the case has them where there is one.

    `sms` is a number in E.164. `key` tells one person from another within a service: who has a booking has no
    second one.
    """

    name: str
    key: str
    sms: str | None = None
    email: str | None = None
    language: Language = Language.EL


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """That somebody comes to a branch at a time; changed by evolving.

    `starts_at` is in UTC, `zone` the branch's, by its name. `service_task_id` is the request of the case that
    it answers. `code_digest` is kept of the code of whoever comes without a case. `missed_at` is when who has
    not arrived counts as not come, `remind_at` when they are reminded, None once that is done.
    """

    id: UUID
    branch_id: UUID
    service_id: UUID
    service_key: str
    resource_id: UUID
    starts_at: datetime
    minutes: int
    zone: str
    visitor: Visitor = field(repr=False)
    booked_at: datetime
    booked_by: str
    missed_at: datetime
    case_id: UUID | None = None
    service_task_id: UUID | None = None
    code_digest: str | None = field(default=None, repr=False)
    state: AppointmentState = AppointmentState.BOOKED
    remind_at: datetime | None = None
    sequence: int = 0
    changed_at: datetime
    cancelled_by: CancelledBy | None = None
    row_version: int = 1

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def require(self, *states: AppointmentState) -> None:
        """Refuse unless it is in one of these states."""
        if self.state not in states:
            raise Conflict(
                f"Expected appointment {self.id} to be {' or '.join(states)}, but it is {self.state}.",
                code=f"appointment_{self.state}",
            )

    def moved(
        self,
        *,
        to: datetime,
        resource_id: UUID,
        missed_at: datetime,
        remind_at: datetime | None,
        at: datetime,
    ) -> "Appointment":
        """The appointment at another time; its calendar entry is replaced by the next one of its sequence."""
        self.require(AppointmentState.BOOKED)
        return replace(
            self,
            starts_at=to,
            resource_id=resource_id,
            missed_at=missed_at,
            remind_at=remind_at,
            sequence=self.sequence + 1,
            changed_at=at,
        )

    def handed_over(
        self,
        to: Service,
        *,
        resource_id: UUID,
        missed_at: datetime,
        remind_at: datetime | None,
        at: datetime,
    ) -> "Appointment":
        """The appointment at the same time at another branch, for the same as that one offers it."""
        moved = self.moved(
            to=self.starts_at, resource_id=resource_id, missed_at=missed_at, remind_at=remind_at, at=at
        )
        return replace(moved, branch_id=to.branch_id, service_id=to.id, minutes=to.minutes)

    def cancelled(self, by: CancelledBy, at: datetime) -> "Appointment":
        self.require(AppointmentState.BOOKED)
        return replace(
            self,
            state=AppointmentState.CANCELLED,
            cancelled_by=by,
            sequence=self.sequence + 1,
            changed_at=at,
            remind_at=None,
        )

    def arrived(self, at: datetime) -> "Appointment":
        self.require(AppointmentState.BOOKED)
        return replace(self, state=AppointmentState.ARRIVED, changed_at=at, remind_at=None)

    def served(self, at: datetime) -> "Appointment":
        self.require(AppointmentState.BOOKED, AppointmentState.ARRIVED)
        return replace(self, state=AppointmentState.SERVED, changed_at=at, remind_at=None)

    def missed(self, at: datetime) -> "Appointment":
        """The appointment of somebody who did not come, or came and left before they were called."""
        self.require(AppointmentState.BOOKED, AppointmentState.ARRIVED)
        return replace(self, state=AppointmentState.NO_SHOW, changed_at=at, remind_at=None)


def require_sound(service: Service) -> Service:
    """The service, unless a figure of it cannot be kept; `Invalid` with every problem by field."""
    step = int(GRID.total_seconds() // 60)
    checks = {
        "name": (bool(service.name.strip()), "a name is required"),
        "minutes": (
            0 < service.minutes <= MOST_MINUTES and service.minutes % step == 0,
            f"expected a multiple of {step} up to {MOST_MINUTES}, found {service.minutes}",
        ),
        "at_once": (
            1 <= service.at_once <= MOST_AT_ONCE,
            f"expected from 1 to {MOST_AT_ONCE}, found {service.at_once}",
        ),
        "grace": (0 <= service.grace <= 120, f"expected from 0 to 120 minutes, found {service.grace}"),
    }
    _refuse(checks.items(), "The service cannot be offered so.")
    return service


def require_sound_window(window: Window) -> Window:
    """The window, unless it cannot be kept; `Invalid` with every problem by field."""
    step = int(GRID.total_seconds() // 60)

    def fits(moment: time) -> bool:
        return moment.minute % step == 0 and moment.second == 0 and moment.microsecond == 0

    checks = {
        "weekday": (0 <= window.weekday <= 6, f"expected from 0 to 6, found {window.weekday}"),
        "opens": (fits(window.opens), f"expected a multiple of {step} minutes"),
        "closes": (
            fits(window.closes) and window.opens < window.closes,
            f"expected a multiple of {step} minutes after the time at which it opens",
        ),
        "last_day": (
            window.last_day is None or window.first_day <= window.last_day,
            "expected no day before the first one",
        ),
    }
    _refuse(checks.items(), "The window cannot be opened so.")
    return window


def _refuse(checks: Iterable[tuple[str, tuple[bool, str]]], message: str) -> None:
    errors = {name: [problem] for name, (is_sound, problem) in checks if not is_sound}
    if errors:
        raise Invalid(message, errors)

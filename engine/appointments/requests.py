"""What a diagram asks of the topic `stoa:appointment`: its headers, and what it is given back.

Where an agency takes the topic, the request is theirs, as any service task is: another organisation's system
of appointments answers it by webhook. Where none does, it is ours: the citizen and the clerk choose a time,
and what became of the appointment is the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine import feel
from engine.appointments.model import HORIZON, Appointment, Resource
from engine.organisation.model import Branch
from engine.service_tasks.model import ServiceTask

SERVICE: Final = "service"
BRANCH: Final = "branch"
WITHIN: Final = "within"
"""The task headers, or else input variables, by which the diagram says what it asks for."""


@dataclass(frozen=True, kw_only=True)
class WantedAppointment:
    """What a diagram asks for: which service, at which branch, and until which local day it may be."""

    service: str
    branch_code: str
    last_day: date


def wanted_by(task: ServiceTask, *, branch_code: str, zone: tzinfo) -> WantedAppointment:
    """What the service task asks for; without a branch that of its case, without a limit the horizon.

    What the diagram says of the limit counts from when the request was opened, in whole days.
    """
    opened = task.created_at.astimezone(zone).date()
    return WantedAppointment(
        service=_said(task, SERVICE) or "",
        branch_code=_said(task, BRANCH) or branch_code,
        last_day=opened + _limit(_said(task, WITHIN)),
    )


def result_of(appointment: Appointment, *, branch: Branch, resource: Resource) -> Mapping[str, Any]:
    """What the diagram is given back, in the variable `appointment`."""
    start = appointment.starts_at.astimezone(ZoneInfo(appointment.zone))
    return {
        "appointment": {
            "state": appointment.state.value,
            "start": start.isoformat(),
            "place": f"{branch.name}, {resource.name}",
            "by": appointment.cancelled_by.value if appointment.cancelled_by else None,
        }
    }


def _said(task: ServiceTask, name: str) -> str | None:
    found = task.headers.get(name) or task.variables.get(name)
    return str(found) if found else None


def _limit(text: str | None) -> timedelta:
    """How long from the opening of a request; a text that is no duration in days limits nothing."""
    try:
        found = feel.parse_duration(text) if text else HORIZON
    except feel.FeelValueError:
        return HORIZON
    return found if isinstance(found, timedelta) and found > timedelta(0) else HORIZON


def days_from(first: date, count: int, *, last: date) -> tuple[date, ...]:
    """Up to `count` days from the first on, none after the last."""
    days = (first + timedelta(days=number) for number in range(count))
    return tuple(day for day in days if day <= last)


def first_day(wanted: date | None, now: datetime, zone: tzinfo) -> date:
    """The first of the days that are looked at: that one, or today where it is over."""
    today = now.astimezone(zone).date()
    return max(wanted or today, today)

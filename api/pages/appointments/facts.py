"""Appointments as pages show them: states, times by day, and what a table of the day holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from flask import Response, make_response

from api.http.context import engine
from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import language, localized, localized_pair
from api.pages.frame.words import Mark
from engine.appointments.calendar_file import MEDIA_TYPE, calendar_file
from engine.appointments.model import Appointment, AppointmentState, Resource
from engine.appointments.queries import BranchDay, FreeTimes, ShownAppointment
from engine.appointments.queue import Ticket
from engine.kernel.bilingual import Bilingual, Language
from engine.kernel.refusal import Conflict, Invalid, Refusal


class TimeChoice(NamedTuple):
    """A free time: how it is sent, and how it is read."""

    value: str
    words: str


class DayChoice(NamedTuple):
    """A day with its free times."""

    id: str
    words: str
    times: list[TimeChoice]


@dataclass(frozen=True, kw_only=True)
class TimesShown:
    """The free times of some days, and the first of the days before and after them, if there are any."""

    days: list[DayChoice]
    earlier: str | None
    later: str | None


class Visit(NamedTuple):
    """An appointment in the table of a day."""

    id: UUID
    who: str
    what: str
    mark: Mark
    number: int | None


class DayRow(NamedTuple):
    """A time in the table of a day, with what is at each counter or room."""

    time: str
    cells: list[tuple[str, list[Visit]]]


def times_shown(free: FreeTimes | None) -> TimesShown:
    """The free times by day; days without any are left out."""
    if free is None or not free.days:
        return TimesShown(days=[], earlier=None, later=None)
    today = dates.local(engine().clock.now()).date()
    first, following = free.days[0], free.days[-1] + timedelta(days=1)
    earlier = max(first - timedelta(days=len(free.days)), today)
    by_day = groupby(free.slots, key=lambda slot: dates.local(slot.starts_at).date())
    return TimesShown(
        days=[_day_choice(day, [slot.starts_at for slot in slots]) for day, slots in by_day],
        earlier=earlier.isoformat() if first > today else None,
        later=following.isoformat() if free.has_more else None,
    )


def state_mark(state: AppointmentState) -> Mark:
    return {
        AppointmentState.BOOKED: Mark(_("Booked"), "calm", "calm"),
        AppointmentState.ARRIVED: Mark(_("Has come"), "person", "soon"),
        AppointmentState.SERVED: Mark(_("Served"), "check", "good"),
        AppointmentState.NO_SHOW: Mark(_("Did not come"), "cross", "bad"),
        AppointmentState.CANCELLED: Mark(_("Cancelled"), "back", "quiet"),
    }[state]


def refusal_words(refusal: Refusal) -> str:
    """Why a time cannot be booked, in a sentence that says what to do."""
    if isinstance(refusal, Invalid):
        return _("Choose one of the times that are shown.")
    sentences = {
        "time_taken": _("Somebody has just taken that time. Choose another one."),
        "already_booked": _("There is an appointment for this already. Move that one."),
        "counter_busy": _("Say first what became of the number that is at your counter."),
        "not_today": _("The appointment is on another day. Move it, or give a number without it."),
        "not_yet": _("Its time has not come yet. Cancel it if nobody will come."),
        "no_numbers_left": _("No more numbers are given today."),
        "window_overlaps": _("The counter is open then already. Close the other hours first."),
    }
    otherwise = _("It has changed meanwhile. Look at it again, then decide.")
    return sentences.get(refusal.code, otherwise) if isinstance(refusal, Conflict) else otherwise


def when_words(appointment: Appointment) -> str:
    """The day and time of an appointment, in full."""
    at = appointment.starts_at
    return _("%(day)s, at %(time)s", day=dates.day(at), time=dates.clock_time(at))


def where_words(shown: ShownAppointment) -> str:
    """Where an appointment is."""
    branch = localized_pair(shown.branch.name, shown.branch.name_en)
    return f"{branch}, {localized(shown.resource.called)}"


class OwnAppointment(NamedTuple):
    """An appointment as its citizen sees it."""

    id: UUID
    when: str
    where: str
    what: str


def own_appointment(shown: ShownAppointment) -> OwnAppointment:
    return OwnAppointment(
        id=shown.appointment.id,
        when=when_words(shown.appointment),
        where=where_words(shown),
        what=localized(shown.service.called),
    )


def table_of(day: BranchDay) -> list[DayRow]:
    """The appointments of a day, a row for each time, a cell for each counter or room."""
    services = {one.id: localized(one.called) for one in day.schedule.services}
    starts = sorted({one.starts_at for one in day.appointments})
    return [
        DayRow(
            time=dates.clock_time(start),
            cells=[
                (localized(resource.called), _visits(day, start, resource, services))
                for resource in day.schedule.resources
            ],
        )
        for start in starts
    ]


def neighbours(day: date) -> tuple[str, str]:
    """The day before and the day after, as an address has them."""
    one = timedelta(days=1)
    return (day - one).isoformat(), (day + one).isoformat()


def at_counter(day: BranchDay, counter: UUID | None) -> Ticket | None:
    """Who is at a counter or in a room now."""
    return next(
        (one for one in day.called if one.resource_id == counter and one.ended_at is None and counter), None
    )


def calendar_download(shown: ShownAppointment) -> Response:
    """The calendar file of an appointment, in the reader's language."""
    branch = Bilingual(shown.branch.name, el=shown.branch.name, en=shown.branch.name_en)
    text = calendar_file(
        shown.appointment,
        service=shown.service.called,
        place=shown.resource.called,
        branch=branch,
        language=Language(language()),
    )
    response = make_response(text.encode())
    response.headers["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    response.headers["Cache-Control"] = "no-store"
    return response


def moment_sent(text: str) -> datetime:
    """The time that a form sent; `Invalid` if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid.field("starts_at", "expected one of the times shown") from wrong
    if moment.tzinfo is None:
        raise Invalid.field("starts_at", "expected one of the times shown")
    return moment


def _day_choice(day: date, starts: Sequence[datetime]) -> DayChoice:
    return DayChoice(
        id=day.isoformat(),
        words=dates.day(starts[0]),
        times=[TimeChoice(start.isoformat(), dates.clock_time(start)) for start in starts],
    )


def _visits(day: BranchDay, start: datetime, resource: Resource, services: Mapping[UUID, str]) -> list[Visit]:
    return [
        Visit(
            id=one.id,
            who=one.visitor.name,
            what=services.get(one.service_id, one.service_key),
            mark=state_mark(one.state),
            number=day.tickets[one.id].number if one.id in day.tickets else None,
        )
        for one in day.appointments
        if one.starts_at == start and one.resource_id == resource.id
    ]

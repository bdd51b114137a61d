"""The calendar file of an appointment, for the calendar of whoever comes (RFC 5545, RFC 5546).

A moved appointment is the same event with a higher SEQUENCE, one that was cancelled is taken out again.
"""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from engine.appointments.model import Appointment, AppointmentState
from engine.kernel.bilingual import Bilingual, Language

MEDIA_TYPE: Final = "text/calendar"
_NOBODY: Final = "invalid:nomail"
"""Who organises it has no address to answer to (RFC 5546, section 3.2.1, wants one all the same)."""


def calendar_file(
    appointment: Appointment, *, service: Bilingual, place: Bilingual, branch: Bilingual, language: Language
) -> str:
    """The text of the file, its lines folded and ended as RFC 5545, section 3.1, has it.

    It says what for, where and when, and neither a name nor a case.
    """
    from icalendar import Calendar, Event, vCalAddress, vText  # loaded with the first appointment

    is_off = appointment.state is AppointmentState.CANCELLED
    zone = ZoneInfo(appointment.zone)
    event = Event()
    event.add("uid", str(appointment.id))
    event.add("dtstamp", appointment.changed_at)
    event.add("dtstart", _on_the_wall(appointment.starts_at, zone))
    event.add("dtend", _on_the_wall(appointment.ends_at, zone))
    event.add("summary", _in(service, language))
    event.add("location", f"{_in(branch, language)}, {_in(place, language)}")
    event.add("sequence", appointment.sequence)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    organizer = vCalAddress(_NOBODY)
    organizer.params["cn"] = vText(_in(branch, language))
    event["organizer"] = organizer
    calendar = Calendar()
    calendar.add("prodid", "-//Stoa//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    calendar.add_component(event)
    year = appointment.starts_at.year
    calendar.add_missing_timezones(first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
    text: bytes = calendar.to_ical()
    return text.decode()


def _on_the_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone)


def _in(text: Bilingual, language: Language) -> str:
    return text.el if language is Language.EL else text.en

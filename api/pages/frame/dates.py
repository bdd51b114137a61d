"""Dates in words: moments in the office's time zone, and terms counted in its working days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from babel.dates import format_date, format_skeleton, format_time

from api.http.context import engine
from api.pages.frame.language import gettext as _
from api.pages.frame.language import language, ngettext
from engine.kernel.calendar import WorkingCalendar

Tone = Literal["late", "today", "soon", "calm"]

_COUNTED_WORKING_DAYS = 10
"""Terms that are further away are told by their date."""
_SOON_WORKING_DAYS = 2
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Due:
    """When something is due: in words (`αύριο`), as a full date, and how urgent it is."""

    words: str
    day: str
    tone: Tone


class DueWords:
    """Says of terms how long there is until their end, for everything on one page at the same moment."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        self._zone = engine().zone
        self._now = engine().clock.now().astimezone(self._zone)
        self._said: dict[tuple[date, bool], Due] = {}

    def of(self, moment: datetime | None) -> Due | None:
        """Until a moment; None without a term. Midnight is the end of the day before."""
        if moment is None:
            return None
        last, is_over = (moment - _INSTANT).astimezone(self._zone).date(), moment <= self._now
        said = self._said.get((last, is_over))
        if said is None:
            words, tone = _due_words(last, self._now.date(), self._calendar, is_over=is_over)
            said = self._said[last, is_over] = Due(words=words, day=_full(last, language()), tone=tone)
        return said


def due(moment: datetime | None, calendar: WorkingCalendar) -> Due | None:
    """How long there is until a moment; None without a term. Midnight is the end of the day before."""
    return DueWords(calendar).of(moment)


def since(moment: datetime) -> Due:
    """How long something has waited, in calendar days."""
    waited = (local(engine().clock.now()).date() - local(moment).date()).days
    words = _("since today") if waited == 0 else ngettext("for %(num)s day", "for %(num)s days", waited)
    return Due(words=words, day=day(moment), tone="calm")


def day(moment: datetime) -> str:
    """The local date in full: `Παρασκευή, 6 Μαρτίου 2026`."""
    return full_date(local(moment).date())


def last_day(moment: datetime) -> datetime:
    """The local day on which a term ends: one that ends at midnight ends the day before."""
    return local(moment - _INSTANT)


def short_day(moment: datetime | date) -> str:
    """The local date without its year: `6 Μαρ`."""
    found = local(moment).date() if isinstance(moment, datetime) else moment
    return format_skeleton("MMMd", found, locale=language())


def plain_day(day: date) -> str:
    """A date without its weekday: `6 Μαρτίου 2026`."""
    return format_date(day, "long", locale=language())


def full_date(day: date) -> str:
    """A date with its weekday: `Παρασκευή, 6 Μαρτίου 2026`."""
    return _full(day, language())


def moment(at: datetime) -> str:
    """The local date and time: `6 Μαρτίου 2026, 10:42`."""
    there = local(at)
    day_words = format_date(there.date(), "long", locale=language())
    return f"{day_words}, {format_time(there, 'HH:mm', locale=language())}"


def clock_time(at: datetime) -> str:
    """The local time: `10:42`."""
    return format_time(local(at), "HH:mm", locale=language())


def at_clock_time(at: datetime) -> str:
    """A recent moment: `στις 10:42`, with the day unless it was today."""
    if local(at).date() == local(engine().clock.now()).date():
        return _("at %(time)s", time=clock_time(at))
    return _("on %(moment)s", moment=moment(at))


def local(at: datetime) -> datetime:
    return at.astimezone(engine().zone)


@lru_cache(maxsize=2048)
def _full(day: date, shown_language: str) -> str:
    return format_date(day, "full", locale=shown_language)


def _due_words(last: date, today: date, calendar: WorkingCalendar, *, is_over: bool) -> tuple[str, Tone]:
    if is_over:
        late = (today - last).days
        if late == 0:
            return _("ended today"), "late"
        return ngettext("%(num)s day late", "%(num)s days late", late), "late"
    if last == today:
        return _("today"), "today"
    working_days = _working_days_until(last, today, calendar)
    if last == today + timedelta(days=1):
        return _("tomorrow"), "soon"
    tone: Tone = "soon" if working_days <= _SOON_WORKING_DAYS else "calm"
    if working_days > _COUNTED_WORKING_DAYS:
        return _("by %(day)s", day=short_day(last)), tone
    if working_days == 0:
        return _("by %(day)s", day=short_day(last)), tone
    return ngettext("in %(num)s working day", "in %(num)s working days", working_days), tone


def _working_days_until(last: date, today: date, calendar: WorkingCalendar) -> int:
    """The working days after today up to the last one included; not counted beyond what is shown."""
    counted, passing = 0, today
    while passing < last and counted <= _COUNTED_WORKING_DAYS:
        passing += timedelta(days=1)
        counted += calendar.is_working_day(passing)
    return counted


def day_sent(text: str | None) -> date | None:
    """The day in an address; None for none, and for what is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None

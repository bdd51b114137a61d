"""The state of the system in a few figures: worker, waiting jobs, deliveries, stuck cases."""

from datetime import datetime
from typing import NamedTuple

from api.pages.frame.language import gettext as _
from api.pages.frame.language import ngettext
from engine.operations.model import Gauges
from engine.operations.queries import LATENESS, WORKER_SILENCE

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Indicator(NamedTuple):
    """A figure, its name, and a word on whether it is well."""

    called: str
    figure: str
    word: str
    is_well: bool


def indicators_of(gauges: Gauges, *, now: datetime) -> list[Indicator]:
    return [_worker(gauges, now), _work(gauges), _deliveries(gauges), _stuck(gauges), _agencies(gauges)]


def _worker(gauges: Gauges, now: datetime) -> Indicator:
    called, beat = _("Worker"), gauges.last_worker_beat
    if beat is None:
        return Indicator(called, _("never"), _("Nothing is sent and no date is kept."), False)
    silence = max(int((now - beat).total_seconds()), 0)
    if silence > WORKER_SILENCE.total_seconds():
        return Indicator(
            called, _since(silence), _("No sign of life: nothing is sent and no date is kept."), False
        )
    return Indicator(called, _("runs"), _("Last sign of life %(ago)s ago", ago=_since(silence)), True)


def _work(gauges: Gauges) -> Indicator:
    lag = int(gauges.job_lag_seconds)
    is_well = lag <= LATENESS.total_seconds()
    word = _("In time") if lag < 1 else _("The oldest is %(time)s late", time=_since(lag))
    return Indicator(_("Waits to be sent"), str(gauges.jobs_ready), word, is_well)


def _deliveries(gauges: Gauges) -> Indicator:
    found = gauges.dead_letters
    word = _("Somebody has to send them again") if found else _("Everything arrived")
    return Indicator(_("Given up"), str(found), word, not found)


def _agencies(gauges: Gauges) -> Indicator:
    found = gauges.paused_agencies
    word = _("Nothing is sent to them") if found else _("Everything is sent")
    return Indicator(_("Paused agencies"), str(found), word, not found)


def _stuck(gauges: Gauges) -> Indicator:
    found = gauges.stuck_cases
    word = _("They wait for a repair") if found else _("No case is held up")
    return Indicator(_("Cases held up"), str(found), word, not found)


def _since(seconds: int) -> str:
    """A duration in its largest unit."""
    if seconds < _MINUTE:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    if seconds < _HOUR:
        return ngettext("%(num)s minute", "%(num)s minutes", seconds // _MINUTE)
    if seconds < _DAY:
        return ngettext("%(num)s hour", "%(num)s hours", seconds // _HOUR)
    return ngettext("%(num)s day", "%(num)s days", seconds // _DAY)

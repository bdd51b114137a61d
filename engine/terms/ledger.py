"""The ledger of a term: what has happened to it, entry by entry; everything else follows from the entries.

The end of a term is never written down as a fact of its own. It is counted from the ledger on the branch's
calendar, so that a closure that is decreed afterwards, a corrected day or another branch moves it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

from engine.kernel.calendar import WorkingCalendar
from engine.kernel.refusal import Conflict
from engine.terms.length import Length


class TermEvent(StrEnum):
    """What can happen to a term."""

    BEGUN = "begun"
    RESTED = "rested"
    """For one cause; it goes on when every cause to rest is over."""
    RESUMED = "resumed"
    RESTARTED = "restarted"
    """It begins anew and whole, as where it counts from the complete file."""
    EXTENDED = "extended"
    ENDED = "ended"
    CORRECTED = "corrected"
    """The day of an earlier entry was another one."""


class TermCause(StrEnum):
    """Why it happened."""

    OPENED = "opened"
    COMPLETE_FILE = "complete_file"
    CITIZEN_AWAITED = "citizen_awaited"
    SUSPENDED = "suspended"
    DECISION = "decision"
    SILENCE = "silence"
    DECIDED = "decided"
    NOTIFIED = "notified"
    CLOSED = "closed"
    MISTAKE = "mistake"


@dataclass(frozen=True, kw_only=True)
class TermEntry:
    """One thing that happened to a term, on a local day.

    `length` is that of a term that begins, begins anew, or by which it is extended. `corrects` is the number
    of the entry whose day this one sets right. `law` names law and article, or the decision.
    """

    number: int
    event: TermEvent
    day: date
    cause: TermCause
    law: str | None = None
    length: Length | None = None
    corrects: int | None = None


@dataclass(frozen=True)
class Rest:
    """A time in which a term did not run, for one cause or several; `until` is None while it lasts.

    The day `since` is counted in the term, the day `until` is not.
    """

    since: date
    until: date | None
    causes: tuple[TermCause, ...]


@dataclass(frozen=True, kw_only=True)
class TermCount:
    """Where a term stands by its ledger.

    `last_day` is the last one on which what the term asks for is in time; None while it rests with days left.
    `ended` is the day on which it was done. `length` is the one it began with last.
    """

    begun: date
    length: Length
    last_day: date | None
    rests: tuple[Rest, ...]
    extensions: tuple[TermEntry, ...]
    ended: date | None

    @property
    def rests_since(self) -> date | None:
        """Since when it rests; None while it runs."""
        return self.rests[-1].since if self.rests and self.rests[-1].until is None else None

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed without an end."""
        return self.ended is None and self.last_day is not None and self.last_day < today

    @property
    def was_in_time(self) -> bool | None:
        """Whether what it asks for was done by the last day; None while nothing was done."""
        if self.ended is None:
            return None
        return self.last_day is None or self.ended <= self.last_day


@dataclass(frozen=True)
class Ledger:
    """The entries of one term, in the order in which they were made.

    Every method that adds one gives the ledger with it, or raises a `Conflict` that says why it cannot be.
    """

    entries: tuple[TermEntry, ...] = ()

    @property
    def has_begun(self) -> bool:
        return bool(self.entries)

    @property
    def has_ended(self) -> bool:
        """Whether what the term asks for was done."""
        return any(entry.event is TermEvent.ENDED for entry in self.entries)

    @property
    def causes_to_rest(self) -> frozenset[TermCause]:
        """For what the term rests now; empty while it runs."""
        resting: set[TermCause] = set()
        for entry in self.entries:
            if entry.event is TermEvent.RESTED:
                resting.add(entry.cause)
            elif entry.event is TermEvent.RESUMED:
                resting.discard(entry.cause)
        return frozenset(resting)

    def begun(self, day: date, length: Length, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """Begin the term by an event of that day."""
        if self.has_begun:
            raise Conflict("Expected a term that has not begun, but this one has.", code="term_has_begun")
        return self._with(TermEvent.BEGUN, day, cause, law=law, length=length)

    def rested(self, day: date, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """Let it rest for a cause for which it does not rest yet."""
        self._require_running()
        if cause in self.causes_to_rest:
            raise Conflict(f"Expected a term that does not rest for {cause}, but it does.", code="term_rests")
        return self._with(TermEvent.RESTED, day, cause, law=law)

    def resumed(self, day: date, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """End the rest for a cause; the term goes on when it was the last."""
        self._require_running()
        if cause not in self.causes_to_rest:
            raise Conflict(f"Expected a term that rests for {cause}, but it does not.", code="term_runs")
        return self._with(TermEvent.RESUMED, day, cause, law=law)

    def restarted(self, day: date, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """Begin it anew, with the length that it began with."""
        self._require_running()
        return self._with(TermEvent.RESTARTED, day, cause, law=law, length=self.entries[0].length)

    def extended(self, day: date, by: Length, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """Give it more time."""
        self._require_running()
        return self._with(TermEvent.EXTENDED, day, cause, law=law, length=by)

    def ended(self, day: date, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """What the term asks for was done on that day, or by law."""
        self._require_running()
        return self._with(TermEvent.ENDED, day, cause, law=law)

    def corrected(self, number: int, day: date, *, law: str | None = None) -> "Ledger":
        """Set the day of an entry right; the entry itself stays, and so does what was believed until now."""
        found = self._corrected(number)
        first, *others = self._as_corrected()
        if found.event is not TermEvent.BEGUN:
            self._require_not_before(first.day, day)
        elif others:
            self._require_not_before(day, others[0].day)
        return self._with(TermEvent.CORRECTED, day, TermCause.MISTAKE, law=law, corrects=number)

    def count(self, calendar: WorkingCalendar) -> TermCount:
        """Where the term stands, on that calendar; `ValueError` for one that has not begun."""
        return _counted(self._as_corrected(), calendar)

    def _with(
        self,
        event: TermEvent,
        day: date,
        cause: TermCause,
        *,
        law: str | None,
        length: Length | None = None,
        corrects: int | None = None,
    ) -> "Ledger":
        if self.entries and event is not TermEvent.CORRECTED:
            self._require_not_before(self._as_corrected()[0].day, day)
        number = len(self.entries) + 1
        entry = TermEntry(
            number=number, event=event, day=day, cause=cause, law=law, length=length, corrects=corrects
        )
        return Ledger((*self.entries, entry))

    def _require_running(self) -> None:
        if not self.has_begun:
            raise Conflict("Expected a term that has begun, but this one has not.", code="term_not_begun")
        if self.has_ended:
            raise Conflict("Expected a term that is not over, but this one has ended.", code="term_has_ended")

    @staticmethod
    def _require_not_before(begun: date, day: date) -> None:
        if day < begun:
            raise Conflict(
                f"Expected nothing to happen to a term before it begins on {begun}, found {day}.",
                code="day_before_term",
            )

    def _corrected(self, number: int) -> TermEntry:
        for entry in self.entries:
            if entry.number == number and entry.event is not TermEvent.CORRECTED:
                return entry
        raise Conflict(f"Expected the number of an entry of this term, found {number}.", code="no_such_entry")

    def _as_corrected(self) -> tuple[TermEntry, ...]:
        """The entries but for corrections, each on the day that was said last, in the order of days."""
        days = {entry.number: entry.day for entry in self.entries}
        for entry in self.entries:
            if entry.corrects is not None:
                days[entry.corrects] = entry.day
        kept = [
            replace(entry, day=days[entry.number])
            for entry in self.entries
            if entry.event is not TermEvent.CORRECTED
        ]
        return tuple(sorted(kept, key=lambda entry: (entry.day, entry.number)))


class _Count:
    """A term on its way through its entries; `end` is the day of its last unit, worked or not."""

    def __init__(self, begun: date, length: Length, calendar: WorkingCalendar) -> None:
        self.length = length
        self.calendar = calendar
        self.resting: dict[TermCause, None] = {}
        self.ended: date | None = None
        self.begin(begun)

    def begin(self, day: date) -> None:
        """Begin, or begin anew; a rest that lasts is one of the new term."""
        self.begun = day
        self.end = self.length.after(day, self.calendar)
        self.rests: list[Rest] = [Rest(day, None, tuple(self.resting))] if self.resting else []
        self.extensions: list[TermEntry] = []
        self._put_off_until = day

    def rest(self, day: date, cause: TermCause) -> None:
        if not self.resting:
            self.rests.append(Rest(day, None, ()))
            self._put_off_until = day
        self.resting[cause] = None
        now = self.rests[-1]
        self.rests[-1] = replace(now, causes=tuple(dict.fromkeys((*now.causes, cause))))

    def resume(self, day: date, cause: TermCause) -> None:
        if cause not in self.resting:
            return
        self._put_off(day)
        del self.resting[cause]
        if not self.resting:
            self.rests[-1] = replace(self.rests[-1], until=day)

    def extend(self, entry: TermEntry, by: Length) -> None:
        self._put_off(entry.day)
        self.end = by.after(self.end, self.calendar)
        self.extensions.append(entry)

    def _put_off(self, day: date) -> None:
        """Put the end off by the rest until that day, unless nothing was left to count when it began."""
        since = self._put_off_until
        if self.resting and since < self.end:
            self.end = self.length.days_of_rest(since, day, self.calendar).after(self.end, self.calendar)
        self._put_off_until = day


def _counted(entries: tuple[TermEntry, ...], calendar: WorkingCalendar) -> TermCount:
    first = entries[0] if entries else None
    if first is None or first.length is None:
        raise ValueError("Expected the ledger of a term that has begun.")
    term = _Count(first.day, first.length, calendar)
    for entry in entries[1:]:
        if entry.event is TermEvent.RESTED:
            term.rest(entry.day, entry.cause)
        elif entry.event is TermEvent.RESUMED:
            term.resume(entry.day, entry.cause)
        elif entry.event is TermEvent.RESTARTED:
            term.begin(entry.day)
        elif entry.event is TermEvent.EXTENDED and entry.length is not None:
            term.extend(entry, entry.length)
        elif entry.event is TermEvent.ENDED:
            term.ended = entry.day
    return TermCount(
        begun=term.begun,
        length=term.length,
        last_day=_last_day(term),
        rests=tuple(term.rests),
        extensions=tuple(term.extensions),
        ended=term.ended,
    )


def _last_day(term: _Count) -> date | None:
    """The first day from the end that is worked and on which the term runs; None if none is known."""
    lasting = term.rests[-1] if term.rests and term.rests[-1].until is None else None
    if lasting is not None and lasting.since < term.end:
        return None
    known = takewhile(lambda day: lasting is None or day <= lasting.since, _days_from(term.end))
    return next(
        (
            day
            for day in known
            if term.calendar.is_working_day(day) and not any(_covers(rest, day) for rest in term.rests)
        ),
        None,
    )


def _covers(rest: Rest, day: date) -> bool:
    return rest.until is not None and rest.since < day <= rest.until


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += timedelta(days=1)

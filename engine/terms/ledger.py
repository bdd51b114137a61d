"""The ledger of a term: what has happened to it, entry by entry; everything else follows from the entries.

The end of a term is never written down as a fact of its own. It is counted from the ledger on the branch's
calendar, so that a closure that is decreed afterwards, a corrected day or another branch moves it.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

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
    DELIVERED = "delivered"
    APPEALED = "appealed"
    EXPIRED = "expired"
    """Nobody did what the term was for."""
    CLOSED = "closed"
    MISTAKE = "mistake"
    NEW_LAW = "new_law"
    """The case follows another version of its procedure, which gives the term another length."""


@dataclass(frozen=True, kw_only=True)
class TermEntry:
    """One thing that happened to a term, on a local day.

    `length` is that of a term that begins, begins anew, or by which it is extended. `corrects` is the number
    of the entry whose day this one sets right, or, with a `length`, whose length it replaces. `law` names law
    and article, or the decision.
    """

    number: int
    event: TermEvent
    day: date
    cause: TermCause
    law: str | None = None
    length: Length | None = None
    corrects: int | None = None


_BOUNDS = (TermEvent.BEGUN, TermEvent.ENDED)
_LONG = (TermEvent.BEGUN, TermEvent.RESTARTED)
_RESTING = (TermEvent.RESTED, TermEvent.RESUMED)


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
    `ended` is the day on which it was done, `end_cause` by what. `length` is the one it began with last.
    """

    begun: date
    length: Length
    last_day: date | None
    rests: tuple[Rest, ...]
    extensions: tuple[TermEntry, ...]
    ended: date | None
    end_cause: TermCause | None = None

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
    def latest(self) -> date:
        """The day of what happened last; `ValueError` for a term to which nothing has."""
        return max(entry.day for entry in self._as_corrected())

    @property
    def has_ended(self) -> bool:
        """Whether what the term asks for was done, and it has not begun once more since."""
        ends = (entry.event for entry in self.entries if entry.event in _BOUNDS)
        return next(iter(reversed(tuple(ends))), None) is TermEvent.ENDED

    @property
    def causes_to_rest(self) -> frozenset[TermCause]:
        """For what the term rests now; empty while it runs."""
        resting: set[TermCause] = set()
        for entry in self.entries:
            if entry.event is TermEvent.RESTED:
                resting.add(entry.cause)
            elif entry.event is TermEvent.RESUMED:
                resting.discard(entry.cause)
            elif entry.event is TermEvent.BEGUN:
                resting.clear()
        return frozenset(resting)

    def begun(self, day: date, length: Length, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """Begin the term by an event of that day; one that has ended begins once more, as a new one."""
        if self.has_begun and not self.has_ended:
            raise Conflict("Expected a term that has not begun, but this one has.", code="term_has_begun")
        return self._with(TermEvent.BEGUN, day, cause, law=law, length=length)

    def rested(self, day: date, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """Let it rest for a cause for which it does not rest yet."""
        self.require_running()
        if cause in self.causes_to_rest:
            raise Conflict(f"Expected a term that does not rest for {cause}, but it does.", code="term_rests")
        return self._with(TermEvent.RESTED, day, cause, law=law)

    def resumed(self, day: date, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """End the rest for a cause; the term goes on when it was the last."""
        self.require_running()
        if cause not in self.causes_to_rest:
            raise Conflict(f"Expected a term that rests for {cause}, but it does not.", code="term_runs")
        return self._with(TermEvent.RESUMED, day, cause, law=law)

    def restarted(self, day: date, length: Length, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """Begin it anew, and whole."""
        self.require_running()
        return self._with(TermEvent.RESTARTED, day, cause, law=law, length=length)

    def extended(self, day: date, by: Length, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """Give it more time."""
        self.require_running()
        return self._with(TermEvent.EXTENDED, day, cause, law=law, length=by)

    def ended(self, day: date, *, cause: TermCause, law: str | None = None) -> "Ledger":
        """What the term asks for was done on that day, or by law."""
        self.require_running()
        return self._with(TermEvent.ENDED, day, cause, law=law)

    def corrected(self, number: int, day: date, *, law: str | None = None) -> "Ledger":
        """Set the day of an entry right; the entry itself stays, and so does what was believed until now."""
        self.day_of(number)
        return self._with(TermEvent.CORRECTED, day, TermCause.MISTAKE, law=law, corrects=number)

    def of_length(self, length: Length, *, law: str | None = None) -> "Ledger":
        """Count it, from the day on which it began last, as if it had always had that length."""
        self.require_running()
        began = max(entry.number for entry in self.entries if entry.event in _LONG)
        return self._with(
            TermEvent.CORRECTED,
            self.day_of(began),
            TermCause.NEW_LAW,
            law=law,
            length=length,
            corrects=began,
        )

    def if_it_went_on(self, day: date) -> "Ledger":
        """What it would be if every rest ended on that day."""
        ledger = self
        for cause in sorted(self.causes_to_rest):
            ledger = ledger.resumed(day, cause=cause)
        return ledger

    def day_of(self, number: int) -> date:
        """The day of an entry as it was said last; a `Conflict` where there is no entry of that number."""
        for entry in self._as_corrected():
            if entry.number == number:
                return entry.day
        raise Conflict(f"Expected the number of an entry of this term, found {number}.", code="no_such_entry")

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
        number = len(self.entries) + 1
        entry = TermEntry(
            number=number, event=event, day=day, cause=cause, law=law, length=length, corrects=corrects
        )
        longer = Ledger((*self.entries, entry))
        longer._require_order()
        return longer

    def require_running(self) -> None:
        """Refuse unless it has begun and not ended."""
        if not self.has_begun:
            raise Conflict("Expected a term that has begun, but this one has not.", code="term_not_begun")
        if self.has_ended:
            raise Conflict("Expected a term that is not over, but this one has ended.", code="term_has_ended")

    def _require_order(self) -> None:
        """Refuse days on which this could not have happened, one thing after the other."""
        first, *others = self._as_corrected()
        if first.event is not TermEvent.BEGUN:
            raise Conflict(
                f"Expected nothing to happen to a term before it begins, found {first.event} on {first.day}.",
                code="day_before_term",
            )
        resting: set[TermCause] = set()
        has_ended = False
        for entry in others:
            if has_ended is not (entry.event is TermEvent.BEGUN):
                raise Conflict(
                    f"Expected a term to end before it begins once more, and nothing in between, found "
                    f"{entry.event} on {entry.day}.",
                    code="day_out_of_order",
                )
            has_ended = entry.event is TermEvent.ENDED
            if entry.event is TermEvent.BEGUN:
                resting.clear()
            if entry.event in _RESTING and (entry.event is TermEvent.RESTED) == (entry.cause in resting):
                raise Conflict(
                    f"Expected one rest for {entry.cause} after another, found {entry.event} on {entry.day}.",
                    code="day_out_of_order",
                )
            if entry.event is TermEvent.RESTED:
                resting.add(entry.cause)
            elif entry.event is TermEvent.RESUMED:
                resting.discard(entry.cause)

    def _as_corrected(self) -> tuple[TermEntry, ...]:
        """The entries but for corrections, each as it was said last, in the order of days."""
        days = {entry.number: entry.day for entry in self.entries}
        lengths = {entry.number: entry.length for entry in self.entries}
        for entry in self.entries:
            if entry.corrects is None:
                continue
            if entry.length is None:
                days[entry.corrects] = entry.day
            else:
                lengths[entry.corrects] = entry.length
        kept = [
            replace(entry, day=days[entry.number], length=lengths[entry.number])
            for entry in self.entries
            if entry.event is not TermEvent.CORRECTED
        ]
        return tuple(sorted(kept, key=lambda entry: (entry.day, entry.number)))


class _Count:
    """A term on its way through its entries.

    `end` is the day of its last unit, worked or not. While it rests, `stops` says whether that puts the end
    off: a rest that begins when the term is over gives nothing back.
    """

    def __init__(self, begun: date, length: Length, calendar: WorkingCalendar) -> None:
        self.length = length
        self.calendar = calendar
        self.resting: dict[TermCause, None] = {}
        self.ended: date | None = None
        self.end_cause: TermCause | None = None
        self.begin(begun, length)

    @property
    def last_day(self) -> date | None:
        if self.resting and self.stops:
            return None
        return self.calendar.next_working_day(self.end)

    def begin(self, day: date, length: Length) -> None:
        """Begin, or begin anew; a rest that lasts is one of the new term."""
        self.begun, self.length = day, length
        self.end = length.after(day, self.calendar)
        self.rests: list[Rest] = [Rest(day, None, tuple(self.resting))] if self.resting else []
        self.extensions: list[TermEntry] = []
        self.stops = True
        self._put_off_until = day

    def rest(self, day: date, cause: TermCause) -> None:
        if not self.resting:
            self.rests.append(Rest(day, None, ()))
            self._stop(day)
        self.resting[cause] = None
        now = self.rests[-1]
        self.rests[-1] = replace(now, causes=tuple(dict.fromkeys((*now.causes, cause))))

    def resume(self, day: date, cause: TermCause) -> None:
        self._put_off(day)
        del self.resting[cause]
        if not self.resting:
            self.rests[-1] = replace(self.rests[-1], until=day)

    def extend(self, entry: TermEntry, by: Length) -> None:
        self._put_off(entry.day)
        self.end = by.after(self.end, self.calendar)
        self.extensions.append(entry)
        if self.resting and not self.stops:
            self._stop(entry.day)

    def _stop(self, day: date) -> None:
        """Stop if the term is not over by then; after the day of its end, one that moved has moved."""
        moved = self.calendar.next_working_day(self.end)
        self.stops = day <= moved
        if self.end < day <= moved:
            self.end = moved
        self._put_off_until = day

    def _put_off(self, day: date) -> None:
        if self.resting and self.stops:
            self.end = self.length.put_off(
                self.end, since=self._put_off_until, until=day, calendar=self.calendar
            )
        self._put_off_until = day


def _counted(entries: tuple[TermEntry, ...], calendar: WorkingCalendar) -> TermCount:
    first = entries[0] if entries else None
    if first is None or first.length is None:
        raise ValueError("Expected the ledger of a term that has begun.")
    term = _Count(first.day, first.length, calendar)
    for entry in entries[1:]:
        if entry.event is TermEvent.BEGUN and entry.length is not None:
            term = _Count(entry.day, entry.length, calendar)
        elif entry.event is TermEvent.RESTED:
            term.rest(entry.day, entry.cause)
        elif entry.event is TermEvent.RESUMED:
            term.resume(entry.day, entry.cause)
        elif entry.event is TermEvent.RESTARTED and entry.length is not None:
            term.begin(entry.day, entry.length)
        elif entry.event is TermEvent.EXTENDED and entry.length is not None:
            term.extend(entry, entry.length)
        elif entry.event is TermEvent.ENDED:
            term.ended, term.end_cause = entry.day, entry.cause
    return TermCount(
        begun=term.begun,
        length=term.length,
        last_day=term.last_day,
        rests=tuple(term.rests),
        extensions=tuple(term.extensions),
        ended=term.ended,
        end_cause=term.end_cause,
    )

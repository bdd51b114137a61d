"""Where a procedure takes long: how often and for how long cases waited at each element, by version.

Durations are counted in steps of a tenth, so that a year of a large procedure is a few thousand numbers and
not a million rows: medians and ninth tenths are true to a twentieth. The worker adds up each day when it is
over; what ended since is read as it is, so that the figures are there without a worker too.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from engine.bundle.steps import DrawnElement, elements_of
from engine.context import Command, QueryContext, Transaction
from engine.kernel.procedure_rights import require_sees_waits
from engine.kernel.refusal import Invalid
from engine.operations import element_times_store as times_store
from engine.operations import standing_store
from engine.operations.element_times_store import NEVER
from engine.procedures.model import ProcedureVersion
from engine.procedures.queries import version_numbered

_STEP: Final = 1.1
_MOST_LATELY: Final = 10_000
"""Of how many that ended since, of either kind, the times are read."""
_LATELY: Final = timedelta(days=31)
"""How far back that is read; before it only what is added up is known."""
_SETTLED: Final = timedelta(hours=1)
"""How long after midnight a day is over: a transaction that began before may still end then."""


def bucket_of(open_for: timedelta) -> int:
    """The number of the step in which a duration is; the first begins at nothing."""
    return int(math.log(max(open_for.total_seconds(), 0.0) + 1, _STEP))


def duration_of(bucket: int) -> timedelta:
    """The middle of a step."""
    return timedelta(seconds=_STEP ** (bucket + 0.5) - 1)


@dataclass(frozen=True, kw_only=True)
class ElementTimes:
    """An element of a version: how many cases passed it in a period, how long that took, how many wait now.

    Half of them took no longer than `median`, nine of ten no longer than `most`; None of an element that
    none has passed.
    """

    element: DrawnElement
    passed: int
    median: timedelta | None
    most: timedelta | None
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Heat:
    """A version with its main diagram and the times of its elements, those that a case meets first before.

    Elements at which no case waits are left out. `is_partial` says that not everything is added up yet
    that ended in the period.
    """

    version: ProcedureVersion
    bpmn: str
    since: date
    until: date
    elements: tuple[ElementTimes, ...]
    running: int
    is_partial: bool


@dataclass(frozen=True, kw_only=True)
class ShowHeat:
    """How often and for how long cases waited, of those that went on in the days from `since` to `until`."""

    key: str
    number: int
    since: date
    until: date

    def answer(self, context: QueryContext) -> Heat:
        """The figures; `Invalid` for a period that ends before it begins."""
        require_sees_waits(context.actor)
        if self.until < self.since:
            raise Invalid.field("until", "expected a day that is not before the first one")
        version = version_numbered(self.key, self.number, context)
        times, is_partial = self._times(version, context)
        waiting = standing_store.waiting_at(context.connection, version.id)
        diagrams = context.procedure(version.id).diagrams
        drawn = {one.element_id: one for bpmn in diagrams for one in elements_of(bpmn)}
        return Heat(
            version=version,
            bpmn=diagrams[0],
            since=self.since,
            until=self.until,
            elements=tuple(
                _of_element(one, times.get(name, Counter()), waiting.get(name, 0))
                for name, one in drawn.items()
                if name in times or name in waiting
            ),
            running=standing_store.running(context.connection, version.id),
            is_partial=is_partial,
        )

    def _times(
        self, version: ProcedureVersion, context: QueryContext
    ) -> tuple[Mapping[str, Counter[int]], bool]:
        """How many there are in each step of duration, by element, and whether some were left out."""
        connection = context.connection
        found: dict[str, Counter[int]] = {}
        added_up = times_store.times_of(connection, self.key, self.number, since=self.since, until=self.until)
        for element, bucket, number in added_up:
            found.setdefault(element, Counter())[bucket] += number
        counted = times_store.counted_until(connection)
        uncounted = self.since if counted == NEVER else max(self.since, counted + timedelta(days=1))
        first = max(uncounted, context.today - _LATELY)
        if first > self.until:
            return found, uncounted <= self.until
        begin, end = (_midnight(day, context.zone) for day in (first, self.until + timedelta(days=1)))
        lately, is_cut = times_store.ended_lately(
            connection, version.id, begin=begin, end=end, limit=_MOST_LATELY
        )
        for one in lately:
            found.setdefault(one.element_id, Counter())[bucket_of(one.closed_at - one.created_at)] += 1
        return found, is_cut or first > uncounted


def _of_element(element: DrawnElement, times: Counter[int], waiting: int) -> ElementTimes:
    passed = times.total()
    return ElementTimes(
        element=element,
        passed=passed,
        median=_part(times, passed / 2) if passed else None,
        most=_part(times, passed * 0.9) if passed else None,
        waiting=waiting,
    )


def _part(times: Counter[int], wanted: float) -> timedelta:
    """The duration that so many did not take longer than."""
    seen = 0
    for bucket in sorted(times):
        seen += times[bucket]
        if seen >= wanted:
            return duration_of(bucket)
    return duration_of(max(times))


@dataclass(frozen=True, kw_only=True)
class CountElementTimes(Command[bool]):
    """Add up the times of the next day that is over and was not counted."""


def count_element_times(_command: CountElementTimes, transaction: Transaction) -> bool:
    """Whether every day that is over is counted now."""
    connection, zone = transaction.connection, transaction.zone
    counted = times_store.lock_counted(connection)
    last = (transaction.now - _SETTLED).astimezone(zone).date() - timedelta(days=1)
    if counted >= last:
        return True
    begin = None if counted == NEVER else _midnight(counted + timedelta(days=1), zone)
    first = times_store.first_end(connection, begin=begin)
    day = first.astimezone(zone).date() if first is not None else last
    if first is None or day > last:
        times_store.save_counted(connection, last)
        return True
    numbers: Counter[tuple[str, int, str, int]] = Counter()
    ends = _midnight(day + timedelta(days=1), zone)
    for one in times_store.ended_between(connection, begin=_midnight(day, zone), end=ends):
        bucket = bucket_of(one.closed_at - one.created_at)
        numbers[one.procedure_key, one.version_number, one.element_id, bucket] += 1
    names = ("procedure_key", "version_number", "element_id", "bucket")
    rows = [
        {**dict(zip(names, key, strict=True)), "day": day, "number": number}
        for key, number in sorted(numbers.items())
    ]
    times_store.add_times(connection, rows)
    times_store.save_counted(connection, day)
    return day == last


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone)

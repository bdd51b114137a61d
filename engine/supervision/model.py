"""How branches do in a time: their figures, what they have to work with, and how that went week by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from engine.organisation.tree import TreeNode


class Figure(StrEnum):
    """What is counted of the cases of a branch, each with the list behind it.

    All but `running` are of a time: `ended` of the cases that were closed in it, the others of those that
    were opened in it. `running` are all that have not ended.
    """

    OPENED = "opened"
    ENDED = "ended"
    RUNNING = "running"
    IN_TIME = "in_time"
    LATE = "late"
    OVERDUE = "overdue"
    APPEALED = "appealed"


class Sort(StrEnum):
    """By what branches are sorted, the most first.

    `load` is by cases opened, `late` by the share of late ones, `backlog` by cases running, `staff` by cases
    running for each of their people.
    """

    LOAD = "load"
    LATE = "late"
    BACKLOG = "backlog"
    STAFF = "staff"
    SERVICES = "services"


@dataclass(frozen=True, kw_only=True)
class Period:
    """Local days, both included."""

    since: date
    until: date

    @property
    def months(self) -> Sequence[date]:
        """The first days of the months that it touches, in order."""
        first = self.since.year * 12 + self.since.month - 1
        count = self.until.year * 12 + self.until.month - first
        return [date((first + number) // 12, (first + number) % 12 + 1, 1) for number in range(count)]

    @property
    def length(self) -> int:
        """How many days it has; none if it ends before it begins."""
        return max((self.until - self.since).days + 1, 0)

    @property
    def weeks(self) -> Sequence[date]:
        """The Mondays of the weeks that it touches, in order."""
        monday = self.since - timedelta(days=self.since.weekday())
        count = (self.until - monday).days // 7 + 1
        return [monday + timedelta(weeks=number) for number in range(count)]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How many cases; see `Figure`."""

    opened: int = 0
    ended: int = 0
    running: int = 0
    in_time: int = 0
    late: int = 0
    overdue: int = 0
    appealed: int = 0

    @property
    def late_share(self) -> float | None:
        """Which part of what was decided was late, from 0 to 1; None where nothing was decided."""
        decided = self.in_time + self.late
        return self.late / decided if decided else None

    def of(self, figure: Figure) -> int:
        """One of them."""
        count: int = getattr(self, figure.value)
        return count


@dataclass(frozen=True, kw_only=True)
class BranchStanding:
    """A branch with its figures: `staff` works there now, `services` are the procedures it had cases of.

    `municipality` is the organisation that it is below; None where there is none.
    """

    branch: TreeNode
    municipality: TreeNode | None
    figures: Figures
    staff: int
    services: int

    @property
    def running_each(self) -> float | None:
        """Running cases for each of its people; None where nobody works there."""
        return self.figures.running / self.staff if self.staff else None


@dataclass(frozen=True, kw_only=True)
class Spans:
    """A period put together: whole months, days beside them, and days of these months to take off again."""

    months: Sequence[date]
    added: Sequence[Period]
    taken_off: Sequence[Period]


def in_whole_months(period: Period) -> Spans:
    """The period, with as few single days as may be."""
    months, added, taken_off = [], [], []
    for month in period.months:
        end = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        inside = Period(since=max(month, period.since), until=min(end, period.until))
        outside = (
            Period(since=month, until=inside.since - timedelta(days=1)),
            Period(since=inside.until + timedelta(days=1), until=end),
        )
        if sum(one.length for one in outside) < inside.length:
            months.append(month)
            taken_off += [one for one in outside if one.length]
        else:
            added.append(inside)
    return Spans(months=months, added=added, taken_off=taken_off)


@dataclass(frozen=True, kw_only=True)
class Week:
    """How many cases were opened and ended in the week that begins on a Monday."""

    monday: date
    opened: int
    ended: int


@dataclass(frozen=True, kw_only=True)
class ProcedureFigures:
    """The figures of a procedure in whole months, by its key, with its title in both languages."""

    key: str
    title: str
    title_en: str
    figures: Figures

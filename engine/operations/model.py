"""engine.operations.model."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What began and ended before `until`; `cases_ended` are by status."""

    until: datetime
    cases_opened: int
    cases_ended: Mapping[str, int]
    tasks_completed: int


NOTHING_COUNTED = Totals(
    until=datetime.min.replace(tzinfo=UTC), cases_opened=0, cases_ended={}, tasks_completed=0
)
"""Before everything."""


@dataclass(frozen=True, kw_only=True)
class Gauges:
    """Counts for the operator; `cases_by_status` has every status.

    `job_lag_seconds` is the age of the oldest job that is due and not begun.
    """

    cases_started: int
    cases_by_status: Mapping[str, int]
    tasks_completed: int
    open_tasks: int
    jobs_ready: int
    job_lag_seconds: float
    dead_letters: int
    paused_agencies: int
    access_concerns: int
    stuck_cases: int
    last_worker_beat: datetime | None


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What must be right before requests are served: the migration of the database, a worker's last sign."""

    schema: str | None
    last_worker_beat: datetime | None


@dataclass(frozen=True, kw_only=True)
class FailingAgency:
    """An agency that could not be reached; `key` is its own.

    `to_be_retried` counts the deliveries that failed and will be tried again, the next one at `next_at`;
    `given_up` those that will not, until a person sends them again. `error` is what stood in the way of one
    of them.
    """

    key: str
    name: str
    name_en: str
    to_be_retried: int
    given_up: int
    next_at: datetime | None
    error: str


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """What a caller has left: `level` requests at a moment, `since`, in seconds on any clock.

    A bucket holds a minute's worth of requests and fills evenly.
    """

    level: float
    since: float

    def asked(self, now: float, *, per_minute: int) -> "Bucket":
        """The bucket as it is at a moment; never more than full, also after the clock was set back."""
        filled = self.level + max(0.0, now - self.since) * per_minute / 60
        return Bucket(level=max(0.0, min(float(per_minute), filled)), since=now)

    def seconds_to_next(self, *, per_minute: int) -> int:
        """After how many seconds there is a whole request again; 0 if there is one."""
        return 0 if self.level >= 1 else math.ceil((1 - self.level) * 60 / per_minute)

    def without_one(self) -> "Bucket":
        return replace(self, level=self.level - 1)

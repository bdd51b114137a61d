"""engine.operations.model."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
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

    def taken_from(self, now: float, *, per_minute: int) -> tuple["Bucket", int]:
        """The bucket after a request at `now`, and 0; or if it is empty, after how many seconds there is one.

        Nothing is taken from an empty bucket, and it is never more than full, also after the clock was set
        back.
        """
        filled = self.level + max(0.0, now - self.since) * per_minute / 60
        level = max(0.0, min(float(per_minute), filled))
        if level < 1:
            return Bucket(level=level, since=now), math.ceil((1 - level) * 60 / per_minute)
        return Bucket(level=level - 1, since=now), 0

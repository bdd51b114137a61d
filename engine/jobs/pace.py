"""How fast and how much at a time the worker works."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The worker's measures.

    `lease` must be longer than the longest attempt of a connector, lookup of the host included: a job whose
    lease ran out is given to another worker, and the agency then hears the same webhook-id twice.
    `jobs_at_once` is the number of agencies' answers that are awaited at the same time.
    """

    poll: timedelta = timedelta(seconds=0.5)
    timers: timedelta = timedelta(seconds=1)
    housekeeping: timedelta = timedelta(seconds=60)
    beat: timedelta = timedelta(seconds=10)
    lease: timedelta = timedelta(minutes=2)
    jobs_at_once: int = 16
    cases_at_once: int = 100

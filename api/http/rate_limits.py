"""Rate limits: one token bucket per caller, in this process.

A bucket holds a minute's worth of requests and fills evenly. Each API process counts by itself, so with n
processes a caller may get up to n times the limit; it is there against runaway programs, not as a quota.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

_MOST_CALLERS = 50_000
"""How many buckets are kept; the one that was not used for longest goes first, and would be full again."""


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What a caller has left: whole requests now, or the seconds until the next one."""

    limit: int
    remaining: int
    retry_after: int

    @property
    def is_spent(self) -> bool:
        return self.retry_after > 0

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the IETF's draft httpapi-ratelimit-headers-10."""
        headers = {
            "RateLimit-Policy": f'"minute";q={self.limit};w=60',
            "RateLimit": f'"minute";r={self.remaining};t={self.retry_after}',
        }
        if self.is_spent:
            headers["Retry-After"] = str(self.retry_after)
        return headers


class Buckets:
    """The buckets of all callers that share one limit; safe to share between threads."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = per_minute
        self._per_second = per_minute / 60
        self._clock = clock
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._turn = threading.Lock()

    def take(self, caller: Hashable) -> Allowance:
        """Take one request out of the caller's bucket; nothing is taken from an empty one."""
        now = self._clock()
        with self._turn:
            level, since = self._levels.pop(caller, (float(self._capacity), now))
            level = min(self._capacity, level + (now - since) * self._per_second)
            spent = level < 1
            level = level if spent else level - 1
            self._levels[caller] = (level, now)
            if len(self._levels) > _MOST_CALLERS:
                self._levels.popitem(last=False)
        wait = math.ceil((1 - level) / self._per_second) if spent else 0
        return Allowance(limit=self._capacity, remaining=int(level), retry_after=wait)

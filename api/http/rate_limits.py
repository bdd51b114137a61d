"""Rate limits: one bucket of requests per caller, shared by the processes of one server.

A bucket holds a minute's worth of requests and fills evenly. The buckets lie in a file that all processes map
into memory, so that a caller has the same limit however many there are, and counting asks no database. Each
machine counts by itself: these limits are there against runaway programs, not as a quota. Guesses are counted
in the database besides (`api.http.identity`).
"""

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.operations.model import Bucket

_PLACE = struct.Struct("<16sdd")
"""A digest that names the caller, the level of their bucket, and since when that is."""
_IN_A_ROW = 8
_ROWS = 8192
_BYTES_OF_A_ROW = _IN_A_ROW * _PLACE.size
_BYTES = _ROWS * _BYTES_OF_A_ROW


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
    """The buckets of all callers that share one limit; safe to share between threads and processes.

    They lie in `file`, or in this process alone without one. A row has eight places, and a caller belongs in
    one row: of more than eight callers in it, the one that was not counted for longest is forgotten, and has
    a full bucket again.
    """

    def __init__(
        self, per_minute: int, *, file: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._turn = threading.Lock()
        self._file = None if file is None else _opened(file)
        self._memory = mmap.mmap(-1 if self._file is None else self._file, _BYTES)

    def take(self, caller: Hashable) -> Allowance:
        """Take one request out of the caller's bucket; nothing is taken from an empty one."""
        digest = hashlib.blake2b(repr(caller).encode(), digest_size=16).digest()
        row = int.from_bytes(digest[:4], "big") % _ROWS * _BYTES_OF_A_ROW
        with self._turn, self._row_locked(row):
            now = self._clock()
            place, found = self._found(row, digest, now)
            bucket, wait = found.taken_from(now, per_minute=self._per_minute)
            _PLACE.pack_into(self._memory, place, digest, bucket.level, bucket.since)
        return Allowance(limit=self._per_minute, remaining=int(bucket.level), retry_after=wait)

    def _found(self, row: int, digest: bytes, now: float) -> tuple[int, Bucket]:
        """Where the caller's bucket is in a row, or where a full one is to be, and the bucket."""
        oldest, oldest_since = row, float("inf")
        for place in range(row, row + _BYTES_OF_A_ROW, _PLACE.size):
            known, level, since = _PLACE.unpack_from(self._memory, place)
            if known == digest:
                return place, Bucket(level=level, since=since)
            if since < oldest_since:
                oldest, oldest_since = place, since
        return oldest, Bucket(level=float(self._per_minute), since=now)

    @contextmanager
    def _row_locked(self, row: int) -> Iterator[None]:
        """Keep other processes out of a row; the kernel lets go of it if this process is killed meanwhile."""
        if self._file is None:
            yield
            return
        fcntl.lockf(self._file, fcntl.LOCK_EX, _BYTES_OF_A_ROW, row)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, _BYTES_OF_A_ROW, row)


def _opened(file: Path) -> int:
    """The file of the buckets, made as large as they are if it is new; it stays open with the process."""
    file.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    os.ftruncate(opened, _BYTES)
    return opened

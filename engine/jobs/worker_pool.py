"""The worker's hands: threads that each do one job, so that a slow agency does not hold up the others."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Condition
from types import TracebackType

from engine.outbox.model import Job


class Hands:
    """A fixed number of hands. A context manager: leaving it waits until every job in hand is done."""

    def __init__(self, do: Callable[[Job], None], *, count: int) -> None:
        self._do = do
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="job")
        self._changed = Condition()
        self._free = count
        self._count = count
        self._finished = 0

    @property
    def free(self) -> int:
        """How many jobs can be begun now; as only the asker begins jobs, it can only grow until they do."""
        with self._changed:
            return self._free

    def begin(self, job: Job) -> None:
        """Do the job in a free hand; there must be one."""
        with self._changed:
            self._free -= 1
        self._pool.submit(self._finish, job)

    @property
    def finished(self) -> int:
        """How many jobs have been finished so far."""
        with self._changed:
            return self._finished

    @property
    def idle(self) -> bool:
        """Whether every hand is free."""
        with self._changed:
            return self._free == self._count

    def wait_past(self, finished: int) -> None:
        """Until more than `finished` jobs are finished, or every hand is free."""
        with self._changed:
            self._changed.wait_for(lambda: self._finished > finished or self._free == self._count)

    def _finish(self, job: Job) -> None:
        try:
            self._do(job)
        finally:
            with self._changed:
                self._free += 1
                self._finished += 1
                self._changed.notify_all()

    def __enter__(self) -> "Hands":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True)

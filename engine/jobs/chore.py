"""A chore: something the worker does again and again, whatever came of it the last time."""

from collections.abc import Callable
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger


@dataclass
class Chore:
    """Does `work`, and never raises: the database may be away for a while, and the next round tries again.

    The first failure in a row is logged, then the second, fourth, eighth …, and the recovery.
    """

    name: str
    work: Callable[[], object]
    log: FilteringBoundLogger
    failures: int = 0

    def __call__(self) -> None:
        """One round."""
        try:
            self.work()
        except Exception as fault:  # noqa: BLE001 - whatever it is, the worker's other chores go on
            self.failures += 1
            if self.failures & (self.failures - 1) == 0:
                self.log.error(
                    "chore_failed", chore=self.name, fault=type(fault).__name__, in_a_row=self.failures
                )
            return
        if self.failures:
            self.log.info("chore_recovered", chore=self.name, after=self.failures)
            self.failures = 0

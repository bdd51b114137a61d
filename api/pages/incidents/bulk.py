"""One command for each of many cases; one that fails does not stop the others."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from engine.kernel.refusal import Refusal

MOST = 500
"""How many cases one press of a button reaches."""
_PATIENCE_SECONDS = 20
"""How long a browser is kept waiting; what is left then waits for the next press."""

_log = structlog.get_logger("api")

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class BulkResult:
    """How many there were, how many succeeded, and how many failed; the others were not reached."""

    of: int
    done: int
    failed: int

    @property
    def left(self) -> int:
        return max(self.of - self.done - self.failed, 0)


def for_each(things: Iterable[T], act: Callable[[T], bool], *, of: int) -> BulkResult:
    """Act on each, as far as time allows, and count; `act` returns whether it succeeded.

    A refusal or an error of one is logged by its code or type, and counts as failed.
    """
    done = failed = 0
    until = time.monotonic() + _PATIENCE_SECONDS
    for thing in things:
        if time.monotonic() > until:
            break
        if _succeeded(act, thing):
            done += 1
        else:
            failed += 1
    return BulkResult(of=of, done=done, failed=failed)


def _succeeded(act: Callable[[T], bool], thing: T) -> bool:
    try:
        return act(thing)
    except Refusal as refusal:
        _log.info("repair_refused", code=refusal.code)
    except Exception as fault:  # noqa: BLE001 - what stops one case must not keep hundreds of others
        _log.error("repair_failed", fault=type(fault).__name__)
    return False

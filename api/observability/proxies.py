"""Signs of a proxy in front that is not trusted: then all callers seem to come from its address.

A request with a header of proxies is such a sign while STOA_TRUSTED_PROXIES is 0. Whoever calls directly can
send one too, so it is a warning and changes nothing. Addresses are never logged.
"""

import time
from collections.abc import Callable

import structlog

from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Unavailable
from engine.operations.queries import SchemaVersion
from engine.operations.traffic import NoteUntrustedProxy, UntrustedProxySeen

FORWARDED = ("Forwarded", "X-Forwarded-For")
"""The headers by which proxies say for whom they ask."""
REMEDY = "set STOA_TRUSTED_PROXIES to the number of proxies in front, or let the proxy remove these headers"
_CHECKS_OF_HEALTH = ("/healthz", "/readyz", "/metrics")
_NOTED_EVERY_SECONDS = 3600
_log = structlog.get_logger("api")


class ProxyWatch:
    """Warns of a proxy once in a process, and notes every hour for `stoa doctor` that it is there."""

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._noted_at: float | None = None

    def noticed(self, path: str) -> None:
        """A request for that path had a header of `FORWARDED`; checks of health ask no database."""
        if path in _CHECKS_OF_HEALTH:
            return
        now, noted_at = self._clock(), self._noted_at
        if noted_at is not None and now - noted_at < _NOTED_EVERY_SECONDS:
            return
        self._noted_at = now
        if noted_at is None:
            _log.warning("proxy_not_trusted", remedy=REMEDY)
        try:
            self._engine.carry_out(NoteUntrustedProxy(), actor=SYSTEM)
        except Unavailable:
            _log.warning("proxy_not_noted")


def warn_at_start(engine: Engine, *, schema_head: str) -> None:
    """Warn if requests came over a proxy before; for a process that trusts none.

    Nothing is said while the database is away or at another schema: /readyz tells that.
    """
    try:
        is_ready = engine.ask(SchemaVersion(), actor=SYSTEM) == schema_head
        seen = engine.ask(UntrustedProxySeen(), actor=SYSTEM) if is_ready else None
    except Unavailable:
        return
    if seen is not None:
        _log.warning("proxy_not_trusted", remedy=REMEDY, last_seen=seen.isoformat())

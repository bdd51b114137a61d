"""Structured logs: one event name and fields on a line, never personal data.

What may be logged of a request: its id, method, route (not the address, which may hold a case number and a
tracking code), status, duration, the case's id, and the kind and id of who asks. Never bodies, names or query
strings.
"""

import logging
import sys
from typing import Any

import orjson
import structlog

from engine.settings import Settings


def set_up(settings: Settings) -> None:
    """Write the logs of this process to standard error, as JSON lines or for people."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    ending: Any = (
        structlog.processors.JSONRenderer(serializer=_json)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            ending,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    # What libraries log may quote requests: only their warnings are let through, without their arguments.
    logging.basicConfig(level=max(level, logging.WARNING), format="%(levelname)s %(name)s", stream=sys.stderr)


def _json(event: Any, **_options: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def warn_of_missing_key(settings: Settings) -> None:
    """Warn, when a process starts, that secrets and files are kept in the clear for want of a key."""
    if not settings.secret_keys and settings.key_file is None:
        structlog.get_logger("api").warning(
            "kept_in_the_clear",
            remedy="set STOA_SECRET_KEYS (docs/keys.md), then run `stoa keys rotate`",
        )

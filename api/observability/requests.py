"""Every request in log and metrics: an id when it comes, a line when it is answered."""

import re
import time
import traceback
from uuid import UUID

import structlog
from flask import Flask, Response, g, request

from api.http import problems
from api.http.bodies import REFUSED, is_no_room, no_room
from api.http.context import request_id, site
from api.observability.proxies import FORWARDED
from engine.kernel.clock import identifier_at

_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = ("/healthz", "/readyz", "/metrics")
_log = structlog.get_logger("api")


def watch(app: Flask) -> None:
    """Give every request of the application an id, measure, count and log it."""
    app.before_request(_begin)
    app.after_request(_end)
    app.register_error_handler(Exception, _fault)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _SANE.fullmatch(given) else str(identifier_at(site().engine.clock.now()))
    g.begun = time.perf_counter()
    watch_of_proxies = site().proxy_watch
    if watch_of_proxies is not None and any(name in request.headers for name in FORWARDED):
        watch_of_proxies.noticed(request.path)
    refused = request.environ.get(REFUSED)
    if refused is not None:
        raise refused


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.begun
    rule = request.url_rule.rule if request.url_rule else "(none)"
    here = site()
    here.metrics.requests.labels(request.method, rule, str(response.status_code)).inc()
    here.metrics.seconds.labels(request.method, rule).observe(seconds)
    allowance = g.get("allowance")
    if allowance is not None:
        response.headers.update(allowance.headers)
    response.headers["X-Request-Id"] = request_id()
    if rule not in _QUIET:
        _log.info("request", **_fields(rule), status=response.status_code, ms=round(seconds * 1000, 1))
    return response


def _fields(rule: str) -> dict[str, object]:
    fields: dict[str, object] = {"request_id": request_id(), "method": request.method, "route": rule}
    case_id = (request.view_args or {}).get("case_id")
    if isinstance(case_id, UUID):
        fields["case_id"] = str(case_id)
    actor = g.get("actor")
    if actor is not None:
        fields["actor_kind"], fields["actor_id"] = actor.kind.value, str(actor.id)
    return fields


def _fault(error: Exception) -> Response:
    """Answer an unexpected exception, and log where it happened; its message may be personal.

    That the disk is full is nobody's fault: it is told as that.
    """
    where = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    rule = request.url_rule.rule if request.url_rule else "(none)"
    if is_no_room(error):
        _log.error("no_room", **_fields(rule))
        return problems.of_problem(no_room())
    _log.error("fault", **_fields(rule), error=type(error).__qualname__, where=where[-12:])
    return problems.of_fault(request_id())

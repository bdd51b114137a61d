"""Every request in log and metrics: an id when it comes, a line when it is answered."""

import re
import time
import traceback
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, Request, Response, g, request
from flask.globals import request_ctx

from api.http import problems
from api.http.bodies import REFUSED, is_no_room, no_room
from api.http.context import request_id, site
from api.observability.proxies import FORWARDED
from engine.kernel.clock import identifier_at

_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = ("/healthz", "/readyz", "/metrics")
_log = structlog.get_logger("api")


def watch(app: Flask, *, finish_page: Callable[[Response], Response]) -> None:
    """Give every request of the application an id, measure, count and log it.

    `finish_page` has the last word on every response but those of REST.
    """

    def end(response: Response) -> Response:
        asked = request_ctx.request
        if not asked.path.startswith("/api/"):
            response = finish_page(response)
        return _end(asked, response)

    app.before_request(_begin)
    app.after_request(end)
    app.register_error_handler(Exception, _fault)


def _begin() -> None:
    asked, here = request_ctx.request, site()
    given = asked.headers.get("X-Request-Id", "")
    id_ = given if _SANE.fullmatch(given) else str(identifier_at(here.engine.clock.now()))
    g.request_id, g.begun = id_, time.perf_counter()
    if here.proxy_watch is not None and any(name in asked.headers for name in FORWARDED):
        here.proxy_watch.noticed(asked.path)
    refused = asked.environ.get(REFUSED)
    if refused is not None:
        raise refused


def _end(asked: Request, response: Response) -> Response:
    seconds = time.perf_counter() - g.begun
    rule = asked.url_rule.rule if asked.url_rule else "(none)"
    metrics = site().metrics
    metrics.requests.labels(asked.method, rule, str(response.status_code)).inc()
    metrics.seconds.labels(asked.method, rule).observe(seconds)
    fields = _fields(asked, rule)
    headers = {"X-Request-Id": fields["request_id"]}
    allowance = g.get("allowance")
    if allowance is not None:
        headers |= allowance.headers
    response.headers.update(headers)
    if rule not in _QUIET:
        _log.info("request", **fields, status=response.status_code, ms=round(seconds * 1000, 1))
    return response


def _fields(asked: Request, rule: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"request_id": g.request_id, "method": asked.method, "route": rule}
    case_id = (asked.view_args or {}).get("case_id")
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
        _log.error("no_room", **_fields(request, rule))
        return problems.of_problem(no_room())
    _log.error("fault", **_fields(request, rule), error=type(error).__qualname__, where=where[-12:])
    return problems.of_fault(request_id())

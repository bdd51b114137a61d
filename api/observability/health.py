"""Health: is the process alive, can it work, and what is it doing (for load balancers and operators)."""

import hmac
from datetime import datetime

import structlog
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from api.http.context import engine, site
from api.http.problems import Problem
from api.observability.metrics import CONTENT_TYPE
from engine.kernel.actor import SYSTEM, Role
from engine.operations.queries import WORKER_SILENCE, CheckReadiness
from engine.people.session import digest

blueprint = Blueprint("health", __name__)
_log = structlog.get_logger("api")
_LOOPBACK = ("127.0.0.1", "::1")
_FORWARDED = ("Forwarded", "X-Forwarded-For", "Via")


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Whether the process answers at all; nothing else is checked."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Whether requests can be served: 503 without the database or at the wrong migration.

    The database is asked over a connection of its own, and has two seconds to answer. A silent worker
    makes it `degraded`, still with 200, because the API works without one.
    """
    try:
        found = site().prober.ask(CheckReadiness(), actor=SYSTEM)
    except Exception as error:  # noqa: BLE001 - whatever stands between us and the database makes us unready
        _log.warning("not_ready", check="database", error=type(error).__qualname__)
        return {"status": "unavailable", "checks": {"database": "unreachable"}}, 503
    if site().schema_head is not None and found.schema != site().schema_head:
        checks = {"database": "ok", "migrations": "run `stoa migrate upgrade`"}
        return {"status": "unavailable", "checks": checks}, 503
    worker = _worker(found.last_worker_beat)
    status = "ok" if worker == "ok" else "degraded"
    return {"status": status, "checks": {"database": "ok", "migrations": "ok", "worker": worker}}


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """The metrics for Prometheus.

    The setting metrics_token opens them; without one an operator's token, or the loopback address without a
    proxy.
    """
    _require_operator()
    text = site().metrics.text(site().gauges.now())
    return Response(text, content_type=CONTENT_TYPE)


def _worker(beat: datetime | None) -> str:
    if beat is None:
        return "never seen"
    silence = engine().clock.now() - beat
    return "ok" if silence <= WORKER_SILENCE else f"silent for {int(silence.total_seconds())} seconds"


def _require_operator() -> None:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = site().settings.metrics_token
    if wanted and hmac.compare_digest(token.encode(), wanted.encode()):
        return
    direct = request.remote_addr in _LOOPBACK and not any(name in request.headers for name in _FORWARDED)
    if direct and not wanted:
        return
    found = engine().identify(digest(token)) if token else None
    if found is None or not found.has(Role.OPERATOR):
        raise Problem(
            "unauthenticated",
            "Metrics are for operators.",
            headers={"WWW-Authenticate": 'Bearer realm="stoa"'},
        )

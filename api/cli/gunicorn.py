"""gunicorn, told what it needs to know by `stoa serve` and nobody else."""

import asyncio
import resource
from collections.abc import Mapping
from math import ceil
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # no types
from gunicorn.workers.gasgi import ASGIWorker  # type: ignore[import-untyped]  # no types
from prometheus_client import multiprocess

from api.cli.loading import loading
from api.http.connections import Connections, WatchingLoop
from api.http.front import Front, Pace
from engine.settings import Settings

_ALWAYS: Mapping[str, Any] = {
    "asgi_lifespan": "off",
    "control_socket_disable": True,
    "timeout": 60,
    "limit_request_line": 8190,
    # Ours is the only access log: gunicorn's would hold addresses with case numbers and codes.
    "accesslog": None,
    "loglevel": "warning",
    "proc_name": "stoa",
}
_FILES_OF_A_PROCESS = 65_536
"""Open files at most; a connection is one."""


class Worker(ASGIWorker):  # type: ignore[misc]  # gunicorn has no types
    """A process that serves: gunicorn's for ASGI, with a loop that watches connections."""

    loop: WatchingLoop
    asgi: Front

    def _setup_event_loop(self) -> None:
        self.loop = WatchingLoop()
        asyncio.set_event_loop(self.loop)

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.loop.connections = self.asgi.connections

    def handle_exit_signal(self) -> None:
        """Finish what has begun, and wait for no client."""
        super().handle_exit_signal()
        self.asgi.end()


class Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The server. Each of its processes builds the application for itself, after the fork."""

    def __init__(self, settings: Settings, *, bind: str, workers: int, threads: int) -> None:
        self._settings = settings
        self._threads = threads
        self._options = {
            **_ALWAYS,
            "worker_class": Worker,
            "bind": bind,
            "workers": workers,
            "graceful_timeout": settings.stop_seconds,
            # Idle connections are closed by ours.
            "keepalive": ceil(settings.idle_seconds) + 5,
            "child_exit": _forget,
        }
        super().__init__()

    def load_config(self) -> None:
        """Take the options as they are; no file and no environment is asked."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Front:
        """The application, in the process that will serve it."""
        with loading():
            from api.supplies import LARGEST_BODY
            from api.wsgi import app

        settings = self._settings
        return Front(
            app,
            connections=Connections(idle_seconds=settings.idle_seconds, most_idle=settings.idle_connections),
            threads=self._threads,
            pace=Pace(seconds=settings.transfer_seconds, bytes_a_second=settings.transfer_bytes),
            largest=max(settings.max_json_bytes, settings.max_upload_bytes, LARGEST_BODY),
            most_spooled=settings.spool_bytes,
            ending_seconds=settings.stop_seconds / 2,
        )

    def run(self) -> None:
        """Serve until told to stop."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        allowed = _FILES_OF_A_PROCESS if most == resource.RLIM_INFINITY else min(most, _FILES_OF_A_PROCESS)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
        super().run()


def _forget(_server: object, worker: Any) -> None:
    """Take the metrics files of a process that ended out of the sum of gauges; its counts stay."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # no types

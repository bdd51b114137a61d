"""gunicorn, told what it needs to know by `stoa serve` and nobody else."""

from collections.abc import Mapping
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # no types
from prometheus_client import multiprocess

_ALWAYS: Mapping[str, Any] = {
    "worker_class": "gthread",
    "control_socket_disable": True,
    "keepalive": 15,
    "timeout": 60,
    "graceful_timeout": 30,
    "limit_request_line": 8190,
    # Ours is the only access log: gunicorn's would hold addresses with case numbers and codes.
    "accesslog": None,
    "loglevel": "warning",
    "proc_name": "stoa",
}


class Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The server. Each of its processes builds the application for itself, after the fork."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = {**_ALWAYS, **options, "child_exit": _forget}
        super().__init__()

    def load_config(self) -> None:
        """Take the options as they are; no file and no environment is asked."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, in the process that will serve it."""
        from api.wsgi import app

        return app


def _forget(_server: object, worker: Any) -> None:
    """Take the metrics files of a process that ended out of the sum of gauges; its counts stay."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # no types

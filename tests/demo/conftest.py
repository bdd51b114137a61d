"""The demo agency as a process, beside a server on loopback that stands where Stoa's API would."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import orjson
import pytest

from demo.network import Reply, call, free_port, wait_until_up
from engine.jobs.connectors.signatures import new_secret, signed_headers
from tests.builders import an_id
from tests.jobs.connectors.loopback_agency import LoopbackAgency, a_running_agency


@dataclass
class DemoAgency:
    """A demo agency that can be started, killed and asked."""

    stoa: LoopbackAgency
    book: Path
    port: int
    secret: str
    process: subprocess.Popen[bytes] | None = None

    def start(self, pause: float = 0.1) -> None:
        """Start the process, and wait until it answers."""
        options = ["--port", self.port, "--api", f"http://127.0.0.1:{self.stoa.port}"]
        options += ["--book", self.book, "--pause", pause]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "demo.agency", *map(str, options)],
            env={
                **os.environ,
                "STOA_DEMO_AGENCY_SECRETS": f"municipality={self.secret},registry={self.secret}",
            },
            stdout=subprocess.DEVNULL,
        )
        wait_until_up(f"http://127.0.0.1:{self.port}/healthz", seconds=20, stop=Event())

    def kill(self) -> None:
        """Kill the process as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def hears(
        self, topic: str, *, agency: str = "municipality", message_id: str | None = None, **variables: Any
    ) -> Reply:
        """A signed webhook about a service task arrives; gives the agency's reply."""
        data = {"id": "0199-task", "topic": topic, "variables": variables}
        body = orjson.dumps({"type": "service_task.created", "data": data})
        headers = signed_headers(
            message_id=message_id or str(an_id()), at=datetime.now(UTC), body=body, secrets=[self.secret]
        )
        return call("POST", f"http://127.0.0.1:{self.port}/{agency}", body=body, headers=headers)


@contextmanager
def _demo_agency(book: Path) -> Iterator[DemoAgency]:
    with a_running_agency() as stoa:
        agency = DemoAgency(stoa=stoa, book=book, port=free_port(), secret=new_secret())
        try:
            yield agency
        finally:
            agency.kill()


@pytest.fixture
def demo_agency(tmp_path: Path) -> Iterator[DemoAgency]:
    with _demo_agency(tmp_path / "orders.db") as agency:
        yield agency

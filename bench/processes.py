"""An installation as processes that can be killed: PostgreSQL, the API of several processes, and workers."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.http import HOST
from bench.load import Client, request
from tests.outages.own_server import OwnServer

API_PROCESSES, API_THREADS, WORKERS = 2, 4, 2
_COMES_UP_SECONDS = 60


@dataclass
class Installation:
    """What runs, with its files in `folder`; `chance` chooses which process is killed."""

    folder: Path
    server: OwnServer
    environment: Mapping[str, str]
    chance: random.Random
    port: int
    api: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def starts(self) -> None:
        """Start the API and the workers; PostgreSQL is there already."""
        self._start_api()
        self.workers = [self._started("worker") for _ in range(WORKERS)]

    def stops(self) -> None:
        """End the API and the workers."""
        for process in (self.api, *self.workers):
            if process is not None:
                _kill_group(process)

    def kill_database(self) -> None:
        """Kill all of PostgreSQL, and start it again."""
        self.server.is_killed()
        time.sleep(self.chance.uniform(0, 1))
        self.server.starts()

    def kill_connection(self) -> None:
        """Kill one process of PostgreSQL, which ends all the others and recovers."""
        self.server.crashes()

    def kill_api_process(self) -> None:
        """Kill one of the processes that serve; the one above them starts another."""
        if self.api is not None:
            os.kill(self.chance.choice(_children(self.api.pid)), signal.SIGKILL)

    def kill_api(self) -> None:
        """Kill the API with all its processes, and start it again."""
        if self.api is not None:
            _kill_group(self.api)
        time.sleep(self.chance.uniform(0, 1))
        self._start_api()

    def kill_worker(self) -> None:
        """Kill a worker, and start another."""
        number = self.chance.randrange(WORKERS)
        _kill_group(self.workers[number])
        self.workers[number] = self._started("worker")

    def says(self, *command: str) -> tuple[int, str]:
        """The exit code of a `stoa` command and what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "api.cli.main", *command],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def _start_api(self) -> None:
        serving = ("--host", HOST, "--port", str(self.port))
        size = ("--workers", str(API_PROCESSES), "--threads", str(API_THREADS))
        self.api = self._started("serve", *serving, *size)
        end = time.monotonic() + _COMES_UP_SECONDS
        while not self._answers():
            if time.monotonic() > end:
                raise RuntimeError(f"the API did not come up within {_COMES_UP_SECONDS} seconds")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            client = Client(HOST, self.port)
        except OSError:
            return False
        try:
            return client.send(request("GET", "/healthz", token="")).status == 200
        except OSError:
            return False
        finally:
            client.close()

    def _started(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "api.cli.main", *command],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def an_installation(
    folder: Path, server: OwnServer, chance: random.Random, **settings: str
) -> Iterator[Installation]:
    """An installation on a running server, within the block; nothing of it runs before `starts`."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        # The server of the tests does not wait for the disk.
        connection.execute("ALTER SYSTEM SET fsync = on")
        connection.execute("ALTER SYSTEM SET autovacuum = on")
        connection.execute("SELECT pg_reload_conf()")
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    # What is killed cannot remove its temporary files.
    environment = {**os.environ, "TMPDIR": str(folder), "STOA_DATABASE_URL": server.url, **settings}
    installation = Installation(folder, server, environment, chance, port)
    try:
        yield installation
    finally:
        installation.stops()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

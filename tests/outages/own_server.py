"""A PostgreSQL server of a test's own, which the test may stop, freeze, and make a standby."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.postgresql import start_server, stop_server


@dataclass
class OwnServer:
    """A server with its files in `folder`, and one of its databases; it has to be started first."""

    folder: Path
    database: str = "postgres"

    @property
    def url(self) -> str:
        """The URL of the database, which is the same however often the server is started."""
        server = make_url((self.folder / "url").read_text())
        return server.set(database=self.database).render_as_string(hide_password=False)

    @property
    def socket(self) -> Path:
        """Where the server listens."""
        return Path(str(make_url(self.url).query["host"])) / ".s.PGSQL.5432"

    def starts(self) -> None:
        (self.folder / "url").write_text(start_server(self.folder))

    def stops(self) -> None:
        stop_server(self.folder)

    def restarts(self) -> None:
        """Every connection breaks; the server is there again at the end."""
        self.stops()
        self.starts()

    def crashes(self) -> None:
        """One of its processes is killed: it ends all the others, recovers, and is there again by itself."""
        for process in self._processes()[:0:-1]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                return

    def is_killed(self) -> None:
        """All of its processes are killed, as when the machine loses its power; nobody starts it again."""
        processes = self._processes()
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(map(_is_alive, processes)):
            time.sleep(0.01)
        # One that has died and is not yet taken off the list of processes would pass for a running server.
        for lock in (self._data / "postmaster.pid", self.socket.with_name(f"{self.socket.name}.lock")):
            lock.unlink(missing_ok=True)

    def becomes_a_standby(self) -> None:
        """As after a failover: it answers, and refuses to write."""
        self.stops()
        (self._data / "standby.signal").touch()
        self.starts()

    def is_promoted(self) -> None:
        """The standby takes writes again."""
        self.asks("SELECT pg_promote()")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process of the server stands still within the block, and none of them says so."""
        processes = self._processes()
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                # One that was about to end when it was stopped is gone once the first one moves.
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def ends_connections(self) -> None:
        """As an administrator does (SQLSTATE 57P01); the server itself goes on."""
        self.asks(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def asks(self, statement: str) -> list[tuple[object, ...]]:
        """What the server answers to somebody who comes by."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchall()

    @property
    def _data(self) -> Path:
        return self.folder / "postgresql"

    def _processes(self) -> list[int]:
        """The server's first process, so that it begins no other, and all that it has begun."""
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]


@contextmanager
def a_server_in(folder: Path) -> Iterator[OwnServer]:
    """A server that runs, and that is gone at the end."""
    server = OwnServer(folder)
    server.starts()
    try:
        yield server
    finally:
        server.stops()


def _is_alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")

"""The worker: jobs that are ready for a quick agency, what a delivery costs, and what an idle worker does.

python -m bench.worker [--profile]

The agency is a process of its own. It answers at once that it will call back ("accepted"), or what was asked
("answered"), which moves the case on. Everything is on one machine, whose load is printed.
"""

import asyncio
import cProfile
import json
import multiprocessing
import os
import pstats
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
import structlog

from bench.counting import Counts, counted
from bench.databases import fresh_database
from bench.figures import table
from bench.town import clone
from engine.bootstrap import build, build_worker
from engine.cases import store as cases_store
from engine.jobs.connectors.signatures import new_secret
from engine.outbox import store as outbox_store
from engine.service_tasks import store as service_tasks_store
from engine.settings import Settings, from_environment
from engine.storage.connecting import open_engine
from tests.office import CONFIRMED, an_office

JOBS, WARM_UP, COUNTED = 1500, 100, 200
IDLE_SECONDS = 10.0
_CONFIRMED = json.dumps({"data": CONFIRMED}).encode()
ANSWERS = {
    "accepted": b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n",
    "answered": b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(_CONFIRMED), _CONFIRMED),
}


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What a run of deliveries took: seconds of the clock, and of this process's processor."""

    seconds: float
    cpu: float


class _QuickAgency(asyncio.Protocol):
    """Answers each request of a connection with the same bytes, as lean as Python can."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        length = int(fields.get(b"content-length", b"0"))
        if not end or len(body) < length:
            return
        self._read = body[length:]
        assert isinstance(self._transport, asyncio.Transport)
        self._transport.write(self._answer)
        if fields.get(b"connection") == b"close":
            self._transport.close()


def _serve(answer: bytes, told: Pipe) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _QuickAgency(answer), "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def _agency(answer: bytes) -> Iterator[str]:
    """The endpoint of an agency that answers so."""
    hears, tells = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(answer, tells))
    process.start()
    try:
        yield f"http://127.0.0.1:{hears.recv()}/inbox"
    finally:
        process.terminate()
        process.join()


@dataclass(frozen=True, kw_only=True)
class _Bench:
    """A database with one case that waits for the agency, of which others are made."""

    settings: Settings
    sql: sa.Engine
    model: UUID

    def makes_ready(self, name: str, count: int) -> None:
        """So many cases, each with a job that is due."""
        case = f"md5('{name} case' || n)::uuid"
        service_task = f"md5('{name} service task' || n)::uuid"
        number = f"'{name}-' || n"
        of_case = {"case_id": case, "case_number": number, "id": service_task}
        of_job = {
            "case_id": case,
            "service_task_id": service_task,
            "id": f"md5('{name} job' || n)::uuid",
        }
        with self.sql.begin() as connection:
            for one, changes, key in (
                (cases_store.cases, {"id": case, "number": number}, "id"),
                (service_tasks_store.service_tasks, of_case, "case_id"),
                (outbox_store.jobs, {**of_job, "state": "'ready'"}, "case_id"),
            ):
                clone(connection, one, changes, model=self.model, numbers=count, key=key)
        with self.sql.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")

    def works(self, *, idle_seconds: float = 0) -> Delivered:
        """A worker as it is started by `stoa worker`, until nothing is left, or idle for so long."""
        worker = build_worker(self.settings)
        stop = threading.Event()
        running = threading.Thread(target=worker.run_forever, args=(stop,))
        begun, cpu = time.perf_counter(), time.process_time()
        running.start()
        if idle_seconds:
            # What a worker does when it starts is not what an idle one costs.
            time.sleep(2)
            begun, cpu = time.perf_counter(), time.process_time()
            time.sleep(idle_seconds)
        while self._ready():
            time.sleep(0.05)
        took = Delivered(seconds=time.perf_counter() - begun, cpu=time.process_time() - cpu)
        stop.set()
        running.join()
        worker.engine.close()
        return took

    def _ready(self) -> int:
        found = "SELECT count(*) FROM jobs WHERE state = 'ready' AND held_at IS NULL AND case_id <> :model"
        with self.sql.connect() as connection:
            return int(connection.execute(sa.text(found), {"model": self.model}).scalar_one())


def main(arguments: list[str]) -> None:
    """Measure and print."""
    os.environ["STOA_PRIVATE_ENDPOINTS"] = "127.0.0.0/8"
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    print(f"load of the machine: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores\n")
    rows, counts = [], []
    for name, answer in ANSWERS.items():
        with _agency(answer) as endpoint, fresh_database("postgresql") as url, _bench(url, endpoint) as bench:
            took, asked = _measure(bench)
            rows.append((name, JOBS / took.seconds, took.cpu / JOBS * 1000))
            counts.append(
                (name, *(n / COUNTED for n in (asked.statements, asked.transactions, asked.commits)))
            )
            if "--profile" in arguments:
                _profile(bench)
            idle = bench.works(idle_seconds=IDLE_SECONDS)
    print(table(f"{JOBS} deliveries, one worker", ("agency", "a second", "CPU ms each"), rows))
    header = ("agency", "statements", "transactions", "commits")
    print(table("asked of the database for each delivery", header, counts))
    share = idle.cpu / idle.seconds * 100
    print(f"idle: {share:.2f} % of a core\n")


@contextmanager
def _bench(url: str, endpoint: str) -> Iterator[_Bench]:
    settings = from_environment({**os.environ, "STOA_DATABASE_URL": url})
    with build(settings) as engine:
        case = an_office(engine, endpoint=endpoint, secrets=(new_secret(),)).sends_to_municipality().case
    sql = open_engine(url, pool_size=1)
    with sql.begin() as connection:
        done = sa.text("UPDATE jobs SET state = 'done' WHERE case_id = :model")
        connection.execute(done, {"model": case.id})
    yield _Bench(settings=settings, sql=sql, model=case.id)
    sql.dispose()


def _measure(bench: _Bench) -> tuple[Delivered, Counts]:
    bench.makes_ready("warm", WARM_UP)
    bench.works()
    bench.makes_ready("measured", JOBS)
    took = bench.works()
    bench.makes_ready("counted", COUNTED)
    with counted() as asked:
        bench.works()
    return took, asked


def _profile(bench: _Bench) -> None:
    """Where the time of all threads goes, by function."""
    profiles: list[cProfile.Profile] = []

    def begin(*_: object) -> None:
        profile = cProfile.Profile(time.thread_time)
        profiles.append(profile)
        profile.enable()

    bench.makes_ready("profiled", JOBS)
    threading.setprofile(begin)
    try:
        bench.works()
    finally:
        threading.setprofile(None)
    stats = pstats.Stats(*profiles)
    stats.sort_stats("tottime").print_stats(45)
    stats.sort_stats("cumulative").print_stats(str(Path(__file__).parents[1]), 60)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Completions, and checks of health, beside 1,000 connections that drip and 8 uploads at once; on PostgreSQL.

python -m bench.slow_clients

Half of the connections drip heads, half bodies, a byte a second each; whoever is cut off comes again. An
upload is a document at the pace of an office's line. Undisturbed and disturbed turns alternate, so that other
work on the machine strikes both alike.
"""

import asyncio
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bench.databases import fresh_database
from bench.figures import table
from bench.http import HOST, WARM_UP, Site, play, served, token_of
from bench.load import Client, request
from engine.bootstrap import build
from engine.settings import from_environment
from tests.office import an_office

TURNS = 2
CLIENTS, CASES = 8, 300
DRIPPING = 1_000
UPLOADS, DOCUMENT_BYTES, UPLOAD_BYTES_A_SECOND = 8, 5_000_000, 500_000
PROBES_EVERY_SECONDS = 0.05

SLOWEST_CHECK_MS = 100
LEAST_RATIO = 0.8

Counts = tuple[int, int, int]
"""Connections that drip, how often one was cut off, and uploads that are done."""

_spawned = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Turn:
    """Completions a second, and how long checks of health took meanwhile, in milliseconds."""

    completions: float
    checks: tuple[float, ...]

    @property
    def figures(self) -> tuple[float, float, float]:
        """Completions a second, the median check, the slowest check."""
        return self.completions, statistics.median(self.checks), max(self.checks)


def main() -> int:
    """Measure and print; the exit code is 1 if a target is missed."""
    with fresh_database("postgresql") as url:
        os.environ["STOA_DATABASE_URL"] = url
        with build(from_environment(os.environ)) as engine:
            office = an_office(engine)
            token, case = token_of(office), str(office.opens_case().case.id)
        with served(url, token) as site:
            play(site, clients=4, cases=WARM_UP)
            quiet, slow, told = [], [], []
            for _ in range(TURNS):
                quiet.append(_turn(site))
                with _slow_clients(site, case) as count:
                    slow.append(_turn(site))
                    told.append(count())
    return _print(quiet, slow, told)


def _print(quiet: list[Turn], slow: list[Turn], told: list[Counts]) -> int:
    names = ("turn", "complete/s", "check median ms", "slowest ms", "dripping", "cut off", "uploads done")
    rows: list[tuple[object, ...]] = []
    for number, (one, other, counts) in enumerate(zip(quiet, slow, told, strict=True), start=1):
        rows += [
            (f"{number} undisturbed", *one.figures, 0, 0, 0),
            (f"{number} disturbed", *other.figures, *counts),
        ]
    print(table(f"beside {DRIPPING:,} dripping connections and {UPLOADS} uploads", names, rows))
    ratio = sum(turn.completions for turn in slow) / sum(turn.completions for turn in quiet)
    before, beside = _most_checks(quiet), _most_checks(slow)
    print(f"completions, disturbed of undisturbed: {ratio:.2f} (wanted: {LEAST_RATIO})")
    within = f"within {beside:.1f} ms (wanted: {SLOWEST_CHECK_MS}), undisturbed within {before:.1f} ms"
    print(f"95 of 100 checks of health: {within}")
    return 0 if ratio >= LEAST_RATIO and beside < SLOWEST_CHECK_MS else 1


def _most_checks(turns: list[Turn]) -> float:
    """Milliseconds within which 95 of 100 checks were answered."""
    checks = sorted(check for turn in turns for check in turn.checks)
    return checks[int(len(checks) * 0.95)]


def _turn(site: Site) -> Turn:
    here, there = _spawned.Pipe()
    prober = _spawned.Process(target=_probe, args=(site.port, there))
    prober.start()
    here.recv()
    completed = play(site, clients=CLIENTS, cases=CASES)["complete its task"]
    here.send("enough")
    checks = here.recv()
    prober.join()
    return Turn(completed.rate, checks)


def _probe(port: int, order: Connection) -> None:
    """Check health, each time over a new connection, until told to stop; then send the milliseconds."""
    checks = []
    order.send("ready")
    while not order.poll(PROBES_EVERY_SECONDS):
        begun = time.perf_counter()
        client = Client(HOST, port)
        status = client.send(request("GET", "/healthz", token="")).status
        client.close()
        if status != 200:
            raise RuntimeError(f"expected 200 from /healthz, found {status}")
        checks.append((time.perf_counter() - begun) * 1000)
    order.send(tuple(checks))


class _SlowClients:
    """The clients that drip and upload, in a process of their own."""

    def __init__(self, site: Site, case: str) -> None:
        self._site = site
        self._case = case
        self._connected: set[int] = set()
        self._cut_off = 0
        self._uploaded = 0

    async def run(self, order: Connection) -> None:
        """Be slow until told to stop; say when all are there, and count when asked."""
        heads = b"GET /healthz HTTP/1.1\r\nX-Slow: "
        body = request("POST", "/api/v1/cases", token=self._site.token, body=b" " * 100_000)[:-100_000]
        dripping = [self._drip(number, body if number % 2 else heads) for number in range(DRIPPING)]
        tasks = [asyncio.ensure_future(one) for one in dripping]
        while len(self._connected) < DRIPPING:
            await asyncio.sleep(0.1)
        tasks += [asyncio.ensure_future(self._upload()) for _ in range(UPLOADS)]
        order.send("ready")
        while True:
            await asyncio.get_running_loop().run_in_executor(None, order.poll, None)
            if order.recv() == "enough":
                break
            order.send((len(self._connected), self._cut_off, self._uploaded))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _drip(self, number: int, head: bytes) -> None:
        while True:
            with suppress(ConnectionError):
                reader, writer = await asyncio.open_connection(HOST, self._site.port)
                self._connected.add(number)
                writer.write(head)
                while not reader.at_eof():
                    await asyncio.sleep(1)
                    writer.write(b"x")
                    await writer.drain()
                writer.close()
            self._connected.discard(number)
            self._cut_off += 1

    async def _upload(self) -> None:
        path = f"/api/v1/cases/{self._case}/documents?name=plan.pdf"
        document = b"%PDF-1.7 ".ljust(DOCUMENT_BYTES, b"x")
        whole = request("POST", path, token=self._site.token, body=document)
        whole = whole.replace(b"application/json", b"application/octet-stream", 1)
        piece = UPLOAD_BYTES_A_SECOND // 10
        while True:
            reader, writer = await asyncio.open_connection(HOST, self._site.port)
            for begin in range(0, len(whole), piece):
                writer.write(whole[begin : begin + piece])
                await writer.drain()
                await asyncio.sleep(0.1)
            answer = await reader.readline()
            if b" 201 " not in answer:
                raise RuntimeError(f"expected 201 for an upload, found {answer!r}")
            writer.close()
            self._uploaded += 1


@contextmanager
def _slow_clients(site: Site, case: str) -> Iterator[Callable[[], Counts]]:
    """All of them within the block; gives what counts those that drip, those cut off, and uploads done."""
    here, there = _spawned.Pipe()
    process = _spawned.Process(target=_be_slow, args=(site, case, there))
    process.start()
    here.recv()

    def count() -> Counts:
        here.send("count")
        counts: Counts = here.recv()
        return counts

    try:
        yield count
    finally:
        here.send("enough")
        process.join()


def _be_slow(site: Site, case: str, order: Connection) -> None:
    asyncio.run(_SlowClients(site, case).run(order))


if __name__ == "__main__":
    sys.exit(main())

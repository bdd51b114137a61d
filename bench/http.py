"""The API under load: a case opened, its first task claimed and completed, beside the bare transaction.

python -m bench.http [sqlite|postgresql]
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from bench import bare
from bench.counting import counted
from bench.databases import KINDS, fresh_database
from bench.figures import Sample, table
from bench.load import Client, Reply, Run, request, run
from engine.bootstrap import build
from engine.kernel.actor import SYSTEM, Scope
from engine.people.tokens import IssueToken
from engine.settings import from_environment
from tests.office import APPLICATION, PAPERS_COMPLETE, Office, an_office

PROCESSES, THREADS = 2, 4
CLIENTS = (1, 4, 8)
CASES = {1: 300, 4: 800, 8: 1600}
WARM_UP = 60
HOST = "127.0.0.1"

BODY = json.dumps(
    {
        "procedure": "residence-certificate",
        "channel": "counter",
        "applicant": {"given_name": "Ελένη", "family_name": "Δημητρίου", "afm": "094014201"},
        "data": APPLICATION,
    }
).encode()
COMPLETION = json.dumps({"data": PAPERS_COMPLETE}).encode()


@dataclass(frozen=True)
class Site:
    """A served API: where it listens, and a clerk's token."""

    port: int
    token: str


@dataclass(frozen=True)
class Round:
    """What one number of clients gave for each operation."""

    clients: int
    runs: dict[str, Run]


def main(kinds: Sequence[str]) -> None:
    """Measure and print, for each kind of database."""
    for kind in kinds:
        with fresh_database(kind) as url:
            _measure(kind, url)


def _measure(kind: str, url: str) -> None:
    os.environ["STOA_DATABASE_URL"] = url
    with build(from_environment(os.environ)) as engine:
        office = an_office(engine)
        token = token_of(office)
        counts = _statements(office)
    with served(url, token) as site:
        play(site, clients=4, cases=WARM_UP)
        rounds = [_round(site, clients, url) for clients in CLIENTS]
    floor = {
        clients: bare.rate(
            url, processes=min(PROCESSES, clients), threads=-(-clients // PROCESSES), transactions=150
        )
        for clients in CLIENTS
    }
    print(table(f"{kind}: statements and commits", ("operation", "statements", "commits"), counts))
    rows = [
        (
            operation,
            a_round.clients,
            measured.rate,
            Sample(measured.latencies).median_ms,
            Sample(measured.latencies).p95_ms,
            measured.rate / floor[a_round.clients],
        )
        for a_round in rounds
        for operation, measured in a_round.runs.items()
    ]
    title = f"{kind}: over HTTP, {PROCESSES} processes of {THREADS} threads"
    print(table(title, ("operation", "clients", "a second", "median ms", "p95 ms", "of the bare"), rows))
    print(table(f"{kind}: the bare transaction", ("clients", "a second"), list(floor.items())))


def _round(site: Site, clients: int, url: str) -> Round:
    """One number of clients, on a database that has cleaned up after the round before."""
    if not url.startswith("sqlite"):
        with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")
    return Round(clients, play(site, clients=clients, cases=CASES[clients]))


def play(site: Site, *, clients: int, cases: int) -> dict[str, Run]:
    """Open so many cases, claim the first task of each, and complete it."""
    opening = [request("POST", "/api/v1/cases", token=site.token, body=BODY)] * cases
    opened, replies = _all_well(opening, site, clients, 201)
    tasks = [json.loads(reply.body)["tasks"][0]["id"] for reply in replies]
    claims = [request("POST", f"/api/v1/tasks/{task}/claim", token=site.token) for task in tasks]
    claimed, _ = _all_well(claims, site, clients, 200)
    path = "/api/v1/tasks/{}/complete"
    completions = [request("POST", path.format(task), token=site.token, body=COMPLETION) for task in tasks]
    completed, _ = _all_well(completions, site, clients, 200)
    return {"open a case": opened, "claim its task": claimed, "complete its task": completed}


def _all_well(requests: Sequence[bytes], site: Site, clients: int, status: int) -> tuple[Run, list[Reply]]:
    measured, replies = run(HOST, site.port, requests, clients=clients)
    if set(measured.statuses) != {status}:
        raise RuntimeError(f"expected {status} everywhere, found {measured.statuses}: {replies[0].body!r}")
    return measured, replies


def token_of(office: Office) -> str:
    command = IssueToken(
        label="bench", scopes=frozenset(Scope), user_id=office.clerk.id, branch_id=office.branch.id
    )
    return office.does(command, actor=SYSTEM).text


def _statements(office: Office) -> list[tuple[str, int, int]]:
    """How many statements and commits each operation makes, counted in this process."""
    opened = office.opens_case()
    counted = [_counted("open a case", office.opens_case)]
    counted.append(_counted("claim a task", lambda: office.claims(opened.tasks[0])))
    counted.append(
        _counted("complete a task", lambda: office.completes_claimed(opened.tasks[0], PAPERS_COMPLETE))
    )
    return counted


def _counted(name: str, work: Callable[[], object]) -> tuple[str, int, int]:
    with counted() as counts:
        work()
    return name, counts.statements, counts.commits


@contextmanager
def served(url: str, token: str) -> Iterator[Site]:
    """The API on a free port, until it is left."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "STOA_DATABASE_URL": url,
        "STOA_RATE_LIMIT": "1000000",
        "STOA_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "api.cli.main", "serve", "--host", HOST, "--port", str(port)]
    command += ["--workers", str(PROCESSES), "--threads", str(THREADS)]
    server = subprocess.Popen(command, env=environment)
    try:
        _wait_until_ready(port)
        yield Site(port, token)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_ready(port: int) -> None:
    for _ in range(300):
        try:
            if Client(HOST, port).send(request("GET", "/healthz", token="")).status == 200:
                return
        except (ConnectionError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the API did not come up within 30 seconds")


if __name__ == "__main__":
    main(sys.argv[1:] or KINDS)

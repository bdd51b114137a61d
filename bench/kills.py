"""Cases that go on while processes are killed: nothing lost, nothing twice, no 500; on PostgreSQL.

python -m bench.kills [--cases 300] [--kills 30] [--freeze 20] [--seed 1]

Clients open cases, add a document, and carry them through to their end; each asks again, with the same key,
whenever there is no answer or the answer is 503. Half of the answers of the agency come at once, half later,
by a signed webhook. Meanwhile processes of PostgreSQL, of the API and of the workers are killed at random,
and once the database stands still. Every case must then have as many rows in each table, and the same lines
in its journal, as one that nothing disturbed.

A completion has no key: whoever repeats one after no answer may be told that the task is completed.
"""

import argparse
import base64
import json
import os
import queue
import random
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bench.figures import table
from bench.http import BODY, COMPLETION, HOST, token_of
from bench.processes import Installation, an_installation
from engine.bootstrap import build
from engine.cases.queries import ReadJournal
from engine.dispatch import Engine
from engine.jobs.connectors.signatures import new_secret, signed_headers
from engine.kernel.actor import SYSTEM
from engine.kernel.clock import SystemClock
from engine.kernel.pages import Slice
from engine.schema import metadata
from engine.settings import from_environment
from engine.storage import migrate
from engine.storage.connecting import open_engine
from tests.jobs.connectors.loopback_agency import Answer, LoopbackAgency, Received, a_running_agency
from tests.office import CONFIRMED, HANDED_OVER, an_office
from tests.outages.own_server import a_server_in

CLIENTS = 6
EXPECTED = {200, 201, 503}
GIVES_UP_SECONDS = 180
HUNG_UP = 0
"""Counted among the statuses: there was no answer."""
VARYING = {"access_records", "access_concerns", "anchor_leaves", "journal"}
"""Tables of which a case has more or fewer rows: who asks again reads again, anchors are made by the clock.

The journal is compared line by line.
"""
ACCEPTED = "service_task_accepted"
"""The line that the agency will answer later; there is none where its answer was quicker."""
TASK_COMPLETED = "/problems/task_completed"

_BASE = "/api/v1"
_DOCUMENT = b"%PDF-1.7 a plan"


class Unexpected(Exception):
    """An answer that no client ought to see."""


@dataclass
class Caller:
    """Somebody who asks until there is an answer, and counts what came back."""

    port: int
    headers: Mapping[str, str]
    statuses: Counter[int] = field(default_factory=Counter)
    completed_before: int = 0

    def asks(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Any:
        """The answer's JSON, None for what an earlier attempt has done; `Unexpected` for anything else."""
        end, is_repeated = time.monotonic() + GIVES_UP_SECONDS, False
        while time.monotonic() < end:
            status, pause, answer = self._once(method, path, body, {**self.headers, **(headers or {})})
            self.statuses[status] += 1
            if status in (HUNG_UP, 503):
                is_repeated = True
                time.sleep(pause)
            elif status in EXPECTED:
                return json.loads(answer)
            elif status == 409 and is_repeated and json.loads(answer)["type"] == TASK_COMPLETED:
                self.completed_before += 1
                return None
            else:
                raise Unexpected(f"{method} {path}: {status} {answer[:500].decode(errors='replace')}")
        raise Unexpected(f"{method} {path}: nothing within {GIVES_UP_SECONDS} seconds")

    def _once(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, float, bytes]:
        """The status, how long to wait before the next attempt, and the body."""
        connection = HTTPConnection(HOST, self.port, timeout=60)
        try:
            connection.request(method, _BASE + path, body=body, headers=dict(headers))
            reply = connection.getresponse()
            return reply.status, float(reply.headers.get("Retry-After", "0")), reply.read()
        except (OSError, HTTPException):
            return HUNG_UP, 0.2, b""
        finally:
            connection.close()


@dataclass
class Clerk:
    """A client that carries one case after the other through."""

    caller: Caller
    done: "Done"

    def carries_through(self, name: str) -> None:
        """Open a case, and see it to its end."""
        case = self._posts("/cases", BODY, key=f"{name}-open")
        document = {"Content-Type": "application/octet-stream"}
        path = f"/cases/{case['id']}/documents?name=plan.pdf"
        self._posts(path, _DOCUMENT, key=f"{name}-document", headers=document)
        self._completes(case["tasks"][0]["id"], COMPLETION, name)
        while not (tasks := self.caller.asks("GET", f"/cases/{case['id']}")["tasks"]):
            time.sleep(0.25)
        self._completes(tasks[0]["id"], json.dumps({"data": HANDED_OVER}).encode(), name)
        after = self.caller.asks("GET", f"/cases/{case['id']}")
        if after["status"] != "completed":
            raise Unexpected(f"{case['number']} is {after['status']} after its last task")
        self.done.add(case["id"], case["number"])

    def _completes(self, task: str, body: bytes, name: str) -> None:
        self._posts(f"/tasks/{task}/claim", b"", key=f"{name}-claim-{task}")
        self._posts(f"/tasks/{task}/complete", body, key=f"{name}-complete-{task}")

    def _posts(self, path: str, body: bytes, *, key: str, headers: Mapping[str, str] | None = None) -> Any:
        return self.caller.asks("POST", path, body, {"Idempotency-Key": key, **(headers or {})})


class Done:
    """The cases that have come to their end, as many clients find them."""

    def __init__(self) -> None:
        self.numbers: dict[str, str] = {}
        self._lock = threading.Lock()

    def add(self, case_id: str, number: str) -> None:
        with self._lock:
            self.numbers[case_id] = number


def answers_at_once(case_number: str) -> bool:
    """Whether the agency answers about the case at once: about each second one."""
    return int(case_number[8:14]) % 2 == 0


@dataclass
class Municipality:
    """The agency: it hears of a case, and answers at once or, in a thread of its own, by webhook."""

    agency: LoopbackAgency
    secret: str
    caller: Caller
    waiting: "queue.Queue[str | None]" = field(default_factory=queue.Queue)

    def hears(self, received: Received) -> Answer:
        """What it says at once; the same to the same message."""
        asked = json.loads(received.body)["data"]
        if answers_at_once(asked["case_number"]):
            return Answer(body=json.dumps({"data": CONFIRMED}).encode())
        self.waiting.put(asked["id"])
        return Answer(status=202)

    def answers_later(self) -> None:
        """Answer what is waiting, until there is None."""
        while (service_task := self.waiting.get()) is not None:
            message = {"type": "service_task.completed", "data": {"id": service_task, "data": CONFIRMED}}
            body = json.dumps(message).encode()
            # The same id again is the same answer, also where the request came twice.
            headers = signed_headers(
                message_id=f"answer-{service_task}", at=SystemClock().now(), body=body, secrets=[self.secret]
            )
            self.caller.asks("POST", "/webhooks/agencies/municipality", body, headers)


@dataclass
class Site:
    """All that is there: what can be killed, who asks, and who answers."""

    installation: Installation
    engine: Engine
    municipality: Municipality
    callers: Sequence[Caller]
    done: Done = field(default_factory=Done)

    def plays(self, names: Sequence[str]) -> None:
        """Carry a case through for each name, by all clients together; raises what one of them met."""
        clerks = [Clerk(caller, self.done) for caller in self.callers]

        def work(number: int) -> None:
            for name in names[number :: len(clerks)]:
                clerks[number].carries_through(name)

        with ThreadPoolExecutor(len(clerks)) as pool:
            for working in [pool.submit(work, number) for number in range(len(clerks))]:
                working.result()


@contextmanager
def a_site(folder: Path, chance: random.Random) -> Iterator[Site]:
    """A site that serves, within the block."""
    secret = new_secret()
    with a_running_agency() as agency, a_server_in(folder) as server:
        settings = {
            "STOA_PRIVATE_ENDPOINTS": "127.0.0.0/8",
            "STOA_SECRET_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
            "STOA_ANCHOR_FILE": str(folder / "anchors.jsonl"),
            "STOA_ANCHOR_MINUTES": "1",
            "STOA_LEASE_SECONDS": "30",
            "STOA_RATE_LIMIT": "1000000",
            "STOA_PUBLIC_RATE_LIMIT": "100000",
            "STOA_LOG_LEVEL": "warning",
        }
        migrate.upgrade(server.url)
        with (
            an_installation(folder, server, chance, **settings) as installation,
            build(from_environment(installation.environment)) as engine,
        ):
            token = token_of(an_office(engine, endpoint=agency.url, secrets=(secret,)))
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            callers = [Caller(installation.port, headers) for _ in range(CLIENTS)]
            by_webhook = Caller(installation.port, {"Content-Type": "application/json"})
            municipality = Municipality(agency, secret, by_webhook)
            agency.answering = municipality.hears
            answering = threading.Thread(target=municipality.answers_later, daemon=True)
            answering.start()
            installation.starts()
            yield Site(installation, engine, municipality, callers)
            municipality.waiting.put(None)
            answering.join(timeout=60)


def kill(site: Site, *, cases: int, kills: int, freeze: float, over: threading.Event) -> Counter[str]:
    """Kill again and again while the cases go on, and let the database stand still once; what was done."""
    installation, chance = site.installation, site.installation.chance
    ways = {
        "all of PostgreSQL": installation.kill_database,
        "a process of PostgreSQL": installation.kill_connection,
        "all of the API": installation.kill_api,
        "a process of the API": installation.kill_api_process,
        "a worker": installation.kill_worker,
    }
    begun, made = len(site.done.numbers), Counter[str]()
    order = [list(ways)[number % len(ways)] for number in range(kills)]
    chance.shuffle(order)
    for number, name in enumerate(order, start=1):
        # Spread over the work, so that each kill meets some of it.
        while len(site.done.numbers) - begun < cases * number / (kills + 2) and not over.wait(0.02):
            continue
        over.wait(chance.uniform(0, 1))
        ways[name]()
        made[name] += 1
        sys.stderr.write(f"{number}: {name}, {len(site.done.numbers) - begun} cases done\n")
        if number == kills // 2 and freeze:
            with installation.server.frozen():
                time.sleep(freeze)
            made[f"the database stood still for {freeze:g} s"] += 1
    return made


def rows_of_cases(url: str, numbers: Mapping[str, str]) -> Mapping[str, Counter[str]]:
    """By case, how many rows each table has of it."""
    found: dict[str, Counter[str]] = {case_id: Counter() for case_id in numbers}
    with open_engine(url, pool_size=0).connect() as connection:
        for one in metadata.sorted_tables:
            if "case_id" not in one.c or one.name in VARYING:
                continue
            counting = sa.select(one.c.case_id, sa.func.count()).group_by(one.c.case_id)
            for case_id, count in connection.execute(counting):
                if str(case_id) in found:
                    found[str(case_id)][one.name] = count
                elif case_id is not None:
                    found[str(case_id)] = Counter({f"{one.name}, of a case that no client knows": count})
    return found


def differences(site: Site, model: str, url: str) -> list[str]:
    """What is different in a case from the model, which nothing disturbed."""
    numbers = site.done.numbers
    rows = rows_of_cases(url, numbers)
    journals = {case_id: _actions(site.engine, case_id) for case_id in rows}
    found = []
    for case_id in rows:
        number = numbers.get(case_id)
        if number is None:
            found.append(f"case {case_id} that no client knows: {dict(rows[case_id])}")
            continue
        if rows[case_id] != rows[model]:
            found.append(f"{number}: rows {dict(rows[case_id])}, expected {dict(rows[model])}")
        if journals[case_id] != journals[model]:
            found.append(f"{number}: journal {journals[case_id]}, expected {journals[model]}")
    return found


def _actions(engine: Engine, case_id: str) -> list[str]:
    question = ReadJournal(case_id=UUID(case_id), part=Slice(limit=100))
    actions = [entry.action for entry in engine.ask(question, actor=SYSTEM).items]
    return [action for action in actions if action != ACCEPTED or actions.count(action) > 1]


def twice_delivered(site: Site) -> list[str]:
    """Service tasks of which the agency heard under more than one webhook-id."""
    ids: dict[str, set[str]] = {}
    for received in site.municipality.agency.received:
        task = json.loads(received.body)["data"]["id"]
        ids.setdefault(task, set()).add(received.headers["webhook-id"])
    return [f"service task {task} came as {sorted(found)}" for task, found in ids.items() if len(found) > 1]


def main() -> int:
    """Play, print, and give 1 if anything was lost, done twice, or answered as it should not be."""
    asked = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__)
    asked.add_argument("--cases", type=int, default=300)
    asked.add_argument("--kills", type=int, default=30)
    asked.add_argument("--freeze", type=float, default=20.0, help="seconds")
    asked.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    given = asked.parse_args()
    print(f"seed {given.seed}", flush=True)
    chance = random.Random(given.seed)
    with (
        tempfile.TemporaryDirectory(prefix="stoa-kills-", ignore_cleanup_errors=True) as folder,
        a_site(Path(folder), chance) as site,
    ):
        return _play(site, cases=given.cases, kills=given.kills, freeze=given.freeze)


def _play(site: Site, *, cases: int, kills: int, freeze: float) -> int:
    site.plays(["model"])
    (model,) = site.done.numbers
    problems, over, begun = [], threading.Event(), time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill, site, cases=cases, kills=kills, freeze=freeze, over=over)
        try:
            site.plays([f"case-{number}" for number in range(cases)])
        except Unexpected as unexpected:
            problems.append(str(unexpected))
        finally:
            over.set()
        made = killing.result()
    seconds = time.monotonic() - begun
    problems += differences(site, model, site.installation.server.url) + twice_delivered(site)
    anchored, told = site.installation.says("journal", "anchor")
    verified, verdict = site.installation.says("journal", "verify")
    if anchored or verified:
        problems += [told, verdict]
    return _print(site, made, problems, cases=cases, seconds=seconds, verdict=verdict)


def _print(
    site: Site, made: Counter[str], problems: list[str], *, cases: int, seconds: float, verdict: str
) -> int:
    statuses = sum((caller.statuses for caller in site.callers), Counter(site.municipality.caller.statuses))
    deliveries = site.municipality.agency.ids
    done = [
        ("cases that clients carried through", len(site.done.numbers) - 1),
        ("seconds", seconds),
        ("deliveries", len(deliveries)),
        ("different webhook-ids", len(set(deliveries))),
        ("completions that an earlier attempt had done", sum(one.completed_before for one in site.callers)),
        *sorted(made.items()),
    ]
    print(table("done, besides one case that nothing disturbed", ("what", "how often"), done))
    rows = [(status or "no answer", count) for status, count in sorted(statuses.items())]
    print(table("what clients and the agency were answered", ("status", "how often"), rows))
    print(verdict.strip())
    if unexpected := set(statuses) - EXPECTED - {HUNG_UP, 409}:
        problems.append(f"statuses {sorted(unexpected)} were seen")
    if len(site.done.numbers) - 1 != cases:
        problems.append(f"{cases} cases were expected to come to their end")
    for problem in problems:
        print(f"- {problem}")
    print(
        "Something is wrong." if problems else "Nothing was lost, nothing was done twice, nobody saw a 500."
    )
    return 1 if problems else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    sys.exit(main())

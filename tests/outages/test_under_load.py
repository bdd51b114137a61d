"""Claims about a database in trouble under load: nothing is lost or done twice, and nobody sees a 500."""

import random
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import pytest

from engine.bootstrap import build
from engine.cases.queries import FindCases, ReadJournal
from engine.kernel.actor import SYSTEM
from engine.kernel.pages import Slice
from engine.sealing.chain import first_broken_line
from engine.settings import from_environment
from tests.api.desk import NEW_CASE, Desk, a_desk
from tests.office import PAPERS_COMPLETE
from tests.outages.own_server import OwnServer

CLIENTS, CASES_EACH = 4, 25


@dataclass
class Client:
    """Somebody who opens cases and checks their papers, and tries again whenever that is asked for."""

    desk: Desk
    name: str
    statuses: Counter[int] = field(default_factory=Counter)
    opened: list[str] = field(default_factory=list)

    def work(self) -> None:
        for number in range(CASES_EACH):
            key = {"Idempotency-Key": f"{self.name}-{number}"}
            case = self.posts("/cases", NEW_CASE, headers=key)
            self.opened.append(case["id"])
            task = case["tasks"][0]["id"]
            self.posts(f"/tasks/{task}/claim")
            self.posts(f"/tasks/{task}/complete", {"data": PAPERS_COMPLETE})

    def posts(self, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> Any:
        """The answer, however often it has to be asked for."""
        while True:
            answer = self.desk.post(path, body, headers=headers)
            self.statuses[answer.status_code] += 1
            if answer.status_code != 503:
                return answer.get_json()
            assert int(answer.headers["Retry-After"]) > 0
            time.sleep(0.05)


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_and_nobody_sees_a_fault(
    environment: dict[str, str], server: OwnServer
) -> None:
    chance = random.Random(20261130)
    with build(from_environment(environment)) as engine:
        desk = a_desk(engine, **environment)
        clients = [Client(desk, f"client-{number}") for number in range(CLIENTS)]
        done = Event()
        with ThreadPoolExecutor(CLIENTS + 1) as pool:
            troubles = pool.submit(make_trouble, server, done, chance)
            working = [pool.submit(client.work) for client in clients]
            for one in working:
                one.result(timeout=240)
            done.set()
            counted = troubles.result(timeout=30)

        found = engine.ask(FindCases(part=Slice(limit=100)), actor=desk.office.clerk).items
        statuses = sum((client.statuses for client in clients), Counter[int]())
        opened = [case_id for client in clients for case_id in client.opened]
        assert set(statuses) <= {200, 201, 409, 503}, statuses
        assert min(counted.values()) > 0, counted
        assert sorted(str(case.id) for case in found) == sorted(opened)
        for case in found:
            journal = engine.ask(ReadJournal(case_id=case.id, part=Slice(limit=100)), actor=SYSTEM).items
            assert first_broken_line(journal, engine.journal_keys) is None
            actions = Counter(line.action for line in journal)
            once = ("case_opened", "task_claimed", "task_completed", "service_task_opened")
            assert [actions[action] for action in once] == [1, 1, 1, 1], case.number


def make_trouble(server: OwnServer, done: Event, chance: random.Random) -> Counter[str]:
    """One trouble after another until it is done, each at least once; how often each was made."""
    made: Counter[str] = Counter()
    while not done.wait(chance.uniform(0.2, 0.8)) or len(made) < 4:
        trouble = ("ended", "crashed", "restarted", "frozen")[sum(made.values()) % 4]
        made[trouble] += 1
        if trouble == "ended":
            server.ends_connections()
        elif trouble == "crashed":
            server.crashes()
            time.sleep(1)
        elif trouble == "restarted":
            server.restarts()
        else:
            with server.frozen():
                time.sleep(4)
    return made

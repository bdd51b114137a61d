"""Claims about an API that is killed while it writes: nothing is lost, half done, or done twice."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from engine.bootstrap import build
from engine.cases.queries import FindCases, ReadJournal
from engine.kernel.actor import SYSTEM, Scope
from engine.kernel.pages import Slice
from engine.people.tokens import IssueToken
from engine.sealing.chain import first_broken_line
from engine.settings import from_environment
from tests.office import APPLICATION, ROOT, Office, an_office

CASES = 18
KILLS = 3
BODY = json.dumps(
    {
        "procedure": "residence-certificate",
        "channel": "counter",
        "applicant": {"given_name": "Ελένη", "family_name": "Δημητρίου", "afm": "094014201"},
        "data": APPLICATION,
    }
)


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office on a real database."""
    with build(from_environment({"STOA_DATABASE_URL": database_url})) as engine:
        yield an_office(engine)


@pytest.mark.slow
def test_an_api_killed_again_and_again_opens_each_case_once(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    command = IssueToken(
        label="desk", scopes=frozenset(Scope), user_id=office.clerk.id, branch_id=office.branch.id
    )
    token = office.does(command, actor=SYSTEM).text
    opened: dict[str, str] = {}

    with _api(database_url, tmp_path) as (port, kill):
        clients = [
            threading.Thread(target=_open, args=(port, token, f"request-{number}", opened))
            for number in range(CASES)
        ]
        for client in clients:
            client.start()
        for number in range(1, KILLS + 1):
            _wait_until(lambda so_far=4 * number: len(opened) >= so_far)
            kill()
        for client in clients:
            client.join(timeout=120)

    found = office.engine.ask(FindCases(part=Slice(limit=100)), actor=office.clerk).items
    assert len(opened) == CASES
    assert sorted(opened.values()) == sorted(str(case.id) for case in found)
    assert sorted(int(case.number[8:14]) for case in found) == list(range(1, CASES + 1))
    for case in found:
        journal = office.engine.ask(ReadJournal(case_id=case.id, part=Slice(limit=100)), actor=SYSTEM).items
        assert first_broken_line(journal, office.engine.journal_keys) is None
        assert [line.action for line in journal] == ["case_opened", "task_opened"]


def _wait_until(claim: Callable[[], bool]) -> None:
    """Look often, so that the kill falls among the requests that are under way."""
    end = time.monotonic() + 60
    while not claim() and time.monotonic() < end:
        time.sleep(0.001)


def _open(port: int, token: str, key: str, opened: dict[str, str]) -> None:
    """Ask for a case until there is an answer, always with the same key, as a careful caller does."""
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    end = time.monotonic() + 100
    while key not in opened and time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("POST", "/api/v1/cases", body=BODY.encode(), headers=headers)
            reply = connection.getresponse()
            answer = json.loads(reply.read())
            if reply.status == 201:
                opened[key] = answer["id"]
        except (OSError, HTTPException, ValueError):
            time.sleep(0.1)
        finally:
            connection.close()


@contextmanager
def _api(url: str, folder: Path) -> Iterator[tuple[int, Callable[[], None]]]:
    """An API on a free port, and how to kill it with all its processes, after which it is started again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # What is killed cannot remove its temporary files.
    environment = {**os.environ, "STOA_DATABASE_URL": url, "STOA_PORT": str(port), "TMPDIR": str(folder)}
    command = [sys.executable, "-m", "api.cli.main", "serve", "--workers", "1", "--threads", "4"]
    log = (folder / "log").open("w")

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )

    running = [start()]

    def stop() -> None:
        os.killpg(running[-1].pid, signal.SIGKILL)
        running[-1].wait()

    def kill() -> None:
        stop()
        running.append(start())

    try:
        yield port, kill
    finally:
        stop()
        log.close()

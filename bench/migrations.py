"""Cases moved to another version while the command is killed: `python -m bench.migrations [--cases 1000]`.

`stoa cases migrate` moves them and is killed with SIGKILL again and again meanwhile; each time the same
command goes on. Then half of them are taken back by another. Every case must have moved once, the journals
must be intact (`stoa journal verify`), and the half must be on its old version again.
"""

import argparse
import base64
import os
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa

from api.observability import logs
from bench.databases import fresh_database
from bench.figures import table
from engine.bootstrap import build
from engine.case_migration.model import RunKind
from engine.case_migration.store import migration_runs
from engine.cases.journal_store import journal
from engine.cases.store import cases
from engine.settings import from_environment
from engine.storage.connecting import open_engine
from tests.case_migration.test_residence_certificate import with_five_more_days
from tests.case_migration.versions import KEY, publish
from tests.office import PAPERS_COMPLETE, an_office

_STOA = (sys.executable, "-m", "api.cli.main")
_MIGRATE = (*_STOA, "cases", "migrate", KEY, "--from", "1", "--to", "2")


class Bench:
    """A database full of cases on the first version, and the commands on it."""

    def __init__(self, url: str) -> None:
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        settings = {"STOA_SECRET_KEYS": key, "STOA_LOG_LEVEL": "warning", "STOA_DATABASE_URL": url}
        self.environment = {**os.environ, **settings}
        self.engine = open_engine(url, pool_size=1)

    def fill(self, number: int) -> None:
        """Open so many cases; every second one is at the municipality."""
        with build(from_environment(self.environment)) as engine:
            office = an_office(engine)
            for position in range(number):
                state = office.opens_case()
                if position % 2:
                    office.completes(state.tasks[0], PAPERS_COMPLETE)
            publish(office, with_five_more_days())

    def says(self, command: Sequence[str]) -> tuple[int, str]:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr + done.stdout

    def looked(self) -> int:
        """How many cases the newest run has done."""
        moving = sa.select(migration_runs.c.looked).where(migration_runs.c.kind == RunKind.MOVE.value)
        newest = moving.order_by(migration_runs.c.id.desc()).limit(1)
        with self.engine.connect() as connection:
            return connection.execute(newest).scalar() or 0

    def killed(self, command: Sequence[str], at: int) -> int:
        """Begin the command and kill it once so many cases are done; how many were then."""
        running = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while self.looked() < at and running.poll() is None:
            time.sleep(0.005)
        running.send_signal(signal.SIGKILL)
        running.wait()
        return self.looked()

    def on_version(self) -> Counter[int]:
        with self.engine.connect() as connection:
            return Counter(connection.execute(sa.select(cases.c.version_number)).scalars())

    def lines(self, action: str) -> Counter[str]:
        """How often each case has that line in its journal."""
        statement = sa.select(journal.c.case_id).where(journal.c.action == action)
        with self.engine.connect() as connection:
            return Counter(str(case_id) for case_id in connection.execute(statement).scalars())


def main() -> int:
    """Move, kill, go on, take half back, and verify; 1 if anything is not as it must be."""
    asked = argparse.ArgumentParser(prog="python -m bench.migrations", description=__doc__)
    asked.add_argument("--cases", type=int, default=1000)
    asked.add_argument("--kills", type=int, default=5)
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    given = asked.parse_args()
    logs.set_up(from_environment({"STOA_LOG_LEVEL": "warning"}))
    with fresh_database(given.database) as url:
        bench = Bench(url)
        bench.fill(given.cases)
        return _play(bench, number=given.cases, kills=given.kills)


def _play(bench: Bench, *, number: int, kills: int) -> int:
    problems = []
    tried, told = bench.says([*_MIGRATE, "--dry-run"])
    print(told.strip().splitlines()[-1])
    command = [*_MIGRATE, "--decree", "ΥΑ 1234/2026"]
    began = time.monotonic()
    killed = [bench.killed(command, number * place // (kills + 1)) for place in range(1, kills + 1)]
    print(f"killed with SIGKILL after {', '.join(map(str, killed))} cases")
    _, told = bench.says(command)
    took = time.monotonic() - began
    print(told.strip().splitlines()[-1])
    moved, versions = bench.lines("case_migrated"), bench.on_version()
    if tried or versions != {2: number} or set(moved.values()) != {1} or len(moved) != number:
        problems.append(f"versions {dict(versions)}, moved {Counter(moved.values())}")
    _, told = bench.says([*_MIGRATE, "--back", "--limit", str(number // 2)])
    print(told.strip().splitlines()[-1])
    back, versions = bench.lines("case_migrated_back"), bench.on_version()
    if versions != {1: number // 2, 2: number - number // 2} or set(back.values()) != {1}:
        problems.append(f"versions {dict(versions)}, taken back {Counter(back.values())}")
    verified, told = bench.says([*_STOA, "journal", "verify"])
    print(told.strip())
    if verified:
        problems.append("the journals are not intact")
    rows = [("cases", number), ("kills", kills), ("seconds with starts and kills", took)]
    print(table("migrated", ("what", "figure"), rows))
    for problem in problems:
        print(f"- {problem}")
    print("Something is wrong." if problems else "Each case moved once; every chain is intact.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

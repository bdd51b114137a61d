"""A process that serves procedures, measured from inside; `bench/procedures.py` starts it.

Used means that the page on which a case is opened was shown, a case opened, and its page shown. Times are of
the processor, in milliseconds. The budgets: 200 MB of resident memory after all were used, 50 ms for the
first use of one.

A first use reads the files from the database, verifies them, reads and parses them. It is measured in a
process that has served others: with no shared part known, and with all of them.
"""

import os
import pickle
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import process_time
from uuid import UUID

from flask.testing import FlaskClient

from api.http import context
from bench.figures import table
from engine import feel
from engine.bundle import Catalogue
from engine.cases.open import OpenCase
from engine.dispatch import Engine
from engine.kernel.actor import Actor
from engine.procedures.serving import served_files
from engine.runtime import SpiffWorkflowEngine

STEPS = (28, 200)
MEMORY_BUDGET_MB, FIRST_USE_BUDGET_MS = 200, 50
ROUNDS = 15
_COOKIE = "stoa_session"
_KEPT_TEXTS = 2_048
"""As many FEEL texts as are kept at most."""


@dataclass(frozen=True)
class Scene:
    """Who asks, how a case of each shipped procedure is opened, and what is on offer: versions by key."""

    clerk: Actor
    session: str
    openings: Mapping[str, OpenCase]
    offered: Mapping[str, UUID]


def main(url: str, scene: Scene) -> int:
    """Measure and print; 1 if a budget is missed."""
    os.environ |= {"STOA_DATABASE_URL": url, "STOA_RATE_LIMIT": "1000000", "STOA_LOG_LEVEL": "error"}
    # As the server has it, the collector of garbage included.
    from api import wsgi

    with wsgi.app.app_context():
        engine = context.engine()
    client = wsgi.app.test_client()
    client.set_cookie(_COOKIE, scene.session)
    most = _memory(engine, client, scene)
    slowest = _first_uses(engine, scene)
    _lists(client, len(scene.offered))
    return int(most > MEMORY_BUDGET_MB or slowest > FIRST_USE_BUDGET_MS)


def _memory(engine: Engine, client: FlaskClient, scene: Scene) -> float:
    rows: list[tuple[object, ...]] = [(0, _resident_mb(), "")]
    used, spent = 0, []
    for key in scene.offered:
        begun = process_time()
        _use(engine, client, scene, key)
        spent.append((process_time() - begun) * 1000)
        used += 1
        if used in STEPS or used == len(scene.offered):
            rows.append((used, _resident_mb(), median(spent)))
            spent = []
    # Once more, in the same order: with fewer kept than used, each is read anew.
    for key in scene.offered:
        _use(engine, client, scene, key)
    rows.append((f"{used} twice", _resident_mb(), ""))
    print(table("Memory of a process that serves", ("used", "resident MB", "use ms"), rows), flush=True)
    return float(rows[-1][1])  # type: ignore[arg-type]  # the second of a row is a number


def _use(engine: Engine, client: FlaskClient, scene: Scene, key: str) -> None:
    shipped = key.rpartition("-")[0]
    _page(client, f"/desk/open/{key}")
    opened = engine.carry_out(replace(scene.openings[shipped], procedure=key), actor=scene.clerk)
    _page(client, f"/desk/cases/{opened.case.id}")


def _page(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Accept": "text/html", "Accept-Language": "el"})
    if response.status_code != 200:
        raise RuntimeError(f"{address} was answered by {response.status}.")


def _first_uses(engine: Engine, scene: Scene) -> float:
    rows: list[tuple[str, float, *tuple[float, ...]]] = []
    for key in scene.openings:
        spent: list[list[float]] = []
        for _ in range(3):
            catalogue, workflow = Catalogue(engine.clock, zone=engine.zone), SpiffWorkflowEngine()
            spent.append([])
            for number in (0, 1):
                _forget_texts()
                version = scene.offered.get(f"{key}-{number}")
                if version is not None:
                    spent[-1].append(_first_use(engine, catalogue, workflow, version))
        rows.append((key, *map(median, zip(*spent, strict=True))))
    slowest = max(row[1] for row in rows)
    print(table("First use of a procedure", ("procedure", "ms", "parts known"), rows), flush=True)
    return slowest


def _first_use(engine: Engine, catalogue: Catalogue, workflow: SpiffWorkflowEngine, version: UUID) -> float:
    with engine.store.reading() as connection:
        begun = process_time()
        procedure = catalogue.procedure(
            version, lambda: served_files(connection, version, engine.journal_keys)
        )
        workflow.prepare(procedure.definition)
        return (process_time() - begun) * 1000


def _forget_texts() -> None:
    """Read so many other texts of FEEL that those of a procedure are no longer kept."""
    for number in range(_KEPT_TEXTS):
        feel.expression(str(number))
        feel.unary_tests(str(number))


def _lists(client: FlaskClient, offered: int) -> None:
    addresses: Iterable[tuple[str, str]] = (
        ("catalogue of the desk", "/desk/open"),
        ("typeahead", "/desk/open?q=οδηγ"),
        ("typeahead, one letter", "/desk/open?q=α"),
    )
    rows = []
    for name, address in addresses:
        _page(client, address)
        spent = []
        for _ in range(ROUNDS):
            begun = process_time()
            _page(client, address)
            spent.append((process_time() - begun) * 1000)
        rows.append((name, offered, median(spent)))
    print(table("Finding a procedure", ("page", "on offer", "ms"), rows), flush=True)


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pickle.loads(Path(sys.argv[2]).read_bytes())))

"""Attacks: what docs/threat-model.md names is marked, and is played on PostgreSQL.

`pytest -m attack` runs them all. A test that takes its office from `attacked`, as desks and counters do, has
it in memory else, which is quicker.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.bootstrap import build
from engine.settings import from_environment
from tests.builders import NOON
from tests.office import EVERY_WAY, ROOT, MovableClock

MODEL = ROOT / "docs" / "threat-model.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py::test_\w+)`")
_KEY = base64.b64encode(b"a" * 32).decode()


def rows_of(heading: str) -> list[list[str]]:
    """The cells of each row of the table below a heading of the threat model."""
    _, _, below = MODEL.read_text().partition(f"# {heading}\n")
    lines = below.partition("\n#")[0].splitlines()
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line[:1] == "|"][2:]


def attacks() -> Mapping[str, Sequence[str]]:
    """The tests that the threat model names, each with what is attempted."""
    found: dict[str, list[str]] = {}
    for threat, tests in [
        *((threat, tests) for kind, threat, _, tests in rows_of("The threat model") if kind),
        *((attack, tests) for _, attack, tests in rows_of("What was tried")),
    ]:
        for test in NAMED.findall(tests):
            found.setdefault(test, []).append(threat)
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark the tests that the threat model names."""
    known = attacks()
    for item in items:
        for attempted in known.get(item.nodeid.partition("[")[0], ()):
            item.add_marker(pytest.mark.attack(attempted))


@pytest.fixture
def attacked(request: pytest.FixtureRequest) -> Iterator[Mapping[str, Any]]:
    """On what an office is opened: an engine on PostgreSQL and its clock for an attack, else nothing."""
    if request.node.get_closest_marker("attack") is None:
        yield {}
        return
    url = request.getfixturevalue("postgresql_url")
    clock = MovableClock(NOON)
    settings = from_environment({"STOA_DATABASE_URL": url, "STOA_SECRET_KEYS": _KEY})
    with build(settings, clock=clock) as engine:
        yield {"engine": replace(engine, noticing=EVERY_WAY), "clock": clock}

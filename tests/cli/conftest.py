"""What every test of the command line may ask for."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from engine.bootstrap import build
from engine.settings import from_environment
from tests.api.desk import Desk, a_desk
from tests.builders import NOON
from tests.office import ROOT, MovableClock, Office, an_office

Stoa = Callable[..., Result]


@pytest.fixture
def stoa(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Stoa:
    """Calls `stoa` with arguments, on an empty database at the newest schema."""
    monkeypatch.chdir(ROOT)
    environment = {"STOA_DATABASE_URL": sqlite_url, "STOA_PORT": "1"}

    def call(*arguments: str, input: str | None = None, **changes: str | None) -> Result:  # noqa: A002 - as in click
        env = {**environment, **changes}
        return CliRunner().invoke(main, list(arguments), input=input, env=env, prog_name="stoa")

    return call


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Office]:
    """An office on the same database."""
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": sqlite_url}), clock=clock)
    yield an_office(engine, clock=clock)
    engine.close()


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    """The API over an office of last week on the same database, with everybody's token; it is now there."""
    present = datetime.now(UTC)
    clock = MovableClock(present - timedelta(days=7))
    engine = build(from_environment({"STOA_DATABASE_URL": sqlite_url}), clock=clock)
    desk = a_desk(engine, clock=clock)
    clock.move_to(present)
    yield desk
    engine.close()

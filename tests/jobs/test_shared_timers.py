"""Timers on a real database: fired once, however many workers look for them, one of them killed."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM
from tests.jobs.town import Town, a_town
from tests.servers import eventually

pytestmark = pytest.mark.slow

_CASES = 15


@pytest.fixture
def town(postgresql_url: str) -> Iterator[Town]:
    """A town whose cases were sent to the municipality six days ago, a day after which it is late."""
    with a_town(postgresql_url, now=datetime.now(UTC) - timedelta(days=6), polls=True) as running:
        yield running


def test_each_timer_fires_once_although_workers_share_the_sweep_and_one_is_killed(town: Town) -> None:
    cases = [state.case.id for state in town.sends(_CASES)]

    workers = [town.starts_worker() for _ in range(3)]
    assert eventually(lambda: any("remind_municipality" in _open_tasks(town, case) for case in cases))
    town.kill(workers[0])

    assert eventually(lambda: all("remind_municipality" in _open_tasks(town, case) for case in cases))
    assert eventually(lambda: False, seconds=1.5) is False
    assert [_open_tasks(town, case)["remind_municipality"] for case in cases] == [1] * _CASES


def _open_tasks(town: Town, case_id: UUID) -> Counter[str]:
    view = town.office.engine.ask(ShowCase(case_id=case_id), actor=SYSTEM)
    return Counter(task.element_id for task in view.tasks)

"""Chores: one that fails comes back, and its log does not drown the others'."""

from collections.abc import Iterator

import structlog
from structlog.testing import capture_logs

from engine.jobs.worker import Chore


def _chore(outcomes: Iterator[Exception | None]) -> Chore:
    def work() -> None:
        fault = next(outcomes, None)
        if fault is not None:
            raise fault

    return Chore("take_jobs", work, structlog.get_logger())


def test_a_chore_that_keeps_failing_is_logged_less_and_less_often() -> None:
    chore = _chore(iter([ConnectionError("host=db password=secret")] * 100))

    with capture_logs() as logs:
        for _ in range(100):
            chore()

    assert [line["in_a_row"] for line in logs] == [1, 2, 4, 8, 16, 32, 64]
    assert {line["fault"] for line in logs} == {"ConnectionError"}
    assert "secret" not in str(logs)


def test_a_chore_that_recovers_says_so_once() -> None:
    chore = _chore(iter([ConnectionError()] * 3))

    with capture_logs() as logs:
        for _ in range(6):
            chore()

    assert [line["event"] for line in logs] == ["chore_failed", "chore_failed", "chore_recovered"]
    assert logs[-1]["after"] == 3

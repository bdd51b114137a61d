"""Timers: what is due fires, and a case that cannot be stepped does not stop the sweep."""

from datetime import timedelta

from structlog import get_logger
from structlog.testing import capture_logs

from engine.jobs.timers import fire_due_timers
from engine.kernel.refusal import Conflict
from engine.kernel.vocabulary import CaseStatus, Flag
from tests.builders import NOON
from tests.jobs.backlog import Backlog, commits

_DUE = NOON - timedelta(minutes=1)


def test_a_due_timer_fires_once() -> None:
    backlog = Backlog()
    case = backlog.opens_case(next_timer_at=_DUE)

    backlog.worker().run_once()
    backlog.worker().run_once()

    after = backlog.case(case)
    assert after.next_timer_at is None
    assert after.journal.length == 1


def test_a_timer_that_is_not_due_or_rests_does_not_fire() -> None:
    backlog = Backlog()
    future = backlog.opens_case(next_timer_at=NOON + timedelta(seconds=1))
    suspended = backlog.opens_case(next_timer_at=_DUE, status=CaseStatus.SUSPENDED)

    backlog.worker().run_once()

    assert [backlog.case(case).journal.length for case in (future, suspended)] == [0, 0]


def test_the_timers_of_several_cases_fire_in_one_transaction() -> None:
    backlog = Backlog()
    cases = [backlog.opens_case(next_timer_at=_DUE) for _ in range(5)]

    with commits() as seen:
        fired = fire_due_timers(backlog.engine, limit=10, log=get_logger())

    assert fired == len(cases)
    assert {backlog.case(case).journal.length for case in cases} == {1}
    assert len(seen) == 1


def test_one_bad_case_does_not_stop_the_sweep() -> None:
    backlog = Backlog(fault=lambda snapshot: ZeroDivisionError("secret") if snapshot == b"bad" else None)
    bad = backlog.opens_case(next_timer_at=_DUE - timedelta(hours=1), snapshot=b"bad")
    good = backlog.opens_case(next_timer_at=_DUE)

    with capture_logs() as logs:
        backlog.worker().run_once()

    assert backlog.case(good).next_timer_at is None
    assert Flag.STUCK in backlog.case(bad).flags
    [line] = [line for line in logs if line["event"] == "timer_not_fired"]
    assert (line["case_id"], line["fault"]) == (str(bad.id), "ZeroDivisionError")
    assert "secret" not in str(logs)


def test_a_bad_case_rests_before_it_is_tried_again() -> None:
    backlog = Backlog(fault=lambda snapshot: ZeroDivisionError())
    bad = backlog.opens_case(next_timer_at=_DUE)
    backlog.worker().run_once()
    rested = backlog.case(bad)

    backlog.worker().run_once()

    assert rested.next_timer_at is not None
    assert rested.next_timer_at > NOON
    assert backlog.case(bad).journal.length == rested.journal.length == 1


def test_a_case_that_refuses_its_timer_again_and_again_is_set_aside_too() -> None:
    backlog = Backlog(fault=lambda snapshot: Conflict("never"))
    bad = backlog.opens_case(next_timer_at=_DUE)

    backlog.worker().run_once()

    assert Flag.STUCK in backlog.case(bad).flags


def test_more_bad_cases_than_a_batch_holds_do_not_keep_a_good_one_from_its_timer() -> None:
    backlog = Backlog(fault=lambda snapshot: ZeroDivisionError() if snapshot == b"bad" else None)
    for _ in range(5):
        backlog.opens_case(next_timer_at=_DUE - timedelta(hours=1), snapshot=b"bad")
    good = backlog.opens_case(next_timer_at=_DUE)

    for _ in range(3):
        backlog.worker(cases_at_once=2).run_once()

    assert backlog.case(good).next_timer_at is None


def test_all_that_is_due_fires_in_one_sweep_although_it_is_more_than_a_batch() -> None:
    backlog = Backlog()
    cases = [backlog.opens_case(next_timer_at=_DUE) for _ in range(7)]

    backlog.worker(cases_at_once=2).run_once()

    assert [backlog.case(case).next_timer_at for case in cases] == [None] * 7

"""Timers: what is due fires, and a case that cannot be stepped does not stop the sweep."""

from datetime import timedelta

from structlog.testing import capture_logs

from engine.domain.case import CaseStatus, Flag
from engine.domain.refusal import Conflict
from tests.builders import NOON
from tests.worker.office import Office

_DUE = NOON - timedelta(minutes=1)


def test_a_due_timer_fires_once() -> None:
    office = Office()
    case = office.opens_case(next_timer_at=_DUE)

    office.worker().run_once()
    office.worker().run_once()

    after = office.case(case)
    assert after.next_timer_at is None
    assert after.journal.length == 1


def test_a_timer_that_is_not_due_or_rests_does_not_fire() -> None:
    office = Office()
    future = office.opens_case(next_timer_at=NOON + timedelta(seconds=1))
    suspended = office.opens_case(next_timer_at=_DUE, status=CaseStatus.SUSPENDED)

    office.worker().run_once()

    assert [office.case(case).journal.length for case in (future, suspended)] == [0, 0]


def test_one_bad_case_does_not_stop_the_sweep() -> None:
    office = Office(fault=lambda snapshot: ZeroDivisionError("secret") if snapshot == b"bad" else None)
    bad = office.opens_case(next_timer_at=_DUE - timedelta(hours=1), snapshot=b"bad")
    good = office.opens_case(next_timer_at=_DUE)

    with capture_logs() as logs:
        office.worker().run_once()

    assert office.case(good).next_timer_at is None
    assert Flag.STUCK in office.case(bad).flags
    [line] = [line for line in logs if line["event"] == "timer_not_fired"]
    assert (line["case_id"], line["fault"]) == (str(bad.id), "ZeroDivisionError")
    assert "secret" not in str(logs)


def test_a_bad_case_rests_before_it_is_tried_again() -> None:
    office = Office(fault=lambda snapshot: ZeroDivisionError())
    bad = office.opens_case(next_timer_at=_DUE)
    office.worker().run_once()
    rested = office.case(bad)

    office.worker().run_once()

    assert rested.next_timer_at is not None
    assert rested.next_timer_at > NOON
    assert office.case(bad).journal.length == rested.journal.length == 1


def test_a_case_that_refuses_its_timer_again_and_again_is_set_aside_too() -> None:
    office = Office(fault=lambda snapshot: Conflict("never"))
    bad = office.opens_case(next_timer_at=_DUE)

    office.worker().run_once()

    assert Flag.STUCK in office.case(bad).flags


def test_more_bad_cases_than_a_batch_holds_do_not_keep_a_good_one_from_its_timer() -> None:
    office = Office(fault=lambda snapshot: ZeroDivisionError() if snapshot == b"bad" else None)
    for _ in range(5):
        office.opens_case(next_timer_at=_DUE - timedelta(hours=1), snapshot=b"bad")
    good = office.opens_case(next_timer_at=_DUE)

    for _ in range(3):
        office.worker(cases_at_once=2).run_once()

    assert office.case(good).next_timer_at is None


def test_all_that_is_due_fires_in_one_sweep_although_it_is_more_than_a_batch() -> None:
    office = Office()
    cases = [office.opens_case(next_timer_at=_DUE) for _ in range(7)]

    office.worker(cases_at_once=2).run_once()

    assert [office.case(case).next_timer_at for case in cases] == [None] * 7

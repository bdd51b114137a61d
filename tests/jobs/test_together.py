"""Commands of several threads in one transaction: fewer commits, and each still by itself when one fails."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine.dispatch import Engine
from engine.jobs.together import Together
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Unavailable
from engine.outbox.model import Job, JobState
from engine.service_tasks.connector import DeliveryOutcome, DeliveryResult
from engine.service_tasks.deliveries import LeaseJobs, RecordDelivery
from engine.service_tasks.model import ServiceTaskState
from tests.jobs.backlog import Backlog, commits
from tests.jobs.town import a_town
from tests.office import CONFIRMED
from tests.servers import eventually

FIRST, BROKEN = b"first", b"broken"
ANSWERED = DeliveryOutcome(result=DeliveryResult.ANSWERED, data=CONFIRMED)


def _leases(engine: Engine) -> Sequence[Job]:
    return engine.carry_out(LeaseJobs(worker="me", limit=10, lease=timedelta(minutes=2)), actor=SYSTEM)


def _recorded(job: Job) -> RecordDelivery:
    return RecordDelivery(job_id=job.id, worker="me", outcome=ANSWERED)


def _asked_while_one_is_under_way(
    backlog: Backlog, jobs: Sequence[Job], under_way: threading.Event, let_go: threading.Event
) -> list[Future[None]]:
    """What became of every job's record, all of them asked for while the first was under way."""
    together = Together(backlog.engine)
    _leases(backlog.engine)
    first, *others = jobs
    with ThreadPoolExecutor(1 + len(others)) as threads:
        asked = [threads.submit(together.carry_out, _recorded(first))]
        assert under_way.wait(timeout=10)
        asked += [threads.submit(together.carry_out, _recorded(job)) for job in others]
        assert eventually(lambda: together.waiting == len(others))
        let_go.set()
    return asked


def _backlog_that_waits(under_way: threading.Event, let_go: threading.Event) -> Backlog:
    def fault(snapshot: bytes) -> Exception | None:
        if snapshot == FIRST:
            under_way.set()
            let_go.wait(timeout=10)
        return ZeroDivisionError() if snapshot == BROKEN else None

    return Backlog(fault=fault)


def test_what_is_asked_for_while_a_transaction_is_under_way_shares_the_next() -> None:
    under_way, let_go = threading.Event(), threading.Event()
    backlog = _backlog_that_waits(under_way, let_go)
    jobs = [backlog.asks_agency(snapshot=FIRST), *(backlog.asks_agency() for _ in range(3))]

    with commits() as seen:
        asked = _asked_while_one_is_under_way(backlog, jobs, under_way, let_go)

    assert [one.exception() for one in asked] == [None] * 4
    assert {backlog.service_task(job).state for job in jobs} == {ServiceTaskState.COMPLETED}
    # The lease, the first alone, and the three others.
    assert len(seen) == 3


def test_a_fault_of_one_undoes_no_other() -> None:
    under_way, let_go = threading.Event(), threading.Event()
    backlog = _backlog_that_waits(under_way, let_go)
    jobs = [backlog.asks_agency(snapshot=kept) for kept in (FIRST, b"second", BROKEN, b"fourth")]

    asked = _asked_while_one_is_under_way(backlog, jobs, under_way, let_go)

    assert [type(one.exception()) for one in asked] == [type(None), type(None), ZeroDivisionError, type(None)]
    states = [backlog.job(job).state for job in jobs]
    assert states == [JobState.DONE, JobState.DONE, JobState.READY, JobState.DONE]
    assert backlog.service_task(jobs[2]).state is ServiceTaskState.OPEN


def test_commands_of_one_case_follow_each_other_in_the_same_transaction() -> None:
    backlog = Backlog()
    job = backlog.asks_agency()
    _leases(backlog.engine)

    backlog.engine.carry_out_together([_recorded(job), _recorded(job)], actor=SYSTEM)

    assert backlog.service_task(job).state is ServiceTaskState.COMPLETED
    assert backlog.service_task(job).row_version == 2


def test_commands_that_share_a_transaction_wait_for_nobody(postgresql_url: str) -> None:
    with a_town(postgresql_url) as town:
        locked, free = town.sends(2)
        engine = town.office.engine
        records = [_recorded(job) for job in _leases(engine)]
        with town.holding(locked.case.id):
            with pytest.raises(Unavailable):
                engine.carry_out_together(records, actor=SYSTEM)
            assert not town.is_answered(free)
        engine.carry_out_together(records, actor=SYSTEM)

        assert town.is_answered(locked)
        assert town.is_answered(free)

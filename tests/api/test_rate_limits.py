"""Claims about the buckets of requests, and about the warning of a proxy when a process starts."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from structlog.testing import capture_logs

from api.http.rate_limits import Buckets
from api.observability.proxies import warn_at_start
from engine.kernel.actor import SYSTEM
from engine.operations.traffic import NoteUntrustedProxy
from engine.storage import migrate
from tests.office import an_office
from tests.processes import PROCESSES


class StandingClock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def taken(buckets: Buckets, caller: str, times: int) -> int:
    """How many of so many requests are let in."""
    return sum(not buckets.take(caller).is_spent for _ in range(times))


def taken_by_a_process(file: Path) -> int:
    return taken(Buckets(60, file=file, clock=StandingClock()), "maria", 50)


def test_a_bucket_fills_evenly_up_to_a_minutes_worth() -> None:
    clock = StandingClock()
    buckets = Buckets(60, clock=clock)

    at_first = taken(buckets, "maria", 70)
    spent = buckets.take("maria")
    clock.seconds += 2.5
    later = taken(buckets, "maria", 5)
    clock.seconds += 3600
    at_last = taken(buckets, "maria", 70)

    assert (at_first, later, at_last) == (60, 2, 60)
    assert spent.retry_after == 1


def test_a_clock_that_was_set_back_fills_nothing_and_takes_nothing() -> None:
    clock = StandingClock()
    buckets = Buckets(60, clock=clock)
    taken(buckets, "maria", 60)

    clock.seconds -= 500

    assert taken(buckets, "maria", 1) == 0
    assert taken(buckets, "petros", 61) == 60


def test_requests_at_once_are_each_counted_by_threads_and_by_processes(tmp_path: Path) -> None:
    file = tmp_path / "requests"
    buckets = Buckets(60, file=tmp_path / "new" / "requests", clock=StandingClock())

    with ThreadPoolExecutor(4) as threads:
        by_threads = sum(threads.map(lambda _: taken(buckets, "maria", 50), range(4)))
    with ProcessPoolExecutor(4, mp_context=PROCESSES) as processes:
        by_processes = sum(processes.map(taken_by_a_process, [file] * 4))

    assert (by_threads, by_processes) == (60, 60)


def test_many_callers_each_have_a_bucket_of_their_own() -> None:
    buckets = Buckets(2, clock=StandingClock())

    assert [taken(buckets, f"caller {number}", 3) for number in range(1000)] == [2] * 1000


def test_a_process_that_starts_warns_if_a_proxy_was_seen_and_only_if_it_can_know() -> None:
    engine = an_office().engine

    with capture_logs() as before:
        warn_at_start(engine, schema_head=migrate.head())
    engine.carry_out(NoteUntrustedProxy(), actor=SYSTEM)
    with capture_logs() as after:
        warn_at_start(engine, schema_head=migrate.head())
    with capture_logs() as elsewhere:
        warn_at_start(engine, schema_head="another schema")

    assert [line["event"] for line in (*before, *after, *elsewhere)] == ["proxy_not_trusted"]
    assert after[0]["log_level"] == "warning"

"""The worker: APScheduler wakes it, a pool of threads does its jobs, and all it does is commands."""

import logging
import secrets
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from os import getpid
from threading import Event
from typing import Self

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.typing import FilteringBoundLogger

from engine.access.model import AccessRules
from engine.access.watch import DiscardAccess, WatchReading
from engine.anchors.model import AnchorPlace
from engine.cases.figures_upkeep import CountAnew, FoldTallies
from engine.dispatch import Engine
from engine.documents.scan import Scanner
from engine.jobs.anchor_places import anchor_and_hand_over
from engine.jobs.appointments import keep_appointments
from engine.jobs.circuit_breaker import CircuitBreaker, Deliver, deliver_through, send_through
from engine.jobs.runner import JobRunner
from engine.jobs.scans import scan_documents
from engine.jobs.timers import fire_due_timers
from engine.jobs.together import Together
from engine.jobs.views import make_views
from engine.kernel.actor import SYSTEM
from engine.kernel.noticing import NoticeChannel
from engine.notices.channel import ChannelAdapter
from engine.operations.element_times import CountElementTimes
from engine.operations.housekeeping import Beat, CompactClosed, DiscardExpired, MarkOverdue
from engine.outbox.model import Job
from engine.payments.paravolo import Paravolo
from engine.service_tasks.deliveries import LeaseJobs
from engine.service_tasks.held_requests import SendHeld


@dataclass(frozen=True, kw_only=True)
class WorkerOptions:
    """How often a worker looks, and how much it does at a time.

    `lease` must be longer than the longest attempt of a connector, lookup of the host included: a job whose
    lease ran out is given to another worker, and the agency then hears the same webhook-id twice.
    `jobs_at_once` is the number of agencies' answers that are awaited at the same time.
    """

    poll: timedelta = timedelta(seconds=0.5)
    timers: timedelta = timedelta(seconds=1)
    housekeeping: timedelta = timedelta(seconds=60)
    beat: timedelta = timedelta(seconds=10)
    lease: timedelta = timedelta(minutes=2)
    jobs_at_once: int = 16
    anchors: timedelta = timedelta(minutes=10)
    cases_at_once: int = 100


_GATHERING = 0.01
"""Seconds for which a free thread is left without a job, so that its next one is taken with others."""

CHORES = 13
"""How many chores a worker does side by side, besides its jobs."""


_COMPACTIONS = 20
"""Batches of closed cases a round: a worker that stops waits for what it has begun."""


_DAYS = 60
"""Days a round whose times at elements are added up."""
_MONTHS = 6
"""Months a round whose cases are counted anew."""


@dataclass
class Chore:
    """Does `work`, and never raises: the database may be away for a while, and the next round tries again.

    The first failure in a row is logged, then the second, fourth, eighth …, and the recovery.
    """

    name: str
    work: Callable[[], object]
    log: FilteringBoundLogger
    failures: int = 0

    def __call__(self) -> None:
        try:
            self.work()
        except Exception as fault:  # noqa: BLE001 - whatever it is, the worker's other chores go on
            self.failures += 1
            if self.failures & (self.failures - 1) == 0:
                self.log.error(
                    "chore_failed", chore=self.name, fault=type(fault).__name__, in_a_row=self.failures
                )
            return
        if self.failures:
            self.log.info("chore_recovered", chore=self.name, after=self.failures)
            self.failures = 0


class WorkerPool:
    """Threads that each do one job, so that a slow agency does not hold up the others.

    One thread at a time submits and waits. Leaving the `with` block waits until every job is done.
    """

    def __init__(self, run: Callable[[Job], None], *, size: int) -> None:
        self._run = run
        self._size = size
        self._executor = ThreadPoolExecutor(size, thread_name_prefix="job")
        self._submitted: set[Future[None]] = set()

    @property
    def free(self) -> int:
        """How many jobs can be begun now; it can only grow until the caller submits one."""
        return self._size - sum(not future.done() for future in self._submitted)

    def free_soon(self) -> int:
        """How many jobs can be begun, at least one: once a thread is free, and others that are soon, too.

        So jobs are taken several at a time, where a slow agency does not keep the other threads.
        """
        enough = -(-self._size // 2)
        if not self.free:
            self.wait()
            until = time.monotonic() + _GATHERING
            while self.free < enough and (left := until - time.monotonic()) > 0:
                _, self._submitted = wait(self._submitted, left, FIRST_COMPLETED)
        return self.free

    def submit(self, job: Job) -> None:
        """Do the job in a free thread; there must be one."""
        self._submitted = {future for future in self._submitted if not future.done()}
        self._submitted.add(self._executor.submit(self._run, job))

    def wait(self) -> bool:
        """Until one of the jobs is done; False if there was none since the last that was waited for."""
        done, self._submitted = wait(self._submitted, return_when=FIRST_COMPLETED)
        return bool(done)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._executor.shutdown(wait=True)


def worker_name() -> str:
    """A name that no other worker has, nor this one after a restart: machine, process, and chance."""
    return f"{socket.gethostname()}-{getpid()}-{secrets.token_hex(4)}"


class Worker:
    """Does jobs, fires timers and keeps house.

    Several may share one PostgreSQL: jobs are leased, cases are locked, and the rest is harmless twice.
    """

    def __init__(
        self,
        engine: Engine,
        deliver: Deliver,
        *,
        channels: Mapping[NoticeChannel, ChannelAdapter] | None = None,
        scan: Scanner | None = None,
        paravolo: Paravolo | None = None,
        anchor_places: Sequence[AnchorPlace] = (),
        options: WorkerOptions | None = None,
    ) -> None:
        self.engine = engine
        self._scan = scan
        self._name = worker_name()
        self._options = options or WorkerOptions()
        self._anchor_places = anchor_places
        self._log: FilteringBoundLogger = structlog.get_logger().bind(worker=self._name)
        breaker = CircuitBreaker()
        self._runner = JobRunner(
            together=Together(engine),
            deliver=deliver_through(breaker, deliver),
            worker=self._name,
            lease=self._options.lease,
            log=self._log,
            paravolo=paravolo,
            send={way: send_through(breaker, channel.send) for way, channel in (channels or {}).items()},
        )

    def run_once(self) -> None:
        """Do everything that is due, and what follows from it at once, and wait until it is done."""
        self._send_held()
        with self._pool() as pool:
            # A job may be followed by another, so the last look comes after the last wait.
            self._take_jobs(pool)
            while pool.wait():
                self._take_jobs(pool)
        self._scan_documents()
        while self._make_views():
            pass
        self._fire_timers()
        self._mark_overdue()
        self._keep_appointments()
        self._discard_expired()
        self._compact_closed()
        self._fold_tallies()
        self._count_anew()
        self._count_element_times()
        self._anchor_journals()
        self._watch_access()
        self._beat()

    def run_forever(self, stop: Event) -> None:
        """Work until `stop` is set; then finish what was begun, and return.

        Being killed instead is harmless: what was under way is done again when its lease is over, and the
        agency knows it by its webhook-id.
        """
        with self._pool() as pool:
            # A chore that takes longer than its interval is skipped once, which is intended and no warning.
            logging.getLogger("apscheduler").setLevel(logging.ERROR)
            scheduler = BackgroundScheduler(timezone=UTC)
            for interval, chore in self._chores(pool, stop):
                _schedule(scheduler, interval, chore)
            self._log.info("worker_started")
            scheduler.start()
            stop.wait()
            self._log.info("worker_stopping")
            scheduler.shutdown(wait=True)
        self._log.info("worker_stopped")

    def _pool(self) -> WorkerPool:
        return WorkerPool(self._runner.run, size=self._options.jobs_at_once)

    def _chores(self, pool: WorkerPool, stop: Event) -> Iterator[tuple[timedelta, Chore]]:
        yield self._options.beat, Chore("beat", self._beat, self._log)
        yield self._options.poll, Chore("take_jobs", lambda: self._take_jobs(pool, stop), self._log)
        yield self._options.timers, Chore("fire_timers", self._fire_timers, self._log)
        if self._scan is not None:
            yield self._options.poll, Chore("scan_documents", self._scan_documents, self._log)
        yield self._options.poll, Chore("make_views", self._make_views, self._log)
        yield self._options.beat, Chore("send_held", self._send_held, self._log)
        yield self._options.housekeeping, Chore("mark_overdue", self._mark_overdue, self._log)
        yield self._options.housekeeping, Chore("keep_appointments", self._keep_appointments, self._log)
        yield self._options.housekeeping, Chore("discard_expired", self._discard_expired, self._log)
        yield self._options.housekeeping, Chore("compact_closed", self._compact_closed, self._log)
        yield self._options.housekeeping, Chore("fold_tallies", self._fold_tallies, self._log)
        yield self._options.housekeeping, Chore("count_anew", self._count_anew, self._log)
        yield self._options.housekeeping, Chore("count_element_times", self._count_element_times, self._log)
        yield self._options.housekeeping, Chore("anchor_journals", self._anchor_journals, self._log)
        yield self._options.housekeeping, Chore("watch_access", self._watch_access, self._log)

    def _take_jobs(self, pool: WorkerPool, stop: Event | None = None) -> None:
        """Take what is due, and more whenever a thread is free, until no more is due, or `stop` is set."""
        while stop is None or not stop.is_set():
            free = pool.free_soon()
            command = LeaseJobs(worker=self._name, limit=free, lease=self._options.lease)
            jobs = self.engine.carry_out(command, actor=SYSTEM)
            for job in jobs:
                pool.submit(job)
            if len(jobs) < free:
                break

    def _scan_documents(self) -> None:
        if self._scan is not None:
            scan_documents(self.engine, self._scan, log=self._log)

    def _make_views(self) -> bool:
        return make_views(self.engine, log=self._log)

    def _fire_timers(self) -> None:
        fire_due_timers(self.engine, limit=self._options.cases_at_once, log=self._log)

    def _send_held(self) -> None:
        sent = self.engine.carry_out(SendHeld(limit=self._options.cases_at_once), actor=SYSTEM)
        if sent:
            self._log.info("held_requests_sent", count=sent)

    def _mark_overdue(self) -> None:
        marked = self.engine.carry_out(MarkOverdue(limit=self._options.cases_at_once), actor=SYSTEM)
        if marked:
            self._log.info("cases_marked_overdue", count=marked)

    def _keep_appointments(self) -> None:
        keep_appointments(self.engine, limit=self._options.cases_at_once, log=self._log)

    def _discard_expired(self) -> None:
        self.engine.carry_out(DiscardExpired(), actor=SYSTEM)

    def _compact_closed(self) -> None:
        for _ in range(_COMPACTIONS):
            done = self.engine.carry_out(CompactClosed(), actor=SYSTEM)
            if done.cases:
                self._log.info("cases_compacted", count=done.cases, saved_bytes=done.saved)
            if done.is_last:
                break

    def _fold_tallies(self) -> None:
        command = FoldTallies()
        while self.engine.carry_out(command, actor=SYSTEM) == command.limit:
            pass

    def _count_anew(self) -> None:
        for _ in range(_MONTHS):
            found = self.engine.carry_out(CountAnew(), actor=SYSTEM)
            if found.wrong:
                self._log.warning("figures_corrected", rows=found.wrong)
            if found.is_last:
                break

    def _count_element_times(self) -> None:
        for _ in range(_DAYS):
            if self.engine.carry_out(CountElementTimes(), actor=SYSTEM):
                break

    def _anchor_journals(self) -> None:
        # Half a round early rather than a round late.
        not_within = self._options.anchors - self._options.housekeeping / 2
        done = anchor_and_hand_over(self.engine, self._anchor_places, not_within=not_within)
        if done.anchor is not None:
            self._log.info("journals_anchored", anchor=done.anchor.number, cases=done.anchor.leaf_count)
        for place, reason in done.refused.items():
            self._log.error("anchor_not_handed_over", place=place, reason=reason)

    def _watch_access(self) -> None:
        rules = AccessRules.decided(self.engine.decided(), self.engine.clock.now())
        raised = self.engine.carry_out(WatchReading(rules=rules), actor=SYSTEM)
        if raised:
            self._log.warning("unusual_reading", count=raised)
        self.engine.carry_out(DiscardAccess(kept=rules.kept), actor=SYSTEM)

    def _beat(self) -> None:
        self.engine.carry_out(Beat(worker=self._name), actor=SYSTEM)


def stop_signal() -> Event:
    """An event that SIGTERM and SIGINT set from now on; for the main thread of a process only."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _schedule(scheduler: BackgroundScheduler, interval: timedelta, chore: Chore) -> None:
    """Have the chore done now and after every interval, never twice at a time, and never to catch up."""
    scheduler.add_job(
        chore,
        "interval",
        seconds=interval.total_seconds(),
        # By the machine's clock, which only wakes the worker; what is due is judged by the engine's.
        next_run_time=datetime.now(UTC),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )

"""The worker's day: APScheduler wakes it, and everything it does is one command after another."""

import secrets
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from os import getpid
from threading import Event

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.typing import FilteringBoundLogger

from engine.dispatch import Engine
from engine.jobs.chore import Chore
from engine.jobs.circuit_breaker import SparingChannel, SparingConnector
from engine.jobs.pace import Pace
from engine.jobs.runner import Courier
from engine.jobs.timers import fire_due_timers
from engine.jobs.worker_pool import Hands
from engine.kernel.actor import SYSTEM
from engine.kernel.noticing import NoticeChannel
from engine.notices.channel import Channel
from engine.operations.housekeeping import Beat, DiscardExpired, MarkOverdue
from engine.service_tasks.connector import Connector
from engine.service_tasks.deliveries import LeaseJobs


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
        connector: Connector,
        *,
        channels: Mapping[NoticeChannel, Channel] | None = None,
        name: str | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.name = name or worker_name()
        self._engine = engine
        self._pace = pace or Pace()
        self._log: FilteringBoundLogger = structlog.get_logger().bind(worker=self.name)
        sparing = SparingConnector(connector=connector)
        self._courier = Courier(
            engine=engine,
            connector=sparing,
            worker=self.name,
            lease=self._pace.lease,
            log=self._log,
            channels={way: SparingChannel(channel=one) for way, one in (channels or {}).items()},
        )

    def run_once(self) -> None:
        """Do everything that is due, and what follows from it at once, and wait until it is done."""
        with self._hands() as hands:
            finished = hands.finished
            while self._take_jobs(hands) or not hands.idle:
                hands.wait_past(finished)
                finished = hands.finished
        self._fire_timers()
        self._mark_overdue()
        self._discard_expired()
        self._beat()

    def run_forever(self, stop: Event) -> None:
        """Work until `stop` is set; then finish what was begun, and return."""
        with self._hands() as hands:
            scheduler = BackgroundScheduler(timezone=UTC)
            for interval, chore in self._chores(hands):
                _schedule(scheduler, interval, chore)
            self._log.info("worker_started")
            scheduler.start()
            stop.wait()
            self._log.info("worker_stopping")
            scheduler.shutdown(wait=True)
        self._log.info("worker_stopped")

    def _hands(self) -> Hands:
        return Hands(self._courier.do, count=self._pace.jobs_at_once)

    def _chores(self, hands: Hands) -> Iterator[tuple[timedelta, Chore]]:
        yield self._pace.beat, Chore("beat", self._beat, self._log)
        yield self._pace.poll, Chore("take_jobs", lambda: self._take_jobs(hands), self._log)
        yield self._pace.timers, Chore("fire_timers", self._fire_timers, self._log)
        yield self._pace.housekeeping, Chore("mark_overdue", self._mark_overdue, self._log)
        yield self._pace.housekeeping, Chore("discard_expired", self._discard_expired, self._log)

    def _take_jobs(self, hands: Hands) -> int:
        begun = 0
        while free := hands.free:
            command = LeaseJobs(worker=self.name, limit=free, lease=self._pace.lease)
            jobs = self._engine.carry_out(command, actor=SYSTEM)
            for job in jobs:
                hands.begin(job)
            begun += len(jobs)
            if len(jobs) < free:
                break
        return begun

    def _fire_timers(self) -> None:
        fire_due_timers(self._engine, limit=self._pace.cases_at_once, log=self._log)

    def _mark_overdue(self) -> None:
        marked = self._engine.carry_out(MarkOverdue(limit=self._pace.cases_at_once), actor=SYSTEM)
        if marked:
            self._log.info("cases_marked_overdue", count=marked)

    def _discard_expired(self) -> None:
        self._engine.carry_out(DiscardExpired(), actor=SYSTEM)

    def _beat(self) -> None:
        self._engine.carry_out(Beat(worker=self.name), actor=SYSTEM)


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

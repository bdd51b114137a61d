"""An engine in memory with service tasks to deliver and timers to fire, and a clock that the test moves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine as SqlEngine

from engine.assembly import no_evidence
from engine.cases import changeset_store
from engine.cases.changeset_store import CaseChange
from engine.cases.model import Case
from engine.dispatch import Engine
from engine.jobs.connectors import every_connector
from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.connectors.signatures import new_secret
from engine.jobs.worker import Worker, WorkerOptions
from engine.organisation.model import Agency
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobKind
from engine.procedures import store as procedures_store
from engine.schema import metadata
from engine.sealing.journal_keys import NO_JOURNAL_KEYS
from engine.sealing.keyring import Keyring
from engine.sealing.seals import Seals
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult
from engine.service_tasks.model import ServiceTask
from engine.storage.database import Database
from engine.storage.in_memory import in_memory
from tests.builders import NOON, a_branch, a_case, a_job, a_service_task, a_version, an_agency
from tests.jobs.quiet_workflow import QuietCatalogue, QuietWorkflow
from tests.office import MovableClock
from tests.organisations import save_agency, save_branch

ACCEPTED = DeliveryOutcome(result=DeliveryResult.ACCEPTED)
FAILED = DeliveryOutcome(result=DeliveryResult.FAILED, detail="Expected HTTP 2xx, but found 500.")
ANSWERED = DeliveryOutcome(result=DeliveryResult.ANSWERED, data={"confirmed": True})


class WatchedConnector:
    """A connector that notes every delivery and gives the outcome that the test chose; it may also raise."""

    def __init__(self, outcome: DeliveryOutcome | Callable[[Delivery], DeliveryOutcome] = ACCEPTED) -> None:
        self.outcome = outcome
        self.delivered: list[Delivery] = []
        self._turn = Lock()

    @property
    def ids(self) -> list[str]:
        return [str(delivery.job_id) for delivery in self.delivered]

    def deliver(self, delivery: Delivery) -> DeliveryOutcome:
        with self._turn:
            self.delivered.append(delivery)
        return self.outcome(delivery) if callable(self.outcome) else self.outcome


@dataclass
class Backlog:
    """An engine whose storage the test can fill and look into."""

    fault: Callable[[bytes], Exception | None] = lambda snapshot: None
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOON))
    connector: WatchedConnector = field(default_factory=WatchedConnector)
    store: Database = field(default_factory=lambda: in_memory(metadata))
    agency: Agency = field(default_factory=lambda: _connected())

    def __post_init__(self) -> None:
        self.branch, self.version = a_branch(), a_version()
        self._running = 0
        with self.store.begin() as connection:
            save_branch(connection, self.branch)
            save_agency(connection, self.agency)
            procedures_store.add_version(connection, self.version, {})
            connection.commit()

    @property
    def engine(self) -> Engine:
        return Engine(
            store=self.store,
            workflow=QuietWorkflow(fault=self.fault),
            catalogue=QuietCatalogue(),
            check_agency=every_connector(AddressRules()).problems,
            seals=Seals(Keyring(())),
            journal_keys=NO_JOURNAL_KEYS,
            clock=self.clock,
            zone=UTC,
            evidence_of=no_evidence,
        )

    def worker(self, **options: Any) -> Worker:
        return Worker(self.engine, self.connector.deliver, options=WorkerOptions(**options))

    def opens_case(self, **changes: Any) -> Case:
        """A case that waits."""
        self._running += 1
        case = a_case(self.branch, version=self.version, running=self._running, **changes)
        self._save(CaseChange(case=case, is_new=True))
        return case

    def asks_agency(self, **changes: Any) -> Job:
        """A case (`changes` are of it) with a service task for the agency, and the job to deliver it."""
        self._running += 1
        case = a_case(self.branch, version=self.version, running=self._running, **changes)
        task = a_service_task(case, agency=self.agency)
        job = a_job(task, payload={})
        self._save(CaseChange(case=case, is_new=True, new_service_tasks=(task,), jobs=(job,)))
        return job

    def sends_message(self) -> Job:
        """A job that passes a message on from one case to another."""
        self._running += 1
        case = a_case(self.branch, version=self.version, running=self._running)
        payload = {"name": "payment_received", "correlation_key": "7", "data": {}}
        job = a_job(kind=JobKind.DELIVER_MESSAGE, case_id=case.id, payload=payload)
        self._save(CaseChange(case=case, is_new=True, jobs=(job,)))
        return job

    def job(self, job: Job) -> Job:
        """The job as it is now."""
        with self.store.begin() as connection:
            found = outbox_store.job(connection, job.id)
        assert found is not None
        return found

    def service_task(self, job: Job) -> ServiceTask:
        """The service task of the job as it is now."""
        assert job.service_task_id is not None
        with self.store.begin() as connection:
            found = service_tasks_store.service_task(connection, job.service_task_id)
        assert found is not None
        return found

    def case(self, case: Case) -> Case:
        """The case as it is now."""
        with self.store.begin() as connection:
            found = changeset_store.lock_case(connection, case.id)
        assert found is not None
        return found.case

    def disconnects_agency(self) -> None:
        """The agency takes no webhooks any more."""
        with self.store.begin() as connection:
            save_agency(connection, replace(self.agency, endpoint=None))
            connection.commit()

    def _save(self, change: CaseChange) -> None:
        with self.store.begin() as connection:
            changeset_store.save_changeset(connection, change)
            connection.commit()


def _connected() -> Agency:
    return an_agency(endpoint="https://registry.example/inbox", secrets=(new_secret(),))


@contextmanager
def commits() -> Iterator[list[object]]:
    """A list that gets every transaction that is committed in the block."""
    seen: list[object] = []

    def see(connection: object) -> None:
        seen.append(connection)

    sa.event.listen(SqlEngine, "commit", see)
    try:
        yield seen
    finally:
        sa.event.remove(SqlEngine, "commit", see)

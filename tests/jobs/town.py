"""A town hall on a real database: cases that wait for a real agency, and workers that are real processes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.process import BaseProcess
from uuid import UUID

from engine.bootstrap import build
from engine.cases import changeset_store
from engine.cases.changeset import CaseState
from engine.cases.changeset_store import CaseView
from engine.cases.queries import ShowCase
from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import SYSTEM
from engine.kernel.pages import Slice
from engine.outbox import store as outbox_store
from engine.settings import from_environment
from engine.storage.database import Database
from tests.jobs.connectors.loopback_agency import Answer, LoopbackAgency, a_running_agency
from tests.jobs.worker_process import work
from tests.office import MovableClock, Office, an_office
from tests.processes import PROCESSES

CONFIRMS = Answer(body='{"data": {"confirmed": true, "certificate_number": "Β-2026/118"}}'.encode())
"""The municipality answers at once."""

LEASE_SECONDS = 1.0


@dataclass
class Town:
    """An office, its municipality, and however many workers the test starts."""

    url: str
    store: Database
    office: Office
    agency: LoopbackAgency
    workers: list[BaseProcess] = field(default_factory=list)

    def starts_worker(self, *, lease_seconds: float = LEASE_SECONDS) -> BaseProcess:
        """A new worker process, looking for work."""
        worker = PROCESSES.Process(target=work, args=(_environment(self.url), lease_seconds))
        worker.start()
        self.workers.append(worker)
        return worker

    def kill(self, worker: BaseProcess) -> None:
        """Kill a worker as a power cut would."""
        worker.kill()
        worker.join()

    def sends(self, count: int = 1) -> list[CaseState]:
        """Cases whose papers were checked, and which now ask the municipality."""
        return [self.office.sends_to_municipality() for _ in range(count)]

    def case(self, state: CaseState) -> CaseView:
        """The case as it is now."""
        return self.office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM)

    def actions(self, state: CaseState) -> Counter[str]:
        """How often each action stands in the case's journal."""
        return Counter(entry.action for entry in self.office.journal(state))

    def is_answered(self, state: CaseState) -> bool:
        """Whether the case went on to the clerk."""
        return [task.element_id for task in self.case(state).tasks] == ["hand_over"]

    def unanswered(self, cases: Sequence[CaseState]) -> list[str]:
        """The cases that still wait for the municipality, each with the state of its delivery."""
        waiting = [state for state in cases if not self.is_answered(state)]
        with self.store.reading() as connection:
            jobs = {
                job.case_id: job for job in outbox_store.list_jobs(connection, None, Slice(limit=100)).items
            }
        return [f"{state.case.number}: {jobs[state.case.id]}" for state in waiting]

    def has_heard_more_than(self, count: int) -> bool:
        """Whether the agency has received more messages than that."""
        return len(self.agency.ids) > count

    @contextmanager
    def holding(self, case_id: UUID) -> Iterator[None]:
        """Hold the case locked, so that nobody else can record anything in it."""
        with self.store.begin() as connection:
            changeset_store.lock_case(connection, case_id)
            yield


@contextmanager
def a_town(url: str, *, now: datetime | None = None, polls: bool = False) -> Iterator[Town]:
    """A town on that database; its workers are gone at the end.

    `now` is what the clock on the office's wall shows; the workers go by the true time. An agency that
    `polls` gets no webhooks.
    """
    with a_running_agency() as agency:
        agency.answering = lambda received: CONFIRMS
        clock = MovableClock(now) if now else None
        engine = build(from_environment(_environment(url)), clock=clock)
        endpoint = None if polls else agency.url
        office = an_office(engine, endpoint=endpoint, secrets=(new_secret(),))
        store = engine.store
        assert isinstance(store, Database)
        town = Town(url=url, store=store, office=office, agency=agency)
        try:
            yield town
        finally:
            for worker in town.workers:
                town.kill(worker)
            engine.close()


def _environment(url: str) -> dict[str, str]:
    return {"STOA_DATABASE_URL": url, "STOA_PRIVATE_ENDPOINTS": "127.0.0.0/8"}

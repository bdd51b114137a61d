"""An office whose citizens are told how their cases stand, and a worker that sends what is due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.bootstrap import build_in_memory
from engine.cases.changeset import CaseState
from engine.cases.model import Notify
from engine.kernel.actor import SYSTEM, Actor
from engine.kernel.noticing import Noticing
from engine.notices import store as notices_store
from engine.notices.channel import Sending, SendingOutcome, SendingResult
from engine.notices.model import Notice
from engine.notices.send import PrepareNotice, RecordNotice
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.deliveries import LeaseJobs
from tests.builders import NOON, an_agency_actor
from tests.office import CONFIRMED, EVERY_WAY, PAPERS_COMPLETE, MovableClock, Office, an_office

BY_SMS = Notify(sms="+306912345678")
SENT = SendingOutcome(result=SendingResult.SENT)
FAILED = SendingOutcome(result=SendingResult.FAILED, detail="The gateway answered 503.")
REFUSED = SendingOutcome(result=SendingResult.REFUSED, detail="The gateway answered 422.")

_WORKER = "w-1"


class RunningClock(MovableClock):
    """A clock on which every act has a second of its own, so that acts have an order."""

    def now(self) -> datetime:
        """The moment it stands at, a second after the last one."""
        self.advance(timedelta(seconds=1))
        return self.moment


@dataclass
class Telling:
    """The office, with a worker in the test's hands."""

    noticing: Noticing = EVERY_WAY
    clock: MovableClock = field(default_factory=lambda: RunningClock(NOON))

    def __post_init__(self) -> None:
        zone = ZoneInfo("Europe/Athens")
        engine = build_in_memory(clock=self.clock, zone=zone, noticing=self.noticing)
        self.office: Office = an_office(engine, clock=self.clock)

    @property
    def municipality(self) -> Actor:
        """The agency, asking for itself."""
        return an_agency_actor(self.office.agency)

    def opens(self, notify: Notify = BY_SMS) -> CaseState:
        """A case whose citizen agreed to that."""
        return self.office.opens_case(notify=notify)

    def asks_municipality(self, notify: Notify = BY_SMS) -> CaseState:
        """A case that the municipality is to answer."""
        return self.office.completes(self.opens(notify).tasks[0], PAPERS_COMPLETE)

    def makes_ready(self, notify: Notify = BY_SMS) -> CaseState:
        """A case whose certificate waits for its citizen."""
        asked = self.asks_municipality(notify).service_tasks[0]
        answer = AnswerServiceTask(service_task_id=asked.id, data=dict(CONFIRMED))
        return self.office.does(answer, actor=self.municipality)

    def notices(self, state: CaseState) -> Sequence[Notice]:
        """All notices of a case, oldest first."""
        with self.office.engine.store.reading() as connection:
            return notices_store.notices_of(connection, state.case.id, limit=100)[::-1]

    def told(self, state: CaseState) -> list[tuple[str, str]]:
        """Occasion and state of every notice of a case, oldest first."""
        return [(one.occasion.value, one.state.value) for one in self.notices(state)]

    def leases(self) -> list[UUID]:
        """The jobs that are due, now in the worker's hands."""
        command = LeaseJobs(worker=_WORKER, limit=10, lease=timedelta(minutes=2))
        return [job.id for job in self.office.does(command, actor=SYSTEM)]

    def prepares(self, job_id: UUID) -> Sending | None:
        """What a leased job has to send."""
        return self.office.does(PrepareNotice(job_id=job_id, worker=_WORKER), actor=SYSTEM)

    def records(self, job_id: UUID, outcome: SendingOutcome) -> None:
        """What came of it."""
        self.office.does(RecordNotice(job_id=job_id, worker=_WORKER, outcome=outcome), actor=SYSTEM)

    def sends(self, outcome: SendingOutcome = SENT) -> list[Sending]:
        """Everything that is due, with that outcome for each."""
        found = [(job_id, self.prepares(job_id)) for job_id in self.leases()]
        made = [(job_id, sending) for job_id, sending in found if sending is not None]
        for job_id, _ in made:
            self.records(job_id, outcome)
        return [sending for _, sending in made]

"""Doing one leased job: reach outside with no transaction open, then record the outcome in one command."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from typing import TypeAlias, TypeVar
from uuid import UUID

import stamina
from structlog.typing import FilteringBoundLogger

from engine.appointments.chores import ReleaseAppointments
from engine.appointments.telling import PrepareTelling, RecordTelling
from engine.case_migration.runs import MigrateNext, PassOverCase
from engine.cases.hand_over import HandOverBranch
from engine.cases.term_recount import RecountTerms
from engine.context import Command
from engine.jobs.circuit_breaker import Deliver, Send
from engine.jobs.together import Together
from engine.kernel.noticing import NoticeChannel
from engine.kernel.refusal import Refusal, Unavailable
from engine.messages.signals import CarrySignal, PassOverSignal
from engine.messages.starts import BeginCase
from engine.notices.channel import Sending, SendingOutcome, SendingResult
from engine.notices.send import PrepareNotice, RecordNotice
from engine.notices.staff_invitations import PrepareStaffInvitation, RecordStaffInvitation
from engine.outbox.model import Job, JobKind
from engine.payments.paravolo import Paravolo, ParavoloAnswer, ParavoloRequest, ParavoloResult
from engine.payments.paravolo_jobs import PrepareAsking, RecordAsking
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult
from engine.service_tasks.deliveries import PassMessageOn, PrepareDelivery, RecordDelivery, SetJobBack
from engine.service_tasks.pings import PreparePing, RecordPing
from engine.service_tasks.register_jobs import ChangeOrganisations, SetActBack
from engine.signatures.links import PrepareInvitation, RecordInvitation
from engine.tasks.leaving import ReturnWork

R = TypeVar("R")

_Prepare: TypeAlias = PrepareNotice | PrepareTelling | PrepareInvitation | PrepareStaffInvitation
_Record: TypeAlias = RecordNotice | RecordTelling | RecordInvitation | RecordStaffInvitation
"""What is asked before, and what is said after an attempt to reach a person."""

_TRIES, _RETRY_SECONDS = 6, 20.0


@dataclass(frozen=True, kw_only=True)
class JobRunner:
    """Does the jobs that the worker of that name has leased, for `lease` at a time.

    Nothing is raised: a job that cannot be done is postponed, and one that cannot even be postponed is due
    again when its lease is over. Killing the process at any point is as harmless, because until the last
    command is committed nothing has changed but the lease.
    """

    together: Together
    deliver: Deliver
    worker: str
    lease: timedelta
    log: FilteringBoundLogger
    send: Mapping[NoticeChannel, Send] = field(default_factory=dict)
    paravolo: Paravolo | None = None

    def run(self, job: Job) -> None:
        log = self.log.bind(
            job_id=str(job.id), kind=job.kind.value, case_id=str(job.case_id), attempt=job.attempts
        )
        try:
            self._work[job.kind](job, log)
        except Exception as fault:  # noqa: BLE001 - one bad job must not stop the others
            log.error("job_left_to_its_lease", fault=type(fault).__name__)

    @cached_property
    def _work(self) -> Mapping[JobKind, Callable[[Job, FilteringBoundLogger], None]]:
        """What is done with a job of each kind."""
        return {
            JobKind.DELIVER_WEBHOOK: self._deliver,
            JobKind.PING_AGENCY: self._ping,
            JobKind.DELIVER_MESSAGE: self._pass_message_on,
            JobKind.CARRY_SIGNAL: self._carry_signal,
            JobKind.BEGIN_CASE: self._begin_case,
            JobKind.RECOUNT_TERMS: self._recount_terms,
            JobKind.SEND_NOTICE: partial(self._tell, "notice", PrepareNotice, RecordNotice),
            JobKind.TELL_APPOINTMENT: partial(self._tell, "notice", PrepareTelling, RecordTelling),
            JobKind.RELEASE_APPOINTMENTS: self._release_appointments,
            JobKind.ASK_PARAVOLO: self._ask_paravolo,
            JobKind.RETURN_WORK: self._return_work,
            JobKind.SEND_STAFF_INVITATION: partial(
                self._tell, "invitation", PrepareStaffInvitation, RecordStaffInvitation
            ),
            JobKind.MIGRATE_CASES: self._migrate_cases,
            JobKind.HAND_OVER_BRANCH: self._hand_over_branch,
            JobKind.CHANGE_ORGANISATIONS: self._change_organisations,
            JobKind.SEND_INVITATION: partial(self._tell, "invitation", PrepareInvitation, RecordInvitation),
        }

    def _pass_message_on(self, job: Job, log: FilteringBoundLogger) -> None:
        with self._postponing(job, log, "message_not_passed_on"):
            self._carry_out(PassMessageOn(job_id=job.id, worker=self.worker))
            log.info("message_passed_on")

    def _carry_signal(self, job: Job, log: FilteringBoundLogger) -> None:
        with self._postponing(job, log, "signal_not_carried", on=Unavailable):
            while self._signal_goes_further(job, log):
                pass
            log.info("signal_carried")

    def _begin_case(self, job: Job, log: FilteringBoundLogger) -> None:
        with self._postponing(job, log, "case_not_begun"):
            begun = self._carry_out(BeginCase(job_id=job.id, worker=self.worker))
            log.info("case_begun" if begun else "case_not_needed")

    def _recount_terms(self, job: Job, log: FilteringBoundLogger) -> None:
        with self._postponing(job, log, "terms_not_recounted"):
            recounted = self._carry_out(RecountTerms(job_id=job.id, worker=self.worker))
            log.info("terms_recounted", cases=recounted)

    def _hand_over_branch(self, job: Job, log: FilteringBoundLogger) -> None:
        with self._postponing(job, log, "branch_not_handed_over"):
            cases = self._carry_out(HandOverBranch(job_id=job.id, worker=self.worker))
            log.info("branch_handed_over", cases=cases)

    def _change_organisations(self, job: Job, log: FilteringBoundLogger) -> None:
        with self._postponing(job, log, "organisations_not_changed", back=SetActBack):
            self._carry_out(ChangeOrganisations(job_id=job.id, worker=self.worker))
            log.info("organisations_changed")

    def _migrate_cases(self, job: Job, log: FilteringBoundLogger) -> None:
        run_id = UUID(job.payload["run"])
        following = MigrateNext(run_id=run_id, job_id=job.id, worker=self.worker, lease=self.lease)
        with self._postponing(job, log, "cases_not_migrated", on=Unavailable):
            while self._migrates_another(following, log):
                pass
            log.info("cases_migrated", run=str(run_id))

    def _migrates_another(self, following: MigrateNext, log: FilteringBoundLogger) -> bool:
        """Whether the run may have further to go; the trouble of one case does not stop the others."""
        try:
            return self._carry_out(following).goes_on
        except Unavailable:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is, the case stays as it was
            log.error("case_not_migrated", fault=type(fault).__name__)
            self._carry_out(PassOverCase(run_id=following.run_id, fault=type(fault).__name__))
            return True

    def _release_appointments(self, job: Job, log: FilteringBoundLogger) -> None:
        with self._postponing(job, log, "appointments_not_released"):
            released = self._carry_out(ReleaseAppointments(job_id=job.id, worker=self.worker))
            log.info("appointments_released", count=released)

    def _return_work(self, job: Job, log: FilteringBoundLogger) -> None:
        with self._postponing(job, log, "work_not_returned"):
            returned = self._carry_out(ReturnWork(job_id=job.id, worker=self.worker))
            log.info("work_returned", tasks=returned)

    def _deliver(self, job: Job, log: FilteringBoundLogger) -> None:
        delivery = self._carry_out(PrepareDelivery(job_id=job.id, worker=self.worker))
        if delivery is None:
            log.info("delivery_not_needed")
            return
        outcome = self._attempt(delivery)
        log = log.bind(agency=delivery.agency.key, result=outcome.result.value)
        try:
            self._record(job, outcome)
        except Unavailable:
            # The answer is sound, and there is nothing to write anything down in: the agency is asked again
            # when the lease is over.
            raise
        except Exception as fault:  # noqa: BLE001 - whatever the case makes of the answer, the job goes on
            reason = _reason(fault)
            log.error("answer_not_taken", reason=reason)
            self._record(job, DeliveryOutcome(result=DeliveryResult.FAILED, detail=f"Not taken: {reason}."))
            return
        log.info("delivery_attempted", **_detail(outcome))

    def _ping(self, job: Job, log: FilteringBoundLogger) -> None:
        delivery = self._carry_out(PreparePing(job_id=job.id, worker=self.worker))
        if delivery is not None:
            outcome = self._attempt(delivery)
            self._carry_out(RecordPing(job_id=job.id, worker=self.worker, outcome=outcome))
            log.info("agency_pinged", agency=delivery.agency.key, result=outcome.result.value)

    def _attempt(self, delivery: Delivery) -> DeliveryOutcome:
        try:
            return self.deliver(delivery)
        except Exception as fault:  # noqa: BLE001 - a connector that breaks its promise is an attempt that failed
            detail = f"The connector failed: {type(fault).__name__}."
            return DeliveryOutcome(result=DeliveryResult.FAILED, detail=detail)

    def _record(self, job: Job, outcome: DeliveryOutcome) -> None:
        self._carry_out(RecordDelivery(job_id=job.id, worker=self.worker, outcome=outcome))

    def _tell(
        self, what: str, prepare: type[_Prepare], record: type[_Record], job: Job, log: FilteringBoundLogger
    ) -> None:
        sending = self._carry_out(prepare(job_id=job.id, worker=self.worker))
        if sending is None:
            log.info(f"{what}_not_needed")
            return
        outcome = self._sent(sending)
        self._carry_out(record(job_id=job.id, worker=self.worker, outcome=outcome))
        detail = {"detail": outcome.detail} if outcome.detail else {}
        log.info(f"{what}_attempted", channel=sending.channel.value, result=outcome.result.value, **detail)

    def _sent(self, sending: Sending) -> SendingOutcome:
        send = self.send.get(sending.channel)
        if send is None:
            return SendingOutcome(result=SendingResult.FAILED, detail="The worker has no such channel.")
        try:
            return send(sending)
        except Exception as fault:  # noqa: BLE001 - a channel that breaks its promise is an attempt that failed
            detail = f"The channel failed: {type(fault).__name__}."
            return SendingOutcome(result=SendingResult.FAILED, detail=detail)

    def _ask_paravolo(self, job: Job, log: FilteringBoundLogger) -> None:
        request = self._carry_out(PrepareAsking(job_id=job.id, worker=self.worker))
        if request is None:
            log.info("paravolo_not_needed")
            return
        answer = self._answered(request)
        record = RecordAsking(job_id=job.id, worker=self.worker, request=request, answer=answer)
        with self._postponing(job, log, "paravolo_answer_not_taken"):
            self._carry_out(record)
            log.info("paravolo_asked", act=request.act.value, result=answer.result.value)

    def _answered(self, request: ParavoloRequest) -> ParavoloAnswer:
        if self.paravolo is None:
            detail = "The worker has no e-Paravolo."
            return ParavoloAnswer(result=ParavoloResult.FAILED, detail=detail)
        try:
            return self.paravolo.ask(request)
        except Exception as fault:  # noqa: BLE001 - a port that breaks its promise is an attempt that failed
            detail = f"e-Paravolo could not be asked: {type(fault).__name__}."
            return ParavoloAnswer(result=ParavoloResult.FAILED, detail=detail)

    def _signal_goes_further(self, job: Job, log: FilteringBoundLogger) -> bool:
        try:
            return self._carry_out(CarrySignal(job_id=job.id, worker=self.worker, lease=self.lease))
        except Unavailable:
            raise
        except Exception as fault:  # noqa: BLE001 - one case in trouble must not keep the signal from the others
            log.error("signal_not_taken", reason=_reason(fault))
            name = type(fault).__name__
            self._carry_out(PassOverSignal(job_id=job.id, worker=self.worker, lease=self.lease, fault=name))
            return True

    @contextmanager
    def _postponing(
        self,
        job: Job,
        log: FilteringBoundLogger,
        event: str,
        *,
        on: type[Exception] = Exception,
        back: type[SetJobBack | SetActBack] = SetJobBack,
    ) -> Iterator[None]:
        """On a fault, which may be the trouble of one case, log that event, and try the job again later."""
        try:
            yield
        except on as fault:
            reason = _reason(fault)
            log.error(event, reason=reason)
            self._carry_out(back(job_id=job.id, worker=self.worker, error=reason))

    def _carry_out(self, command: Command[R]) -> R:
        # A leased job waits for us alone, and an answer is lost unless we record it: while the database is
        # busy, retry. The context is used, and not the decorator, which logs the arguments.
        attempts = stamina.retry_context(on=Unavailable, attempts=_TRIES, timeout=_RETRY_SECONDS)
        for attempt in attempts:
            with attempt:
                return self.together.carry_out(command)
        raise AssertionError("The last attempt returns or raises.")


def _reason(fault: Exception) -> str:
    """The stable code of a refusal, or the kind of a fault; never its text, which may quote what was sent."""
    return fault.code if isinstance(fault, Refusal) else type(fault).__name__


def _detail(outcome: DeliveryOutcome) -> dict[str, str]:
    """What may be logged of an outcome: the reason of a failure, and nothing of an agency's answer."""
    if outcome.result in (DeliveryResult.FAILED, DeliveryResult.GONE):
        return {"detail": outcome.detail}
    return {}

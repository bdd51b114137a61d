"""Doing one leased job: reach outside with no transaction open, then say in one command what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import stamina
from structlog.typing import FilteringBoundLogger

from engine.context import Command
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.kernel.noticing import NoticeChannel
from engine.kernel.refusal import Refusal, Unavailable
from engine.messages.signals import CarrySignal, PassOverSignal
from engine.messages.starts import BeginCase
from engine.notices.channel import Channel, Sending, SendingOutcome, SendingResult
from engine.notices.send import PrepareNotice, RecordNotice
from engine.outbox.model import Job, JobKind
from engine.service_tasks.connector import Connector, Delivery, DeliveryOutcome, DeliveryResult
from engine.service_tasks.deliveries import PassMessageOn, PrepareDelivery, RecordDelivery, SetJobBack

R = TypeVar("R")

_TRIES, _PATIENCE_SECONDS = 6, 20.0


@dataclass(frozen=True, kw_only=True)
class Courier:
    """Does the jobs that the worker of that name has leased, for `lease` at a time.

    Nothing is raised: a job that cannot be done is set back, and one that cannot even be set back is due
    again when its lease is over. Killing the process at any point is as harmless, because until the last
    command is committed nothing has changed but the lease.
    """

    engine: Engine
    connector: Connector
    worker: str
    lease: timedelta
    log: FilteringBoundLogger
    channels: Mapping[NoticeChannel, Channel] = field(default_factory=dict)

    def do(self, job: Job) -> None:
        """Do the job, or see to it that it is tried again."""
        log = self.log.bind(
            job_id=str(job.id), kind=job.kind.value, case_id=str(job.case_id), attempt=job.attempts
        )
        try:
            match job.kind:
                case JobKind.DELIVER_WEBHOOK:
                    self._deliver(job, log)
                case JobKind.DELIVER_MESSAGE:
                    self._pass_on(job, log)
                case JobKind.CARRY_SIGNAL:
                    self._carry_signal(job, log)
                case JobKind.BEGIN_CASE:
                    self._begin_case(job, log)
                case JobKind.SEND_NOTICE:
                    self._send_notice(job, log)
        except Exception as fault:  # noqa: BLE001 - one bad job must not stop the others
            log.error("job_left_to_its_lease", fault=type(fault).__name__)

    def _deliver(self, job: Job, log: FilteringBoundLogger) -> None:
        delivery = self._carry_out(PrepareDelivery(job_id=job.id, worker=self.worker))
        if delivery is None:
            log.info("delivery_not_needed")
            return
        outcome = self._attempt(delivery)
        log = log.bind(agency=delivery.agency.key, result=outcome.result.value)
        try:
            self._record(job, outcome)
        except Exception as fault:  # noqa: BLE001 - whatever the case makes of the answer, the job goes on
            reason = _reason(fault)
            log.error("answer_not_taken", reason=reason)
            self._record(job, DeliveryOutcome(result=DeliveryResult.FAILED, detail=f"Not taken: {reason}."))
            return
        log.info("delivery_attempted", **_detail(outcome))

    def _attempt(self, delivery: Delivery) -> DeliveryOutcome:
        try:
            return self.connector.deliver(delivery)
        except Exception as fault:  # noqa: BLE001 - a connector that breaks its promise is an attempt that failed
            detail = f"The connector failed: {type(fault).__name__}."
            return DeliveryOutcome(result=DeliveryResult.FAILED, detail=detail)

    def _record(self, job: Job, outcome: DeliveryOutcome) -> None:
        self._carry_out(RecordDelivery(job_id=job.id, worker=self.worker, outcome=outcome))

    def _pass_on(self, job: Job, log: FilteringBoundLogger) -> None:
        try:
            self._carry_out(PassMessageOn(job_id=job.id, worker=self.worker))
        except Exception as fault:  # noqa: BLE001 - the receiving case may be in trouble; the sender is not
            reason = _reason(fault)
            log.error("message_not_passed_on", reason=reason)
            self._carry_out(SetJobBack(job_id=job.id, worker=self.worker, error=reason))
            return
        log.info("message_passed_on")

    def _begin_case(self, job: Job, log: FilteringBoundLogger) -> None:
        try:
            begun = self._carry_out(BeginCase(job_id=job.id, worker=self.worker))
        except Exception as fault:  # noqa: BLE001 - whatever it is, the job is tried again, and then a dead letter
            reason = _reason(fault)
            log.error("case_not_begun", reason=reason)
            self._carry_out(SetJobBack(job_id=job.id, worker=self.worker, error=reason))
            return
        log.info("case_begun" if begun else "case_not_needed")

    def _send_notice(self, job: Job, log: FilteringBoundLogger) -> None:
        sending = self._carry_out(PrepareNotice(job_id=job.id, worker=self.worker))
        if sending is None:
            log.info("notice_not_needed")
            return
        outcome = self._sent(sending)
        self._carry_out(RecordNotice(job_id=job.id, worker=self.worker, outcome=outcome))
        told = {"detail": outcome.detail} if outcome.detail else {}
        log.info("notice_attempted", channel=sending.channel.value, result=outcome.result.value, **told)

    def _sent(self, sending: Sending) -> SendingOutcome:
        channel = self.channels.get(sending.channel)
        if channel is None:
            return SendingOutcome(result=SendingResult.FAILED, detail="The worker has no such channel.")
        try:
            return channel.send(sending)
        except Exception as fault:  # noqa: BLE001 - a channel that breaks its promise is an attempt that failed
            detail = f"The channel failed: {type(fault).__name__}."
            return SendingOutcome(result=SendingResult.FAILED, detail=detail)

    def _carry_signal(self, job: Job, log: FilteringBoundLogger) -> None:
        try:
            while self._signal_goes_further(job, log):
                pass
        except Unavailable as refusal:
            log.error("signal_not_carried", reason=refusal.code)
            self._carry_out(SetJobBack(job_id=job.id, worker=self.worker, error=refusal.code))
            return
        log.info("signal_carried")

    def _signal_goes_further(self, job: Job, log: FilteringBoundLogger) -> bool:
        try:
            return self._carry_out(CarrySignal(job_id=job.id, worker=self.worker, lease=self.lease))
        except Unavailable:
            raise
        except Exception as fault:  # noqa: BLE001 - one case in trouble must not keep the signal from the others
            log.error("signal_not_taken", reason=_reason(fault))
            name = type(fault).__name__
            past = PassOverSignal(job_id=job.id, worker=self.worker, lease=self.lease, fault=name)
            self._carry_out(past)
            return True

    def _carry_out(self, command: Command[R]) -> R:
        # A leased job waits for us alone, and an answer is in our hands only: while the database is busy,
        # both are worth some patience. The context is used, and not the decorator, which logs the arguments.
        patient = stamina.retry_context(on=Unavailable, attempts=_TRIES, timeout=_PATIENCE_SECONDS)
        for attempt in patient:
            with attempt:
                return self.engine.carry_out(command, actor=SYSTEM)
        raise AssertionError("The last attempt returns or raises.")


def _reason(fault: Exception) -> str:
    """The stable code of a refusal, or the kind of a fault; never its text, which may quote what was sent."""
    return fault.code if isinstance(fault, Refusal) else type(fault).__name__


def _detail(outcome: DeliveryOutcome) -> dict[str, str]:
    """What may be logged of an outcome: the reason of a failure, and nothing of an agency's answer."""
    if outcome.result in (DeliveryResult.FAILED, DeliveryResult.GONE):
        return {"detail": outcome.detail}
    return {}

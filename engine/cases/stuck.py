"""A case that cannot go on: what was attempted is kept in an incident, until it can be done."""

from dataclasses import replace
from datetime import timedelta

from engine.cases.changeset import CaseChangeset
from engine.incidents.model import Attempt, AttemptKind, Incident
from engine.kernel.vocabulary import Flag
from engine.runtime.contract import Step, StepIncident

STUCK_RETRY = timedelta(minutes=5)
"""How long a due timer waits for its next attempt when firing it left the case stuck."""


def mark_stuck(changeset: CaseChangeset, fault: str, attempt: Attempt) -> None:
    """Mark the case stuck after a fault that nobody anticipated: `fault` names what was raised."""
    stop(changeset, attempt, StepIncident(element_id=None, code="fault", message=f"{fault} was raised"))


def get_stuck(changeset: CaseChangeset, step: Step, attempt: Attempt) -> None:
    """Mark the case stuck where a step could not be taken; timers that were due are tried again later."""
    unknown = StepIncident(element_id=None, code="unknown", message="The workflow gave no reason.")
    stop(changeset, attempt, step.incident or unknown)
    case, now = changeset.case, changeset.transaction.now
    if case.next_timer_at is not None and case.next_timer_at <= now:
        changeset.case = replace(case, next_timer_at=now + STUCK_RETRY)


def stop(changeset: CaseChangeset, attempt: Attempt, why: StepIncident) -> None:
    """Mark the case stuck, and keep what was attempted in an incident."""
    incident, is_news = changeset.incidents.stopped(
        changeset.case,
        attempt,
        code=why.code,
        message=why.message,
        element_id=why.element_id,
        variable=why.variable,
    )
    if is_news:
        changeset.record_incident("case_stuck", incident)
    changeset.case = changeset.case.flagged(Flag.STUCK, wanted=True)


def settle_incidents(changeset: CaseChangeset, step: Step, attempt: Attempt | None) -> None:
    """An incident is over when what was attempted was done, or waits no more."""

    def is_settled(incident: Incident) -> bool:
        if attempt is not None and incident.attempt.is_like(attempt):
            return True
        if incident.attempt.kind is AttemptKind.FIRE_TIMERS:
            return step.next_timer_at is None or step.next_timer_at > changeset.transaction.now
        return incident.attempt.token in step.closed

    changeset.incidents.settle(is_settled, changeset.record_incident)
    changeset.case = changeset.case.flagged(Flag.STUCK, wanted=bool(changeset.incidents.open))

"""Repair a case that cannot go on: try again what was attempted, correct a variable, move a token."""

from dataclasses import dataclass
from typing import Any, TypeGuard
from uuid import UUID

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset, CaseState, require_version
from engine.cases.take_step import receive, take_repair
from engine.context import Command, Transaction
from engine.incidents import store as incidents_store
from engine.incidents.model import Attempt, AttemptKind, Incident
from engine.kernel.permission import require_repairs
from engine.kernel.refusal import Conflict, Invalid, NotFound, required
from engine.kernel.topics import ORGANISATION_TOPIC
from engine.messages import subscription_store
from engine.messages.model import Subscription
from engine.messages.timers import fire
from engine.runtime.contract import StepRefused
from engine.service_tasks.answer import answer
from engine.service_tasks.fail import fail
from engine.service_tasks.model import ServiceTask
from engine.service_tasks.register_jobs import act
from engine.tasks.complete import complete
from engine.tasks.model import Task

Waiting = Task | ServiceTask | Subscription
"""What a token may stand for."""


@dataclass(frozen=True, kw_only=True)
class RetryIncident(Command[CaseState]):
    """Do again what an open incident was opened by: the same answer, form, message or timers.

    What was asked of the registers in vain is asked of them anew, with the values that the case has now.
    """

    incident_id: UUID
    expected_version: int | None = None


def retry_incident(command: RetryIncident, transaction: Transaction) -> CaseState:
    """The case after the attempt.

    Where it stops again, the incident is still among the open ones, and nothing else has changed.
    """
    changeset, incident = _open_incident(command.incident_id, transaction)
    require_version(changeset.case.row_version, command.expected_version)
    _try_again(changeset, incident, transaction)
    return changeset.save()


@dataclass(frozen=True, kw_only=True)
class CorrectVariable(Command[CaseState]):
    """Set a variable of a case to another value, for a reason.

    `path` names it, with full stops between the names of contexts inside each other: `applicant.afm`. With
    `and_retry`, what that incident was opened by is done again at once, unless the correction settles it.
    """

    case_id: UUID
    path: str
    value: Any
    reason: str
    expected_version: int | None = None
    and_retry: UUID | None = None


def correct_variable(command: CorrectVariable, transaction: Transaction) -> CaseState:
    """The case, which has the value wherever it had another.

    The journal tells the path and not the value. `Conflict` if it would leave the case stuck. Where the case
    stops again at what is done again, it keeps the value, and the incident is still open.
    """
    reason = required(command.reason)
    changeset = _file_to_repair(command.case_id, transaction, expected_version=command.expected_version)
    try:
        step = transaction.workflow.correct(
            changeset.procedure.definition,
            changeset.case.snapshot,
            path=tuple(command.path.split(".")),
            value=command.value,
            surroundings=changeset.surroundings,
        )
    except StepRefused as refusal:
        raise Invalid.field("path", str(refusal)) from refusal
    take_repair(changeset, step, ("variable_corrected", {"path": command.path}), reason=reason)
    if command.and_retry is not None:
        incident = changeset.incidents.incident(command.and_retry)
        if incident is None:
            raise NotFound.of("incident", command.and_retry)
        if incident.is_open:
            _try_again(changeset, incident, transaction)
    return changeset.save()


@dataclass(frozen=True, kw_only=True)
class MoveToken(Command[CaseState]):
    """Take the case from the element where it stands to another beside it, for a reason."""

    case_id: UUID
    source: str
    target: str
    reason: str
    expected_version: int | None = None


def move_token(command: MoveToken, transaction: Transaction) -> CaseState:
    """The case, at the other element.

    What was open at the first one is cancelled, and incidents there are resolved. `Conflict` if it would
    leave the case stuck.
    """
    reason = required(command.reason)
    changeset = _file_to_repair(command.case_id, transaction, expected_version=command.expected_version)
    changeset.case.require_open()
    try:
        step = transaction.workflow.move(
            changeset.procedure.definition,
            changeset.case.snapshot,
            source=command.source,
            target=command.target,
            surroundings=changeset.surroundings,
        )
    except StepRefused as refusal:
        raise Conflict(
            f"Case {changeset.case.number} cannot go there: {refusal}", code="move_refused"
        ) from refusal
    detail = {"from": command.source, "to": command.target}
    take_repair(changeset, step, ("token_moved", detail), reason=reason)
    return changeset.save()


def _file_to_repair(
    case_id: UUID, transaction: Transaction, *, expected_version: int | None
) -> CaseChangeset:
    locked = changeset_store.lock_case(transaction.connection, case_id)
    if locked is None:
        raise NotFound.of("case", case_id)
    require_repairs(transaction.actor, locked.case)
    require_version(locked.case.row_version, expected_version)
    if locked.case.status.is_final:
        raise Conflict(
            f"Expected case {locked.case.number} to be under way, but it is {locked.case.status}.",
            code=f"case_{locked.case.status}",
        )
    return CaseChangeset(transaction, locked)


def _open_incident(incident_id: UUID, transaction: Transaction) -> tuple[CaseChangeset, Incident]:
    found = incidents_store.incident(transaction.connection, incident_id)
    locked = changeset_store.lock_case(transaction.connection, found.case_id) if found else None
    if found is None or locked is None:
        raise NotFound.of("incident", incident_id)
    require_repairs(transaction.actor, locked.case)
    # While the lock was waited for, the case may have moved on: what counts is the incident as it is now.
    now = incidents_store.incident(transaction.connection, incident_id) or found
    now.require_open()
    return CaseChangeset(transaction, locked), now


def _try_again(changeset: CaseChangeset, incident: Incident, transaction: Transaction) -> None:
    changeset.case.require_open()
    changeset.record("incident_retried", {"incident": str(incident.id), "code": incident.code})
    _replay(changeset, incident.attempt, transaction)


def _replay(changeset: CaseChangeset, attempt: Attempt, transaction: Transaction) -> None:
    if attempt.kind is AttemptKind.FIRE_TIMERS:
        fire(changeset, transaction)
        return
    waiting = _waiting(changeset, attempt.token, transaction)
    if attempt.kind is AttemptKind.RECEIVE and isinstance(waiting, Subscription):
        receive(changeset, waiting, attempt.data, sender=attempt.sender)
    elif attempt.kind is AttemptKind.COMPLETE and isinstance(waiting, Task):
        complete(changeset, waiting, attempt.data, transaction)
    elif attempt.kind is AttemptKind.COMPLETE and isinstance(waiting, ServiceTask):
        answer(changeset, waiting, attempt.data)
    elif attempt.kind is AttemptKind.FAIL and _is_act(waiting):
        act(changeset, waiting, transaction)
    elif attempt.kind is AttemptKind.FAIL and isinstance(waiting, ServiceTask):
        fail(
            changeset,
            waiting,
            transaction,
            code=attempt.error_code or "",
            message=attempt.error_message or "",
            data=attempt.data,
        )
    else:
        raise Conflict(
            "Expected what was attempted to be waited for still, but nothing waits for it.",
            code="incident_outdated",
        )


def _is_act(waiting: Waiting | None) -> TypeGuard[ServiceTask]:
    """Whether it asks something of the registers: what they refused once they may do now."""
    return isinstance(waiting, ServiceTask) and waiting.topic == ORGANISATION_TOPIC


def _waiting(changeset: CaseChangeset, token: UUID | None, transaction: Transaction) -> Waiting | None:
    state = changeset.state
    waiting: tuple[Waiting, ...] = (
        *state.tasks,
        *state.service_tasks,
        *subscription_store.subscriptions_of(transaction.connection, changeset.case.id),
    )
    return next((one for one in waiting if one.token == token), None)

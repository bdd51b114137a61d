"""What a case waits for, and whom: the answer to "and what happens next?"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from engine.cases.model import Case
from engine.kernel.money import PAYMENT_TOPIC
from engine.kernel.signing import SIGNATURE
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.messages.model import Subscription
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task

_THE_CITIZENS = (Flag.AWAITING_CITIZEN, Flag.READY_FOR_PICKUP)


class WaitsFor(StrEnum):
    """Whose turn it is."""

    CITIZEN = "citizen"
    CLERK = "clerk"
    AGENCY = "agency"
    PARTY = "party"
    """Somebody of the case is to sign."""
    MESSAGE = "message"
    """Something outside that reports by a message or signal."""
    TIME = "time"
    """A moment that the procedure named."""
    RESUMPTION = "resumption"
    """The case is suspended."""
    REPAIR = "repair"
    """The case is stuck."""
    PAYMENT = "payment"
    """A fee that the citizen has to pay."""


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One thing that a case waits for.

    `what` is the name of the task, service task or message. `who` is the user name of its holder or the key
    of the agency, None where nobody has it yet. `wanted` is what an agency asks the citizen to bring.
    `due_at` is when it must be done, or when the time comes.
    """

    waits_for: WaitsFor
    what: str = ""
    who: str | None = None
    since: datetime | None = None
    due_at: datetime | None = None
    flag: Flag | None = None
    wanted: str | None = None
    task_id: UUID | None = None
    service_task_id: UUID | None = None
    is_appointment: bool = False
    """Whether the citizen is to choose a time, and come."""
    is_held: bool = False
    """Whether a request waits for an agency to serve its topic."""


def waiting_in(
    case: Case,
    *,
    tasks: Iterable[Task],
    service_tasks: Iterable[ServiceTask],
    subscriptions: Iterable[Subscription],
) -> tuple[Expectation, ...]:
    """Everything that the case waits for, the most hindering first; empty once it is closed."""
    if case.status.is_final:
        return ()
    waiting: list[Expectation] = []
    if case.status is CaseStatus.SUSPENDED:
        waiting.append(Expectation(waits_for=WaitsFor.RESUMPTION, since=case.suspended_at))
    if Flag.STUCK in case.flags:
        waiting.append(Expectation(waits_for=WaitsFor.REPAIR))
    waiting += (_for_person(task) for task in tasks)
    waiting += (_for_agency(task) for task in service_tasks)
    waiting += (_for_message(subscription) for subscription in subscriptions)
    if case.next_timer_at is not None:
        waiting.append(Expectation(waits_for=WaitsFor.TIME, due_at=case.next_timer_at))
    return tuple(waiting)


def awaited_of_citizen(waiting: Iterable[Expectation]) -> tuple[Expectation, ...]:
    """Of what a case waits for, that which the citizen has to bring."""
    return tuple(thing for thing in waiting if thing.flag is Flag.AWAITING_CITIZEN)


def _for_person(task: Task) -> Expectation:
    return Expectation(
        waits_for=WaitsFor.CITIZEN if task.flag in _THE_CITIZENS else WaitsFor.CLERK,
        what=task.name,
        who=task.assignee_name,
        since=task.created_at,
        due_at=task.due_at,
        flag=task.flag,
        task_id=task.id,
    )


def _for_agency(task: ServiceTask) -> Expectation:
    if task.topic == PAYMENT_TOPIC:
        return Expectation(
            waits_for=WaitsFor.PAYMENT, what=task.name, since=task.created_at, service_task_id=task.id
        )
    if task.asks_appointment:
        return Expectation(
            waits_for=WaitsFor.CITIZEN,
            what=task.name,
            since=task.created_at,
            service_task_id=task.id,
            is_appointment=True,
        )
    if task.topic == SIGNATURE:
        return Expectation(
            waits_for=WaitsFor.PARTY, what=task.name, since=task.created_at, service_task_id=task.id
        )
    awaits_supplement = task.supplement_wanted is not None
    return Expectation(
        waits_for=WaitsFor.CITIZEN if awaits_supplement else WaitsFor.AGENCY,
        what=task.name,
        who=task.agency_key,
        since=task.created_at,
        flag=Flag.AWAITING_CITIZEN if awaits_supplement else Flag.AWAITING_AGENCY,
        wanted=task.supplement_wanted,
        service_task_id=task.id,
        is_held=task.is_held,
    )


def _for_message(subscription: Subscription) -> Expectation:
    return Expectation(waits_for=WaitsFor.MESSAGE, what=subscription.message, since=subscription.created_at)

"""A service task: work handed to an agency or a system; it stays open until it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.kernel.money import PAYMENT_TOPIC
from engine.kernel.refusal import Conflict
from engine.kernel.signing import SIGNATURE
from engine.kernel.topics import APPOINTMENT_TOPIC, ORGANISATION_TOPIC


class ServiceTaskState(StrEnum):
    """The life of a service task.

    `dead` means that it could not be delivered and waits for a person to replay or answer it.
    """

    OPEN = "open"
    DEAD = "dead"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    def __init__(self, word: str) -> None:
        self.is_final = word not in ("open", "dead")
        """Whether the task no longer waits for an answer."""


@dataclass(frozen=True, kw_only=True)
class ServiceTask:
    """A service task as its agency knows it; changed by evolving.

    `variables` is all of the case that the agency sees. `agency_id` is None while no agency takes the topic:
    a person then records what was sent and what came back. `locked_until` and `locked_by` are the lease of an
    agency that polls. `supplement_wanted` is what the agency asked the citizen to bring and has not got yet:
    a text for the citizen. `answer` is what was taken of the answer, None where there was none. Since
    `held_since` it waits for an agency to serve its topic, and nobody answers it in between.
    """

    id: UUID
    case_id: UUID
    case_number: str
    procedure_key: str
    branch_id: UUID
    token: UUID
    element_id: str
    name: str
    topic: str
    created_at: datetime
    agency_id: UUID | None = None
    agency_key: str | None = None
    state: ServiceTaskState = ServiceTaskState.OPEN
    headers: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    locked_by: str | None = None
    locked_until: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    error_code: str | None = None
    error_message: str | None = None
    row_version: int = 1
    supplement_wanted: str | None = None
    answer: Mapping[str, Any] | None = None
    held_since: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the agency is still asked."""
        return not self.state.is_final

    @property
    def is_held(self) -> bool:
        return self.held_since is not None

    @property
    def asks_appointment(self) -> bool:
        """Whether the citizen is to choose a time here; where an agency takes the topic, it is theirs."""
        return self.topic == APPOINTMENT_TOPIC and self.agency_id is None

    def require_open(self) -> None:
        """Refuse unless the task still waits for an answer."""
        if self.state.is_final:
            raise Conflict(
                f"Expected service task {self.id} to wait for an answer, but it is {self.state}.",
                code=f"service_task_{self.state}",
            )

    def require_answerable(self, *, by_system: bool = False) -> None:
        """Refuse what does not wait for an answer by word: so do money and signatures, and what is held.

        What the registers of organisations are asked is answered by the system itself.
        """
        self.require_open()
        if self.is_held:
            raise Conflict(
                f"No agency serves {self.topic}: service task {self.id} is held, and sent once one does.",
                code="topic_unserved",
            )
        if self.topic == PAYMENT_TOPIC:
            raise Conflict(
                f"Service task {self.id} waits for a payment: it is answered when that is paid.",
                code="payment_awaited",
            )
        if self.topic == ORGANISATION_TOPIC and not by_system:
            raise Conflict(f"Service task {self.id} is done by the system itself.", code="done_by_the_system")
        if self.topic == SIGNATURE:
            raise Conflict(
                f"Service task {self.id} waits for the signature of a party.", code="signature_wanted"
            )

    def require_lease(self, worker: str, now: datetime) -> None:
        """Refuse unless `worker` holds the task's lease at `now`."""
        if self.locked_by != worker or self.locked_until is None or self.locked_until <= now:
            raise Conflict(
                f"Expected {worker} to hold service task {self.id}, but its lease is not theirs.",
                code="lease_lost",
            )

    def leased(self, worker: str, until: datetime) -> "ServiceTask":
        """The task locked for a polling worker."""
        self.require_open()
        return replace(self, locked_by=worker, locked_until=until)

    def set_back(self, *, message: str, until: datetime | None) -> "ServiceTask":
        """The task after an attempt that failed and will be tried again, not before `until`."""
        self.require_open()
        return replace(self, locked_by=None, locked_until=until, error_message=message)

    def accepted(self, at: datetime) -> "ServiceTask":
        """The task after the agency said that it will call back."""
        self.require_open()
        return replace(self, accepted_at=at)

    def answered(self, values: Mapping[str, Any], at: datetime) -> "ServiceTask":
        """The task answered with these values."""
        return replace(self.closed(ServiceTaskState.COMPLETED, at), answer=values)

    def closed(
        self, state: ServiceTaskState, at: datetime, *, code: str | None = None, message: str | None = None
    ) -> "ServiceTask":
        """The task failed with a code, or cancelled; `answered` for one that is completed."""
        self.require_open()
        return replace(
            self,
            state=state,
            closed_at=at,
            error_code=code,
            error_message=message,
            locked_by=None,
            locked_until=None,
            supplement_wanted=None,
        )

    def awaiting_supplement(self, wanted: str) -> "ServiceTask":
        """The task while the citizen has something to bring; it is not given out until then."""
        self.require_open()
        if self.supplement_wanted is not None:
            raise Conflict(
                f"Expected service task {self.id} to want nothing yet, but a supplement was asked for.",
                code="supplement_wanted_already",
            )
        return replace(self, supplement_wanted=wanted, locked_by=None, locked_until=None)

    def supplemented(self, brought: Mapping[str, Any]) -> "ServiceTask":
        """The task once the citizen brought what was wanted: the agency sees it as variable `supplement`."""
        self.require_open()
        if self.supplement_wanted is None:
            raise Conflict(
                f"Expected service task {self.id} to wait for a supplement, but none was asked for.",
                code="no_supplement_wanted",
            )
        return replace(
            self, supplement_wanted=None, variables={**self.variables, "supplement": dict(brought)}
        )


@dataclass(frozen=True, kw_only=True)
class ServiceTaskFilter:
    """Which service tasks; None asks for no restriction."""

    state: ServiceTaskState | None = ServiceTaskState.OPEN
    agency_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequestFilter:
    """Which open service tasks of an agency; None asks for no restriction.

    `number` is any part of the case's number, in digits and hyphens. `awaits_citizen` keeps those for which a
    supplement was asked and not brought yet, or all others.
    """

    number: str | None = None
    procedure: str | None = None
    awaits_citizen: bool | None = None
    newest_first: bool = False


@dataclass(frozen=True, kw_only=True)
class HeldTopic:
    """How many requests of a topic are held because no agency serves it, and since when the oldest is."""

    topic: str
    number: int
    since: datetime

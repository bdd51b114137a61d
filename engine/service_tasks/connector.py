"""What the engine needs to reach an agency: one attempt to hand over a service task, and its outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol
from uuid import UUID

from engine.organisation.model import Agency


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One attempt to be made: which agency, and the body.

    `job_id` is the `webhook-id` of every attempt of the job, so that the agency can tell a repetition. `body`
    is JSON. A call that only tries the connection is about no service task of any case.
    """

    job_id: UUID
    attempt: int
    agency: Agency
    service_task_id: UUID | None
    case_id: UUID | None
    body: Mapping[str, Any]
    now: datetime


class DeliveryResult(StrEnum):
    """What came of an attempt."""

    ANSWERED = "answered"
    """The agency took it and answered at once; `data` holds the answer."""
    REFUSED = "refused"
    """The agency took it and answered at once with a business error; `error_code` and `detail` say which."""
    ACCEPTED = "accepted"
    """The agency took it and will call back."""
    GONE = "gone"
    """The endpoint is no more (HTTP 410): nothing is to be sent there until somebody says otherwise."""
    FAILED = "failed"
    """It did not arrive, or the agency failed; to be tried again, not before `retry_after`."""


@dataclass(frozen=True, kw_only=True)
class DeliveryOutcome:
    """The result of one attempt; `detail` is a sentence without personal data.

    A failure `is_broken` if the agency did answer, with something that cannot be used.
    """

    result: DeliveryResult
    detail: str = ""
    data: Mapping[str, Any] | None = None
    error_code: str | None = None
    retry_after: timedelta | None = None
    is_broken: bool = False


class Connector(Protocol):
    """One way to reach agencies. Called with no transaction open."""

    schemes: ClassVar[tuple[str, ...]]
    """The schemes, in lower case, that the endpoints of its agencies have."""

    def endpoint_problem(self, endpoint: str) -> str | None:
        """Why an agency may not have this endpoint, as a sentence; None if it may. Nothing is looked up."""

    def secret_problems(self, secrets: Sequence[str]) -> Sequence[str]:
        """What is wrong with an agency's secrets, in sentences that quote none; empty if none are needed."""

    def deliver(self, delivery: Delivery) -> DeliveryOutcome:
        """Make one attempt. Whatever the peer or the network does is an outcome, never an exception."""

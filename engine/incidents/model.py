"""Incidents: a case could not go on, and what was attempted is kept until a person has repaired it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.kernel.refusal import Conflict
from engine.kernel.senders import Sender


class AttemptKind(StrEnum):
    """What was to move the case on."""

    COMPLETE = "complete"
    """A task or service task was done."""
    FAIL = "fail"
    """An agency answered a service task with a business error."""
    RECEIVE = "receive"
    """A message or signal came."""
    FIRE_TIMERS = "fire_timers"
    """Timers were due."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What was attempted, whole, so that it can be done again.

    `token` names the task, service task or subscription to the workflow; timers have none. `data` is the
    clerk's form, the agency's answer or the message, as JSON: personal, and for nobody but the workflow.
    `sender` is who sent the message, None for everything else and where an earlier version received it.
    """

    kind: AttemptKind
    token: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    error_code: str | None = None
    error_message: str | None = None
    sender: Sender | None = None

    def is_like(self, other: "Attempt") -> bool:
        """Whether both would move the case at the same place."""
        return (self.kind, self.token) == (other.kind, other.token)


FIRING = Attempt(kind=AttemptKind.FIRE_TIMERS)
"""The attempt to fire what is due."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What the incidents of many cases have in common, so that they are looked at and repaired as one."""

    version_id: UUID
    code: str
    element_id: str | None


@dataclass(frozen=True, kw_only=True)
class Incident:
    """Why a case could not go on; changed by evolving.

    `code` is stable (`no_flow_chosen`, `merge_conflict` …), `message` a sentence that may quote the case's
    data, `variable` the path of the variable to look at. `attempts` counts the same thing tried in vain, last
    at `last_at`. It is open until the case has moved on from there; `resolved_by` names who saw to it.
    """

    id: UUID
    case_id: UUID
    case_number: str
    procedure_key: str
    branch_id: UUID
    opened_at: datetime
    last_at: datetime
    code: str
    message: str
    attempt: Attempt
    element_id: str | None = None
    variable: str | None = None
    attempts: int = 1
    resolved_at: datetime | None = None
    resolved_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the case still stands there."""
        return self.resolved_at is None

    def require_open(self) -> None:
        """Refuse unless the case still stands there."""
        if not self.is_open:
            raise Conflict(
                f"Expected incident {self.id} to be open, but it was resolved.", code="incident_resolved"
            )

    def again(self, other: "Incident") -> "Incident":
        """The incident after the same was tried once more, and stopped where `other` says."""
        return replace(
            self,
            last_at=other.last_at,
            code=other.code,
            message=other.message,
            element_id=other.element_id,
            variable=other.variable,
            attempt=other.attempt,
            attempts=self.attempts + 1,
        )

    def resolved(self, at: datetime, by: str) -> "Incident":
        """The incident once the case has moved on."""
        return replace(self, resolved_at=at, resolved_by=by)

    def without_data(self) -> "Incident":
        """The incident as it is shown: what was sent stays with the workflow."""
        return replace(self, attempt=replace(self.attempt, data={}, error_message=None))


@dataclass(frozen=True, kw_only=True)
class IncidentFilter:
    """Which incidents; None asks for no restriction.

    `agency` is the key of the agency whose answer it was that could not be taken, `version` the number of the
    version on which the case is now.
    """

    is_open: bool | None = True
    code: str | None = None
    procedure: str | None = None
    version: int | None = None
    case_id: UUID | None = None
    cause: Cause | None = None
    agency: str | None = None


@dataclass(frozen=True, kw_only=True)
class IncidentGroup:
    """The incidents of one cause: how many there are, since when, and one of them."""

    cause: Cause
    procedure_key: str
    count: int
    oldest_at: datetime
    newest_at: datetime
    one_of_them: UUID

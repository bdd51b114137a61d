"""Jobs: rows of background work, written with the state they follow from, and when to try them again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

RETRY_DELAYS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long to wait before each attempt, the first one included.

After the last the job is a dead letter (Standard Webhooks, operational considerations).
"""

JITTER = 0.1
"""A delay is lengthened by up to this share of itself, so that retries do not come in waves."""


class JobKind(StrEnum):
    """What a job does."""

    DELIVER_WEBHOOK = "deliver_webhook"
    DELIVER_MESSAGE = "deliver_message"
    CARRY_SIGNAL = "carry_signal"
    BEGIN_CASE = "begin_case"
    SEND_NOTICE = "send_notice"
    RECOUNT_TERMS = "recount_terms"
    ASK_PARAVOLO = "ask_paravolo"
    TELL_APPOINTMENT = "tell_appointment"
    RELEASE_APPOINTMENTS = "release_appointments"
    SEND_INVITATION = "send_invitation"
    SEND_STAFF_INVITATION = "send_staff_invitation"
    RETURN_WORK = "return_work"
    PING_AGENCY = "ping_agency"
    MIGRATE_CASES = "migrate_cases"
    HAND_OVER_BRANCH = "hand_over_branch"
    CHANGE_ORGANISATIONS = "change_organisations"


class JobState(StrEnum):
    """The life of a job."""

    READY = "ready"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A piece of background work.

    Its `id` is the `webhook-id` of every attempt. `attempts` counts those that were begun. A job is leased
    while `leased_until` lies ahead. Since `held_at` one that is ready waits for its agency to be switched on.
    """

    id: UUID
    kind: JobKind
    case_id: UUID | None
    service_task_id: UUID | None
    run_at: datetime
    created_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    state: JobState = JobState.READY
    attempts: int = 0
    leased_by: str | None = None
    leased_until: datetime | None = None
    last_error: str | None = None
    held_at: datetime | None = None


def next_attempt_at(
    attempts: int, *, now: datetime, chance: float, asked: timedelta | None = None, limit: int | None = None
) -> datetime | None:
    """When to try again after `attempts` failed ones, or None when no attempt is left.

    `chance` in [0, 1) sets the jitter. `asked` is the peer's Retry-After, which is honoured when it is
    longer. `limit` is a smaller number of attempts than the table has.
    """
    if attempts >= min(len(RETRY_DELAYS), limit or len(RETRY_DELAYS)):
        return None
    delay = RETRY_DELAYS[attempts] * (1 + JITTER * chance)
    return now + max(delay, asked or timedelta(0))

"""A notice: a message that tells a citizen, on the telephone or by e-mail, how their case stands."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from engine.cases.model import Notify
from engine.kernel.noticing import NoticeChannel

_SHOWN_OF_NUMBER = 3
"""Digits; enough for a citizen to recognise their own number, and too few for anybody else."""


class Occasion(StrEnum):
    """What a citizen is told of, what asks most of them first."""

    COMPLETED = "completed"
    REJECTED = "rejected"
    READY_FOR_PICKUP = "ready_for_pickup"
    AWAITING_CITIZEN = "awaiting_citizen"
    TERM_EXTENDED = "term_extended"
    FILED = "filed"


class NoticeState(StrEnum):
    """The life of a notice."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"
    """What it was to tell was no longer so before it could be sent."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A message about a case. Whom it goes to and what it says are known when it is sent, and not kept.

    `attempts` counts those that were made. `settled_at` is when it ceased to wait. `last_error` is a sentence
    without personal data.
    """

    id: UUID
    case_id: UUID
    channel: NoticeChannel
    occasion: Occasion
    created_at: datetime
    state: NoticeState = NoticeState.WAITING
    attempts: int = 0
    settled_at: datetime | None = None
    last_error: str | None = None

    @property
    def may_be_sent(self) -> bool:
        """Whether it was neither sent nor dropped; one that was given up may be tried anew."""
        return self.state in (NoticeState.WAITING, NoticeState.GIVEN_UP)

    def sent(self, at: datetime, *, attempts: int) -> "Notice":
        """The notice after the attempt that reached the citizen's provider."""
        return replace(self, state=NoticeState.SENT, settled_at=at, attempts=attempts, last_error=None)

    def failed(self, error: str, *, attempts: int) -> "Notice":
        """The notice after an attempt in vain; it goes on as it was."""
        return replace(self, attempts=attempts, last_error=error)

    def given_up(self, at: datetime, *, error: str, attempts: int) -> "Notice":
        """The notice after the last attempt in vain."""
        return replace(self.failed(error, attempts=attempts), state=NoticeState.GIVEN_UP, settled_at=at)

    def dropped(self, at: datetime) -> "Notice":
        """The notice that nobody needs any more."""
        return replace(self, state=NoticeState.DROPPED, settled_at=at)


def address_of(notify: Notify, channel: NoticeChannel) -> str | None:
    """The number or address at which a citizen is told on that way; None if they did not agree to it."""
    return {NoticeChannel.SMS: notify.sms, NoticeChannel.EMAIL: notify.email}[channel]


def masked(address: str) -> str:
    """A number or address as others may see it: `•••321`, `e•••@example.org`."""
    name, at, host = address.partition("@")
    return f"{name[:1]}•••@{host}" if at else f"•••{address[-_SHOWN_OF_NUMBER:]}"

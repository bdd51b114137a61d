"""What the engine needs to reach a person: one attempt to send a notice, and its outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from engine.kernel.noticing import NoticeChannel


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One attempt to be made: to which number or address, and what it says.

    `notice_id` is the same in every attempt, so that a provider can tell a repetition. `now` is the moment of
    the attempt. `calendar` is a calendar file (RFC 5545) that goes along where the channel can take one.
    """

    notice_id: UUID
    channel: NoticeChannel
    recipient: str
    subject: str
    text: str
    now: datetime
    calendar: str = ""


class SendingResult(StrEnum):
    """What came of an attempt."""

    SENT = "sent"
    """The provider took it."""
    REFUSED = "refused"
    """The provider will never take it: the number or address is none that it can reach."""
    FAILED = "failed"
    """It did not arrive, or the provider failed; to be tried again."""


@dataclass(frozen=True, kw_only=True)
class SendingOutcome:
    """The result of one attempt; `detail` is a sentence without personal data, empty if it was sent."""

    result: SendingResult
    detail: str = ""


class ChannelAdapter(Protocol):
    """A way to reach persons. Called with no transaction open."""

    def send(self, sending: Sending) -> SendingOutcome:
        """Make one attempt. Whatever the provider or the network does is an outcome, never an exception."""

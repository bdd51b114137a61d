"""The queue of a branch: numbers for those who walk in and those whose appointment has come, and who is next.

Everybody who waits has a number of the day. The rule, in the order in which it is applied:

1. Ahead of others are those with an appointment whose time has come, and those whom the law or the clerk puts
   ahead (`is_ahead`); among them whoever waits longest, counted from the appointment or from the number.
2. After two of these in a row the next is whoever of the others waits longest: nobody waits for ever.
3. Where nobody else waits, whoever came early for an appointment is called before their time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.kernel.refusal import Conflict

MOST_AHEAD: Final = 2
"""How many are called ahead of somebody who waits, one after the other."""


class TicketState(StrEnum):
    """The life of a number."""

    WAITING = "waiting"
    CALLED = "called"
    SERVED = "served"
    LEFT = "left"


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A number of a day in a branch, without a name; `resource_id` is where it was called to.

    Who has an appointment gets theirs on arrival: `due_at` is the time that they came for.
    """

    id: UUID
    branch_id: UUID
    day: date
    number: int
    service_id: UUID
    taken_at: datetime
    state: TicketState = TicketState.WAITING
    is_ahead: bool = False
    appointment_id: UUID | None = None
    due_at: datetime | None = None
    resource_id: UUID | None = None
    called_at: datetime | None = None
    ended_at: datetime | None = None

    def waits_since(self) -> datetime:
        """From when the wait counts: from the appointment, for who arrived before it."""
        return self.taken_at if self.due_at is None else max(self.taken_at, self.due_at)

    def comes_first(self, now: datetime) -> bool:
        """Whether it is ahead of those who just walked in."""
        return self.is_ahead or (self.due_at is not None and self.due_at <= now)

    def is_early(self, now: datetime) -> bool:
        """Whether its appointment has not come yet."""
        return self.due_at is not None and self.due_at > now and not self.is_ahead

    def called(self, resource_id: UUID, at: datetime) -> "Ticket":
        self._require(TicketState.WAITING)
        return replace(self, state=TicketState.CALLED, resource_id=resource_id, called_at=at)

    def ended(self, state: TicketState, at: datetime) -> "Ticket":
        """The number of somebody who was served, or was called and not there."""
        self._require(TicketState.CALLED)
        return replace(self, state=state, ended_at=at)

    def _require(self, state: TicketState) -> None:
        if self.state is not state:
            raise Conflict(
                f"Expected number {self.number} to be {state}, but it is {self.state}.",
                code=f"ticket_{self.state}",
            )


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day's queue of a branch: the last number given, and how many were called ahead in a row."""

    branch_id: UUID
    day: date
    last_number: int = 0
    ahead: int = 0


def next_ticket(waiting: Sequence[Ticket], *, ahead: int, now: datetime) -> Ticket | None:
    """Who is called next among those who wait, by the rule of this module; None where nobody does.

    `ahead` is how many were called ahead of others in a row just now.
    """
    ordered = sorted(waiting, key=lambda one: (one.waits_since(), one.number))
    first = [one for one in ordered if one.comes_first(now)]
    others = [one for one in ordered if not one.comes_first(now) and not one.is_early(now)]
    early = [one for one in ordered if one.is_early(now)]
    if others and (not first or ahead >= MOST_AHEAD):
        return others[0]
    return next(iter((*first, *early)), None)


def ahead_after(called: Ticket, *, ahead: int, now: datetime) -> int:
    """How many were called ahead in a row, once this one is."""
    return ahead + 1 if called.comes_first(now) else 0

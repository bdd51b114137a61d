"""The people of a branch: who is at work, who is away until when, and how much each has in hand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.kernel.refusal import Conflict, Invalid


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A person who is offered and assigned no work in a branch.

    It lasts until the moment `until`, or, without one, until it is ended. `paused_by` is a user name.
    """

    user_id: UUID
    branch_id: UUID
    since: datetime
    until: datetime | None
    paused_by: str
    reason: str

    def holds(self, at: datetime) -> bool:
        """Whether the person is away at that moment."""
        return self.until is None or at < self.until

    def require_over(self, at: datetime, username: str) -> None:
        """Refuse to give work to somebody who is away."""
        if self.holds(at):
            back = f"until {self.until.isoformat()}" if self.until else "until the manager ends it"
            raise Invalid.field("to", f"{username} is paused {back}")

    def require_over_for_oneself(self, at: datetime) -> None:
        """Refuse to offer work to the person who asks for it."""
        if self.holds(at):
            raise Conflict("Expected you to be at work, but your work is paused.", code="clerk_paused")


@dataclass(frozen=True, kw_only=True)
class ClerkLoad:
    """What a person of a branch has in hand; `completed_today` is since the last local midnight.

    `open` and `overdue` count tasks of that branch only. `pause` is the one that holds now.
    """

    user_id: UUID
    username: str
    display_name: str
    roles: frozenset[str]
    open: int
    overdue: int
    completed_today: int
    pause: Pause | None = None

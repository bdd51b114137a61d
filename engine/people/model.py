"""People who work with the system: users, their accounts and workplaces, their pauses."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.kernel.refusal import Conflict, Invalid


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person of a branch as a list of people names them."""

    username: str
    display_name: str
    roles: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class User:
    """A person who works with the system, in one of their branches."""

    id: UUID
    username: str
    display_name: str
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A person who is offered and assigned no work in a branch.

    It begins at `since`, which may lie ahead, and lasts until the moment `until`, or, without one, until it
    is ended. `paused_by` is a user name.
    """

    user_id: UUID
    branch_id: UUID
    since: datetime
    until: datetime | None
    paused_by: str
    reason: str

    def holds(self, at: datetime) -> bool:
        """Whether the person is away at that moment."""
        return self.since <= at and not self.is_over(at)

    def is_over(self, at: datetime) -> bool:
        """Whether they are back by that moment; one that is planned is not over."""
        return self.until is not None and self.until <= at

    def require_over(self, at: datetime, username: str) -> None:
        """Refuse to give work to somebody who is away."""
        if self.holds(at):
            back = f"until {self.until.isoformat()}" if self.until else "until the manager ends it"
            raise Invalid.field("to", f"{username} is paused {back}")

    def require_over_for_oneself(self, at: datetime) -> None:
        """Refuse to offer work to the person who asks for it."""
        if self.holds(at):
            raise Conflict("Expected you to be at work, but your work is paused.", code="clerk_paused")

"""Pauses: somebody is away, and is offered and assigned no work until they are back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.permission import require_branch, require_manages
from engine.kernel.refusal import Invalid, NotFound, required
from engine.people import post_store
from engine.people import store as people_store
from engine.people.model import Pause, User


@dataclass(frozen=True, kw_only=True)
class PauseClerk(Command[Pause]):
    """Pause the work of a user in the manager's branch, instead of an earlier pause of theirs.

    `since` is the local date of the first day on which they are away, at once if left out. `until` is the one
    on which they are back; without one the pause lasts until it is ended.
    """

    username: str
    reason: str
    until: date | None = None
    since: date | None = None


def pause_clerk(command: PauseClerk, transaction: Transaction) -> Pause:
    """The pause; what the person has in hand stays with them until it is reassigned."""
    user, branch_id = _colleague(command.username, transaction)
    if command.since is not None and command.since < transaction.today:
        raise Invalid.field("since", f"expected today or a later day, found {command.since.isoformat()}")
    pause = Pause(
        user_id=user.id,
        branch_id=branch_id,
        since=max(transaction.now, _begin_of(command.since or transaction.today, transaction)),
        until=_return_on(command, transaction),
        paused_by=transaction.actor.name,
        reason=required(command.reason),
    )
    people_store.save_pause(transaction.connection, pause)
    return pause


@dataclass(frozen=True, kw_only=True)
class EndPause(Command[None]):
    """A user of the manager's branch is back at work."""

    username: str


def end_pause(command: EndPause, transaction: Transaction) -> None:
    """End it; `NotFound` if the user is not paused."""
    user, branch_id = _colleague(command.username, transaction)
    if not people_store.end_pause(transaction.connection, user.id, branch_id):
        raise NotFound.of("pause of", command.username)


def _colleague(username: str, transaction: Transaction) -> tuple[User, UUID]:
    branch_id = require_branch(transaction.actor)
    require_manages(transaction.actor, branch_id)
    user = people_store.active_user_named(transaction.connection, username)
    if user is None or not post_store.roles_at(
        transaction.connection, user.id, branch_id, on=transaction.today
    ):
        raise Invalid.field("username", f"nobody named {username} works in your branch")
    return user, branch_id


def _return_on(command: PauseClerk, transaction: Transaction) -> datetime | None:
    if command.until is None:
        return None
    first = max(command.since or transaction.today, transaction.today)
    if command.until <= first:
        after = "today" if first == transaction.today else first.isoformat()
        raise Invalid.field("until", f"expected a day after {after}, found {command.until.isoformat()}")
    return _begin_of(command.until, transaction)


def _begin_of(day: date, transaction: Transaction) -> datetime:
    return datetime.combine(day, time.min, tzinfo=transaction.zone).astimezone(UTC)

"""Officers: the people who work for an agency that has no system of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.kernel.actor import Role
from engine.kernel.permission import require_operates
from engine.kernel.refusal import Invalid, NotFound
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency
from engine.people import post_store
from engine.people import store as people_store
from engine.people.model import User
from engine.people.post import Grant, Post
from engine.people.posts import given, present_posts, taken


@dataclass(frozen=True, kw_only=True)
class AppointOfficer(Command[None]):
    """Let a user work for an agency, with the role of an officer."""

    user_id: UUID
    agency_id: UUID


def appoint_officer(command: AppointOfficer, transaction: Transaction) -> None:
    """Write it; `Invalid` unless there are both."""
    require_operates(transaction.actor)
    if people_store.user(transaction.connection, command.user_id) is None:
        raise Invalid.field("user", f"there is no user {command.user_id}")
    if organisation_store.agency(transaction.connection, command.agency_id, on=transaction.today) is None:
        raise Invalid.field("agency", f"there is no agency {command.agency_id}")
    if _post_at(transaction, command.user_id, command.agency_id) is None:
        given(transaction, command.user_id, Grant(command.agency_id, Role.OFFICER))


@dataclass(frozen=True, kw_only=True)
class DismissOfficer(Command[None]):
    """Let a user work for an agency no longer."""

    user_id: UUID
    agency_id: UUID


def dismiss_officer(command: DismissOfficer, transaction: Transaction) -> None:
    """End it; `NotFound` if the user does not work there."""
    require_operates(transaction.actor)
    post = _post_at(transaction, command.user_id, command.agency_id)
    if post is None:
        raise NotFound.of("officer", command.user_id)
    taken(transaction, post)


@dataclass(frozen=True, kw_only=True)
class ListOfficers:
    """Who works for an agency."""

    agency_id: UUID

    def answer(self, context: QueryContext) -> Sequence[User]:
        """The people, by user name."""
        require_operates(context.actor)
        return post_store.officers_of(context.connection, self.agency_id, on=context.today)


@dataclass(frozen=True, kw_only=True)
class ListOwnAgencies:
    """For which agencies do I work?"""

    def answer(self, context: QueryContext) -> Sequence[Agency]:
        """The agencies, by key."""
        if context.actor.id is None:
            return ()
        return post_store.agencies_served_by(context.connection, context.actor.id, on=context.today)


def _post_at(transaction: Transaction, user_id: UUID, agency_id: UUID) -> Post | None:
    """The post as an officer that a user has at an agency today."""
    held = present_posts(transaction, user_id)
    return next((post for post in held if post.grant == Grant(agency_id, Role.OFFICER)), None)

"""Invite somebody to work here, take it back, and accept it with the code."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.kernel.actor import ActorKind, Role
from engine.kernel.bilingual import Bilingual, Language
from engine.kernel.noticing import NoticeChannel
from engine.kernel.permission import require_system
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.kernel.staffing import needs_another, require_gives
from engine.organisation import version_store
from engine.organisation.organisation import OrganisationKind
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobKind
from engine.people import account_store, invitation_store, post_store
from engine.people import store as people_store
from engine.people.account import Account
from engine.people.invitation import VALID_FOR, Invitation, digest_of, new_code, new_username
from engine.people.model import User
from engine.people.post import Post
from engine.people.posts import ministry_above, place_coded, problems_of_post, require_no_overlap, write_post
from engine.people.users import saved

_ADDRESS: Final = re.compile(r"[^@\s\"<>,;]+@[^@\s\"<>,;]+\.[^@\s\"<>,;]+")
_LONGEST_NAME: Final = 200
_LONGEST_ADDRESS: Final = 254
"""Characters (RFC 5321, section 4.5.3.1.3)."""


@dataclass(frozen=True, kw_only=True)
class MadeInvitation:
    """An invitation, and its code where it goes onto a slip: shown this once."""

    invitation: Invitation
    code: str | None


@dataclass(frozen=True, kw_only=True)
class InvitePerson(Command[MadeInvitation]):
    """Invite somebody to have a post here; with an e-mail address they are sent the code.

    Whether somebody of that name is here already is told nobody: who is invited may accept with the account
    that they have.
    """

    name: str
    organisation: str
    role: Role
    valid_from: date | None = None
    valid_until: date | None = None
    position: str = ""
    email: str | None = None
    language: Language = Language.EL


def invite_person(command: InvitePerson, transaction: Transaction) -> MadeInvitation:
    """The invitation; `Invalid` says by field what does not fit."""
    place = place_coded(transaction, command.organisation)
    ministry_id = ministry_above(transaction, place)
    require_gives(transaction.actor, place, command.role, ministry_id=ministry_id, to=None)
    _require_fits(command, transaction, place_kind=place.organisation.kind)
    code = None if command.email else new_code()
    name = command.name.strip()
    invitation = Invitation(
        id=transaction.new_id(),
        name=name,
        username=new_username(name),
        organisation_id=place.id,
        role=command.role,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        position=command.position.strip(),
        by_two=needs_another(transaction.actor, place, command.role, ministry_id=ministry_id),
        language=command.language,
        email=command.email or None,
        digest=digest_of(code) if code else None,
        made_by=transaction.actor.name,
        made_at=transaction.now,
        expires_at=transaction.now + VALID_FOR,
    )
    invitation_store.save_invitation(transaction.connection, invitation)
    if invitation.email:
        outbox_store.add_job(transaction.connection, _sending_job(invitation, transaction))
    return MadeInvitation(invitation=invitation, code=code)


@dataclass(frozen=True, kw_only=True)
class RevokeInvitation(Command[None]):
    """Take an invitation back."""

    invitation_id: UUID


def revoke_invitation(command: RevokeInvitation, transaction: Transaction) -> None:
    """End it; `NotFound` if there is none to an organisation of the actor, `Conflict` if it is over."""
    invitation = invitation_store.lock_invitation(transaction.connection, command.invitation_id)
    place = (
        version_store.organisation(transaction.connection, invitation.organisation_id, on=transaction.today)
        if invitation
        else None
    )
    if invitation is None or place is None:
        raise NotFound.of("invitation", command.invitation_id)
    ministry_id = ministry_above(transaction, place)
    require_gives(transaction.actor, place, invitation.role, ministry_id=ministry_id, to=None)
    invitation.require_open(transaction.now)
    invitation_store.save_invitation(transaction.connection, invitation.ended(transaction.now))


@dataclass(frozen=True, kw_only=True)
class Invited:
    """What somebody with the code is shown of it."""

    name: str
    username: str
    place: Bilingual
    role: Role


@dataclass(frozen=True, kw_only=True)
class ShowInvitation:
    """To what does this code invite?"""

    code: str

    def answer(self, context: QueryContext) -> Invited:
        """For the page of invitations alone; `NotFound` for a code that opens nothing, or no more."""
        require_system(context.actor)
        invitation = invitation_store.invitation_with(context.connection, digest_of(self.code))
        if invitation is None or not invitation.is_open(context.now):
            raise NotFound("There is no open invitation with this code.")
        names = version_store.names_on(context.connection, [invitation.organisation_id], on=context.today)
        called = names[invitation.organisation_id].called
        return Invited(name=invitation.name, username=invitation.username, place=called, role=invitation.role)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """Who accepted an invitation, and the post that they have by it."""

    user: User
    post: Post


@dataclass(frozen=True, kw_only=True)
class AcceptInvitation(Command[Accepted]):
    """Come with the code of an invitation.

    Somebody new gets an account with the password of that hash, at the word of the page of invitations; who
    is signed in gets the post with the account that they have, and gives no hash.
    """

    code: str
    password_hash: str | None = None


def accept_invitation(command: AcceptInvitation, transaction: Transaction) -> Accepted:
    """The user with the post; `NotFound` for a code that opens nothing, or was used before."""
    found = invitation_store.invitation_with(transaction.connection, digest_of(command.code))
    invitation = invitation_store.lock_invitation(transaction.connection, found.id) if found else None
    if invitation is None or not invitation.is_open(transaction.now):
        raise NotFound("There is no open invitation with this code.")
    if invitation.valid_until is not None and invitation.valid_until < transaction.today:
        raise Conflict("The last day of this post is over.", code="invitation_over")
    user = _accepting(command, invitation, transaction)
    known = post_store.lock_posts(transaction.connection, user.id)
    post = Post(
        id=transaction.new_id(),
        user_id=user.id,
        organisation_id=invitation.organisation_id,
        role=invitation.role,
        valid_from=max(invitation.valid_from or transaction.today, transaction.today),
        valid_until=invitation.valid_until,
        position=invitation.position,
        awaits_confirmation=invitation.by_two,
        given_by=invitation.made_by,
        given_at=transaction.now,
    )
    require_no_overlap(post, known)
    write_post(transaction, post)
    ended = invitation.ended(transaction.now, user_id=user.id)
    invitation_store.save_invitation(transaction.connection, ended)
    return Accepted(user=user, post=post)


def _accepting(command: AcceptInvitation, invitation: Invitation, transaction: Transaction) -> User:
    """Who accepts: whoever is signed in, else somebody new."""
    actor = transaction.actor
    if actor.kind is ActorKind.USER and actor.id is not None:
        if actor.name == invitation.made_by:
            raise NotPermitted("Nobody gives themselves a post.", code="own_post")
        user = people_store.user(transaction.connection, actor.id)
        if user is None:
            raise NotFound.of("user", actor.id)
        return user
    require_system(actor)
    if command.password_hash is None:
        raise Invalid.field("password", "expected a password for the new account")
    username = invitation.username
    while people_store.user_named(transaction.connection, username) is not None:
        username = new_username(invitation.name)
    user = saved(transaction, User(id=transaction.new_id(), username=username, display_name=invitation.name))
    account = Account(user_id=user.id).with_password(command.password_hash, transaction.now)
    account_store.save_account(transaction.connection, account)
    return user


def _require_fits(command: InvitePerson, transaction: Transaction, *, place_kind: OrganisationKind) -> None:
    problems = problems_of_post(
        place_kind,
        command.role,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        position=command.position,
        today=transaction.today,
    )
    name = command.name.strip()
    if not name or len(name) > _LONGEST_NAME:
        problems["name"] = [f"expected a name of at most {_LONGEST_NAME} characters"]
    if command.email and (len(command.email) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(command.email)):
        problems["email"] = ["expected an e-mail address such as maria@example.gr"]
    elif command.email and NoticeChannel.EMAIL not in transaction.noticing.channels:
        problems["email"] = ["this installation sends no e-mail: leave it out, and print a slip"]
    if problems:
        raise Invalid("The invitation cannot be made so.", problems)


def _sending_job(invitation: Invitation, transaction: Transaction) -> Job:
    return Job(
        id=transaction.new_id(),
        kind=JobKind.SEND_STAFF_INVITATION,
        case_id=None,
        service_task_id=None,
        run_at=transaction.now,
        created_at=transaction.now,
        payload={"invitation": str(invitation.id)},
    )

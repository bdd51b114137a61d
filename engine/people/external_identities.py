"""People for whom a directory or an identity provider vouches: known again, registered, and placed by groups.

What others say counts at each sign-in. What they gave is noted, so that it can be taken back without touching
what an operator gave here. A role that two people give waits for one of them here: a directory alone makes
nobody a supervisor, auditor or operator.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.permission import require_operates, require_system
from engine.kernel.refusal import Invalid, NotPermitted
from engine.kernel.staffing import takes_two
from engine.organisation import version_store
from engine.organisation.organisation import OrganisationKind
from engine.people import account_store, post_store
from engine.people import store as people_store
from engine.people.account import LinkedIdentity
from engine.people.accounts import known_user
from engine.people.model import User
from engine.people.post import Grant, Post, PostSource
from engine.people.posts import given, taken
from engine.people.role_mapping import GroupPost
from engine.people.session import Workplace
from engine.people.sign_in.contract import ExternalIdentity
from engine.people.users import saved


@dataclass(frozen=True, kw_only=True)
class Received:
    """Who came, and what changed for them; `unknown` are posts at places that are not known here.

    `proposed` are those that wait for somebody here to confirm them, and count no sooner.
    """

    user: User
    given: tuple[GroupPost, ...] = ()
    proposed: tuple[GroupPost, ...] = ()
    taken: tuple[GroupPost, ...] = ()
    unknown: tuple[GroupPost, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReceivePerson(Command[Received]):
    """Find out who a vouched-for person is here, and let them work where their groups say.

    A provider's person is the user of their name the first time, and from then on the one that they were: of
    what a provider says only issuer and subject stay the same and are given to nobody else.

    `posts` are those that their groups give; None if groups decide nothing. With `groups_alone` no other
    posts are left to them. With `registers`, somebody unknown whom a group places is registered.
    """

    person: ExternalIdentity
    posts: frozenset[GroupPost] | None = None
    groups_alone: bool = False
    registers: bool = False


def receive_person(command: ReceivePerson, transaction: Transaction) -> Received:
    """The user, placed; `NotPermitted` for a stranger, and for a name that is another person's already.

    `Conflict` for a new person whose name somebody has who was let go.
    """
    require_system(transaction.actor)
    user = _linked(command, transaction) or _named(command, transaction)
    if command.posts is None:
        return Received(user=user)
    return _placed(transaction, user, command.posts, groups_alone=command.groups_alone)


@dataclass(frozen=True, kw_only=True)
class EndExternalSessions(Command[int]):
    """End every session of a person who has signed out at their identity provider."""

    issuer: str
    subject: str


def end_external_sessions(command: EndExternalSessions, transaction: Transaction) -> int:
    """How many that were; none of somebody who never came here."""
    require_system(transaction.actor)
    link = account_store.linked_identity(transaction.connection, command.issuer, command.subject)
    return account_store.end_sessions(transaction.connection, link.user_id, transaction.now) if link else 0


@dataclass(frozen=True, kw_only=True)
class ForgetIdentities(Command[int]):
    """Let a user be linked anew, when the provider's person has changed."""

    user_id: UUID


def forget_identities(command: ForgetIdentities, transaction: Transaction) -> int:
    """How many links there were."""
    require_operates(transaction.actor)
    user = known_user(transaction, command.user_id)
    account_store.end_sessions(transaction.connection, user.id, transaction.now)
    return account_store.remove_identities(transaction.connection, user.id)


def _linked(command: ReceivePerson, transaction: Transaction) -> User | None:
    """The user that a provider's person has been before."""
    person = command.person
    link = (
        account_store.linked_identity(transaction.connection, person.issuer, person.subject)
        if person.issuer
        else None
    )
    return known_user(transaction, link.user_id) if link else None


def _named(command: ReceivePerson, transaction: Transaction) -> User:
    """The user of the person's name, who is linked to a provider's person from now on."""
    person = command.person
    user = people_store.active_user_named(transaction.connection, person.username) or _registered(
        command, transaction
    )
    if person.issuer:
        if any(
            other.issuer == person.issuer
            for other in account_store.identities_of(transaction.connection, user.id)
        ):
            raise NotPermitted("The name that the provider gives is another person's here.", code="stranger")
        account_store.add_identity(
            transaction.connection,
            LinkedIdentity(issuer=person.issuer, subject=person.subject, user_id=user.id),
        )
    return user


def _registered(command: ReceivePerson, transaction: Transaction) -> User:
    """A new user, if that is wanted and a group says that the person belongs here."""
    if not command.registers or not command.posts:
        raise NotPermitted("Nobody here has the name by which the person is vouched for.", code="stranger")
    person = command.person
    try:
        display_name = person.display_name or person.username
        user = User(id=transaction.new_id(), username=person.username, display_name=display_name)
        return saved(transaction, user)
    except Invalid as refused:
        raise NotPermitted(
            f"The person cannot be registered. {refused.message}", code="stranger"
        ) from refused


def _placed(
    transaction: Transaction, user: User, posts: Collection[GroupPost], *, groups_alone: bool
) -> Received:
    known = post_store.lock_posts(transaction.connection, user.id)
    present = [post for post in known if post.counts_on(transaction.today)]
    waiting = [
        post
        for post in known
        if post.awaits_confirmation and not post.is_over(transaction.today) and post.substitute_for is None
    ]
    places = account_store.workplaces(transaction.connection, user.id, on=transaction.today)
    ids = _place_ids(transaction, places, posts)
    wanted = {Grant(ids[_key(post)], post.role) for post in posts if _key(post) in ids}
    held = {post.grant for post in present}
    withdrawn = [
        taken(transaction, post)
        for post in present
        if post.grant not in wanted and (groups_alone or post.source is PostSource.GROUPS)
    ]
    for post in waiting:
        if post.grant not in wanted and post.source is PostSource.GROUPS:
            taken(transaction, post)
    missing = wanted - held - {post.grant for post in waiting}
    added = [
        given(
            transaction,
            user.id,
            grant,
            source=PostSource.GROUPS,
            awaits_confirmation=_takes_two(transaction, grant),
        )
        for grant in sorted(missing, key=lambda grant: (grant.place_id, grant.role))
    ]
    if groups_alone:
        _let_groups_decide(transaction, [post for post in present if post.grant in wanted])
    names = {place_id: place for (place, _), place_id in ids.items()}
    return Received(
        user=user,
        given=_posts_of([post for post in added if not post.awaits_confirmation], names),
        proposed=_posts_of([post for post in added if post.awaits_confirmation], names),
        taken=_posts_of(withdrawn, names),
        unknown=tuple(sorted(post for post in posts if _key(post) not in ids)),
    )


def _takes_two(transaction: Transaction, grant: Grant) -> bool:
    place = version_store.organisation(transaction.connection, grant.place_id, on=transaction.today)
    is_ministry = place is not None and place.organisation.kind is OrganisationKind.MINISTRY
    return takes_two(grant.role, is_ministry=is_ministry)


def _let_groups_decide(transaction: Transaction, posts: Collection[Post]) -> None:
    """Note that a group gives these posts, whoever gave them first."""
    for post in posts:
        if post.source is not PostSource.GROUPS:
            post_store.save_post(transaction.connection, replace(post, source=PostSource.GROUPS))


def _key(post: GroupPost) -> tuple[str, bool]:
    return post.place, post.is_for_agency


def _place_ids(
    transaction: Transaction, places: Collection[Workplace], posts: Collection[GroupPost]
) -> dict[tuple[str, bool], UUID]:
    """The ids of the places where the user works or is to work, by name and by whether it is an agency."""
    ids = {(place.code, place.agency_id is not None): place.id for place in places}
    missing = {_key(post) for post in posts} - ids.keys()
    codes = {name for name, is_agency in missing if not is_agency}
    keys = {name for name, is_agency in missing if is_agency}
    if codes:
        ids |= {
            (code, False): found
            for code, found in account_store.branch_ids(transaction.connection, codes).items()
        }
    if keys:
        ids |= {
            (key, True): found
            for key, found in account_store.agency_ids(transaction.connection, keys).items()
        }
    return ids


def _posts_of(posts: Collection[Post], names: dict[UUID, str]) -> tuple[GroupPost, ...]:
    return tuple(sorted(GroupPost(names[post.organisation_id], post.role) for post in posts))

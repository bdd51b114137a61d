"""What a directory that pushes asks for: people, and groups, each one role at one organisation (RFC 7643)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.kernel.actor import Role
from engine.kernel.refusal import Invalid, NotFound
from engine.kernel.staffing import needs_another, require_provisions
from engine.organisation import version_store
from engine.organisation.organisation import OrganisationOnDay
from engine.people import account_store, post_store, register_store, token_store
from engine.people import store as people_store
from engine.people.model import User
from engine.people.post import Grant, Post, PostSource
from engine.people.posts import fits, ministry_above, require_no_overlap, return_all_work, taken, write_post
from engine.people.users import saved


@dataclass(frozen=True, kw_only=True)
class GroupKey:
    """A group by what it is called: `0009.clerk`."""

    code: str
    role: Role

    @property
    def id(self) -> str:
        return f"{self.code}.{self.role}"

    @classmethod
    def read(cls, text: str) -> "GroupKey":
        """The key of that text; `NotFound` if it is none."""
        code, _, role = text.rpartition(".")
        if not code or role not in set(Role):
            raise NotFound.of("group", text)
        return cls(code=code, role=Role(role))


@dataclass(frozen=True, kw_only=True)
class Provisioned:
    """A person as a directory knows them, with the groups that they are in today."""

    user: User
    groups: tuple[GroupKey, ...]


@dataclass(frozen=True, kw_only=True)
class ProvisionedGroup:
    """A group with its members of today, by user name; without them where they were not asked for."""

    key: GroupKey
    called: str
    members: tuple[User, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListProvisioned:
    """Everybody, or whoever has that user name or is active or not, by user name."""

    username: str | None = None
    active: bool | None = None

    def answer(self, context: QueryContext) -> Sequence[User]:
        require_provisions(context.actor)
        if self.username is not None:
            found = people_store.user_named(context.connection, self.username)
            users: Sequence[User] = [found] if found else []
        else:
            users = people_store.all_users(context.connection)
        return [user for user in users if self.active is None or user.active is self.active]


@dataclass(frozen=True, kw_only=True)
class ShowProvisioned:
    """One person."""

    user_id: UUID

    def answer(self, context: QueryContext) -> Provisioned:
        require_provisions(context.actor)
        return _provisioned(context, _user(context, self.user_id))


@dataclass(frozen=True, kw_only=True)
class Provision(Command[Provisioned]):
    """Write a person whom a directory pushes: a new one without an id, else the one of that id.

    Who is not active may not sign in, and loses their sessions, tokens and tasks.
    """

    username: str
    display_name: str
    active: bool = True
    user_id: UUID | None = None


def provision(command: Provision, transaction: Transaction) -> Provisioned:
    """The person; `Conflict` if somebody else has the name."""
    require_provisions(transaction.actor)
    if command.user_id is None:
        known = User(id=transaction.new_id(), username=command.username, display_name=command.display_name)
    else:
        known = _user(transaction, command.user_id)
    user = saved(
        transaction,
        replace(known, username=command.username, display_name=command.display_name, active=command.active),
    )
    if not user.active:
        account_store.end_sessions(transaction.connection, user.id, transaction.now)
        token_store.revoke_tokens_of(transaction.connection, user.id, transaction.now)
        return_all_work(transaction, user.id)
    return _provisioned(transaction, user)


@dataclass(frozen=True, kw_only=True)
class ListGroups:
    """Every group that there is: each role that fits at each organisation, by code."""

    named: str | None = None

    def answer(self, context: QueryContext) -> Sequence[ProvisionedGroup]:
        require_provisions(context.actor)
        if self.named is not None:
            try:
                return [_group(context, GroupKey.read(self.named))]
            except NotFound:
                return []
        return [
            ProvisionedGroup(key=GroupKey(code=one.code, role=role), called=version.particulars.name)
            for one, version in version_store.every_organisation(context.connection, on=context.today)
            for role in Role
            if fits(one.kind, role)
        ]


@dataclass(frozen=True, kw_only=True)
class ShowGroup:
    """One group with its members."""

    group: str

    def answer(self, context: QueryContext) -> ProvisionedGroup:
        require_provisions(context.actor)
        return _group(context, GroupKey.read(self.group))


@dataclass(frozen=True, kw_only=True)
class ChangeMembers(Command[ProvisionedGroup]):
    """Let people be in a group from today on, or no longer; with `replaces` nobody else is in it.

    One of the ministry's roles waits for somebody here to confirm it, as a directory is one person's word.
    """

    group: str
    added: frozenset[UUID] = frozenset()
    removed: frozenset[UUID] = frozenset()
    replaces: bool = False


def change_members(command: ChangeMembers, transaction: Transaction) -> ProvisionedGroup:
    """The group as it has become; `Invalid` names a member who is not there."""
    require_provisions(transaction.actor)
    key = GroupKey.read(command.group)
    place = _place(transaction, key)
    unknown = [
        str(user_id)
        for user_id in command.added
        if people_store.user(transaction.connection, user_id) is None
    ]
    if unknown:
        raise Invalid.field("members", f"there is no user {', '.join(sorted(unknown))}")
    present = {user.id for user in _members(transaction, place, key.role)}
    gone = present - command.added if command.replaces else command.removed
    for user_id in sorted(gone):
        _remove(transaction, user_id, Grant(place.id, key.role))
    for user_id in sorted(command.added):
        _add(transaction, user_id, place=place, role=key.role)
    return _group(transaction, key)


def _add(transaction: Transaction, user_id: UUID, *, place: OrganisationOnDay, role: Role) -> None:
    known = post_store.lock_posts(transaction.connection, user_id)
    grant = Grant(place.id, role)
    if any(post.grant == grant and not post.is_over(transaction.today) for post in known):
        return
    ministry_id = ministry_above(transaction, place)
    post = Post(
        id=transaction.new_id(),
        user_id=user_id,
        organisation_id=place.id,
        role=role,
        valid_from=transaction.today,
        awaits_confirmation=needs_another(transaction.actor, place, role, ministry_id=ministry_id),
        source=PostSource.SCIM,
        given_by=transaction.actor.name,
        given_at=transaction.now,
    )
    require_no_overlap(post, known)
    write_post(transaction, post)


def _remove(transaction: Transaction, user_id: UUID, grant: Grant) -> None:
    for post in post_store.lock_posts(transaction.connection, user_id):
        if post.grant == grant and not post.is_over(transaction.today):
            taken(transaction, post)


def _group(context: Transaction | QueryContext, key: GroupKey) -> ProvisionedGroup:
    place = _place(context, key)
    return ProvisionedGroup(
        key=key, called=place.particulars.name, members=_members(context, place, key.role)
    )


def _members(context: Transaction | QueryContext, place: OrganisationOnDay, role: Role) -> tuple[User, ...]:
    holders = register_store.holders_at(context.connection, place.id, on=context.today)
    return tuple(dict.fromkeys(user for user, held in holders if held is role))


def _place(context: Transaction | QueryContext, key: GroupKey) -> OrganisationOnDay:
    place = version_store.organisation_coded(context.connection, key.code, on=context.today)
    if place is None or not fits(place.organisation.kind, key.role):
        raise NotFound.of("group", key.id)
    return place


def _user(context: Transaction | QueryContext, user_id: UUID) -> User:
    user = people_store.user(context.connection, user_id)
    if user is None:
        raise NotFound.of("user", user_id)
    return user


def _provisioned(context: Transaction | QueryContext, user: User) -> Provisioned:
    places = account_store.workplaces(context.connection, user.id, on=context.today)
    groups = [GroupKey(code=place.code, role=role) for place in places for role in sorted(place.roles)]
    return Provisioned(user=user, groups=tuple(groups))

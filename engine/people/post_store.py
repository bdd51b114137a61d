"""Posts in the database: who has which role where on a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, Index, Table
from sqlalchemy.engine import Connection

from engine.kernel.actor import Role
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency
from engine.people.model import Colleague, User
from engine.people.post import Post, PostSource
from engine.people.store import pauses, users
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import Row, execute_for, upsert

K = TypeVar("K")

posts = Table(
    "posts",
    metadata,
    columns.identifier(),
    columns.reference("user_id", "users"),
    Column("organisation_id", sa.Uuid, nullable=False),
    columns.text("role", binary=True),
    Column("valid_from", sa.Date),
    Column("valid_until", sa.Date),
    columns.text("position"),
    columns.reference("substitute_for", "users", optional=True),
    columns.text("source"),
    columns.text("given_by"),
    columns.moment("given_at"),
    columns.text("withdrawn_by", optional=True),
    columns.moment("withdrawn_at", optional=True),
    Column("awaits_confirmation", sa.Boolean, nullable=False, server_default=sa.false()),
    columns.text("confirmed_by", optional=True),
    columns.one_of("source", PostSource),
    CheckConstraint("valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until", name="days"),
)
Index("ix_posts_user_id", posts.c.user_id)
Index("ix_posts_organisation_id", posts.c.organisation_id)

absent = users.alias("absent")
"""The users in whose place others act."""

DAY = sa.bindparam("day", type_=sa.Date())
COUNTS = sa.and_(
    posts.c.withdrawn_at.is_(None),
    sa.not_(posts.c.awaits_confirmation),
    sa.or_(posts.c.valid_from.is_(None), posts.c.valid_from <= DAY),
    sa.or_(posts.c.valid_until.is_(None), posts.c.valid_until >= DAY),
)
"""That a post counts on the day `day`: the same rule as `Post.counts_on`."""

_USER_ID = sa.bindparam("user_id", type_=sa.Uuid())
_PLACE_ID = sa.bindparam("place_id", type_=sa.Uuid())
_ROLES = (
    sa.select(posts.c.role)
    .join(users, users.c.id == posts.c.user_id)
    .where(posts.c.user_id == _USER_ID, posts.c.organisation_id == _PLACE_ID, users.c.active, COUNTS)
)
_ROLES_THERE = (
    sa.select(posts.c.user_id, posts.c.role)
    .join(users, users.c.id == posts.c.user_id)
    .where(posts.c.organisation_id == _PLACE_ID, users.c.active, COUNTS)
)
_LOCK_USER = sa.select(users.c.id).where(users.c.id == _USER_ID).with_for_update()
_POSTS_OF = (
    sa.select(*posts.c).where(posts.c.user_id == _USER_ID).order_by(posts.c.valid_from.desc(), posts.c.id)
)
_POST = sa.select(*posts.c).where(posts.c.id == sa.bindparam("id", type_=sa.Uuid()))
_SAVE = upsert(posts)
_AGENCIES_SERVED = (
    sa.select(posts.c.organisation_id)
    .join(users, users.c.id == posts.c.user_id)
    .where(posts.c.user_id == _USER_ID, posts.c.role == Role.OFFICER.value, users.c.active, COUNTS)
    .distinct()
)
_OFFICERS_OF = (
    sa.select(*users.c)
    .where(
        users.c.id.in_(
            sa.select(posts.c.user_id).where(
                posts.c.organisation_id == _PLACE_ID, posts.c.role == Role.OFFICER.value, COUNTS
            )
        )
    )
    .order_by(users.c.username)
)
_NOW = sa.bindparam("now", type_=pauses.c.until.type)
_AT_WORK = (
    sa.select(users.c.username, users.c.display_name, posts.c.role)
    .join(posts, posts.c.user_id == users.c.id)
    .outerjoin(
        pauses,
        sa.and_(
            pauses.c.user_id == posts.c.user_id,
            pauses.c.branch_id == posts.c.organisation_id,
            pauses.c.since <= _NOW,
            sa.or_(pauses.c.until.is_(None), pauses.c.until > _NOW),
        ),
    )
    .where(posts.c.organisation_id == _PLACE_ID, users.c.active, pauses.c.user_id.is_(None), COUNTS)
)


def roles_at(connection: Connection, user_id: UUID, place_id: UUID, *, on: date) -> frozenset[Role]:
    """The roles of an active user at an organisation; none if they do not work there."""
    parameters = {"user_id": user_id, "place_id": place_id, "day": on}
    return frozenset(map(Role, connection.execute(_ROLES, parameters).scalars()))


def roles_by_user(connection: Connection, place_id: UUID, *, on: date) -> Mapping[UUID, frozenset[Role]]:
    """The active users who work at an organisation, with their roles there."""
    rows = connection.execute(_ROLES_THERE, {"place_id": place_id, "day": on})
    return _roles_by((row.user_id, row.role) for row in rows)


def lock_posts(connection: Connection, user_id: UUID) -> Sequence[Post]:
    """All posts of a user, newest first; the user is locked, so that nobody else changes them meanwhile."""
    connection.execute(_LOCK_USER, {"user_id": user_id})
    return posts_of(connection, user_id)


def posts_of(connection: Connection, user_id: UUID) -> Sequence[Post]:
    """All posts of a user, past, present and planned, newest first."""
    return [post_of(row) for row in connection.execute(_POSTS_OF, {"user_id": user_id})]


def posts_at(connection: Connection, place_id: UUID) -> Sequence[Post]:
    """All posts at an organisation, past, present and planned."""
    rows = connection.execute(sa.select(*posts.c).where(posts.c.organisation_id == place_id))
    return [post_of(row) for row in rows]


def post(connection: Connection, post_id: UUID) -> Post | None:
    """One post."""
    row = connection.execute(_POST, {"id": post_id}).one_or_none()
    return post_of(row) if row else None


def save_post(connection: Connection, post: Post) -> None:
    """Write a new or changed post, known by its id."""
    execute_for(connection, _SAVE, {**post.__dict__, "role": post.role.value, "source": post.source.value})


def agencies_served_by(connection: Connection, user_id: UUID, *, on: date) -> Sequence[Agency]:
    """The agencies that an active user works for, by key."""
    ids = connection.execute(_AGENCIES_SERVED, {"user_id": user_id, "day": on}).scalars().all()
    return organisation_store.agencies_with(connection, ids, on=on)


def officers_of(connection: Connection, agency_id: UUID, *, on: date) -> Sequence[User]:
    """The people who work for an agency, by user name."""
    rows = connection.execute(_OFFICERS_OF, {"place_id": agency_id, "day": on}).mappings()
    return [User(**row) for row in rows]


def colleagues_at_work(
    connection: Connection, branch_id: UUID, *, now: datetime, on: date
) -> Sequence[Colleague]:
    """The active people of a branch whose work is not paused at `now`, by display name."""
    rows = connection.execute(_AT_WORK, {"place_id": branch_id, "now": now, "day": on})
    roles = _roles_by(((row.display_name, row.username), row.role) for row in rows)
    # Sorted here, because databases differ in how they order Greek letters.
    return [
        Colleague(username=username, display_name=name, roles=roles[name, username])
        for name, username in sorted(roles)
    ]


def _roles_by(rows: Iterable[tuple[K, str]]) -> Mapping[K, frozenset[Role]]:
    found: dict[K, set[Role]] = {}
    for key, role in rows:
        found.setdefault(key, set()).add(Role(role))
    return {key: frozenset(roles) for key, roles in found.items()}


def post_of(row: Row) -> Post:
    """The post of a row with every column."""
    return post_from(row._asdict())


def post_from(values: Mapping[str, Any]) -> Post:
    """The post of such a row's values by column."""
    return Post(**{**values, "role": Role(values["role"]), "source": PostSource(values["source"])})

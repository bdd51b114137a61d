"""The register of people in the database: who has which post where, searched and shown in parts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.kernel.actor import Role
from engine.kernel.staffing import BY_TWO
from engine.organisation.organisation import OrganisationKind
from engine.organisation.version_store import organisations
from engine.people.model import User
from engine.people.post import Post, PostSource
from engine.people.post_store import COUNTS, DAY, absent, post_from, post_of, posts
from engine.people.store import users
from engine.storage.prepared import PreparedQuery


@dataclass(frozen=True, kw_only=True)
class StaffFilter:
    """Which people are listed: all who have a post that is not over, less what is given here.

    `places` are the organisations to look in, all where None is given. `until` is the day by which their post
    ends. `proposed` are those of whom a post is still to be confirmed.
    """

    places: Collection[UUID] | None = None
    role: Role | None = None
    until: date | None = None
    proposed: bool = False


def people(
    connection: Connection, wanted: StaffFilter, *, on: date, after: str = "", limit: int | None = None
) -> Sequence[User]:
    """The people, by user name, that come after one, up to `limit`."""
    statement = (
        sa.select(*users.c)
        .where(users.c.id.in_(_holders(wanted, on)), users.c.username > after)
        .order_by(users.c.username)
        .limit(limit)
    )
    return [User(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001 - SQLAlchemy's public name for a row by column


def posts_by_user(
    connection: Connection, user_ids: Collection[UUID], *, places: Collection[UUID] | None
) -> Mapping[UUID, Sequence[Post]]:
    """All posts of these users in these organisations, newest first, by user."""
    statement = (
        sa.select(*posts.c)
        .where(posts.c.user_id.in_(user_ids))
        .order_by(posts.c.valid_from.desc(), posts.c.id.desc())
    )
    found: dict[UUID, list[Post]] = {user_id: [] for user_id in user_ids}
    for row in connection.execute(statement):
        if row.user_id in found and (places is None or row.organisation_id in places):
            found[row.user_id].append(post_of(row))
    return found


def written_posts(connection: Connection, *, on: date, at: UUID | None) -> Sequence[Any]:
    """The posts that are not over as a file has them, by user name, newest first; light, for there are many.

    Those of the people who have one in the organisation `at`, of all where None is given. `substitute_for` is
    a user name.
    """
    if at is None:
        return _WRITTEN.rows(connection, {"day": on})
    return _WRITTEN_OF_PEOPLE_AT.rows(connection, {"day": on, "place_id": at})


def holders_at(connection: Connection, place_id: UUID, *, on: date) -> Sequence[tuple[User, Role]]:
    """Who has which role at an organisation on a day, by user name."""
    statement = (
        sa.select(*users.c, posts.c.role)
        .join(posts, posts.c.user_id == users.c.id)
        .where(posts.c.organisation_id == place_id, users.c.active, _not_over(on), _begun(on))
        .where(sa.not_(posts.c.awaits_confirmation))
        .order_by(users.c.username)
    )
    return [
        (
            User(id=row.id, username=row.username, display_name=row.display_name, active=row.active),
            Role(row.role),
        )
        for row in connection.execute(statement)
    ]


def holders_of(
    connection: Connection,
    *,
    here: UUID,
    administrators_of: Collection[UUID],
    everywhere: Collection[Role],
    on: date,
) -> Sequence[tuple[User, Post]]:
    """Who has a post that counts on a day: any here, or one of these, by user name."""
    administers = sa.and_(
        posts.c.role == Role.ADMINISTRATOR.value, posts.c.organisation_id.in_(administrators_of)
    )
    statement = (
        sa.select(*posts.c, users.c.username, users.c.display_name)
        .join(users, posts.c.user_id == users.c.id)
        .where(
            sa.or_(
                posts.c.organisation_id == here,
                administers,
                posts.c.role.in_([role.value for role in everywhere]),
            ),
            users.c.active,
            COUNTS,
        )
        .order_by(users.c.username, posts.c.id)
    )
    found = []
    for row in connection.execute(statement, {"day": on}):
        values = row._asdict()
        user = User(
            id=row.user_id,
            username=values.pop("username"),
            display_name=values.pop("display_name"),
            active=True,
        )
        found.append((user, post_from(values)))
    return found


def _holders(wanted: StaffFilter, on: date) -> sa.Select[tuple[UUID]]:
    statement = sa.select(posts.c.user_id).where(_not_over(on))
    if wanted.places is not None:
        statement = statement.where(posts.c.organisation_id.in_(wanted.places))
    if wanted.role is not None:
        statement = statement.where(posts.c.role == wanted.role.value)
    if wanted.until is not None:
        statement = statement.where(posts.c.valid_until <= wanted.until)
    if wanted.proposed:
        statement = statement.where(sa.or_(posts.c.awaits_confirmation, _of_groups_alone()))
    return statement


def _of_groups_alone() -> sa.ColumnElement[bool]:
    """That a group gave what two people give, and nobody here confirmed it: as `Post.wants_confirmation`."""
    ministries = sa.select(organisations.c.id).where(organisations.c.kind == OrganisationKind.MINISTRY.value)
    return sa.and_(
        posts.c.source == PostSource.GROUPS.value,
        posts.c.confirmed_by.is_(None),
        sa.or_(
            posts.c.role.in_([role.value for role in BY_TWO]),
            sa.and_(posts.c.role == Role.ADMINISTRATOR.value, posts.c.organisation_id.in_(ministries)),
        ),
    )


def _not_over(on: date | sa.BindParameter[date], of: sa.FromClause = posts) -> sa.ColumnElement[bool]:
    return sa.and_(of.c.withdrawn_at.is_(None), sa.or_(of.c.valid_until.is_(None), of.c.valid_until >= on))


def _begun(on: date) -> sa.ColumnElement[bool]:
    return sa.or_(posts.c.valid_from.is_(None), posts.c.valid_from <= on)


_LISTED = (
    sa.select(
        users.c.username,
        users.c.display_name,
        posts.c.organisation_id,
        posts.c.role,
        posts.c.position,
        posts.c.valid_from,
        posts.c.valid_until,
        absent.c.username.label("substitute_for"),
    )
    .select_from(posts)
    .join(users, users.c.id == posts.c.user_id)
    .outerjoin(absent, absent.c.id == posts.c.substitute_for)
    .where(_not_over(DAY))
    .order_by(users.c.username, posts.c.valid_from.desc(), posts.c.id.desc())
)
_WRITTEN = PreparedQuery(_LISTED)
_THERE = posts.alias("there")
_WRITTEN_OF_PEOPLE_AT = PreparedQuery(
    _LISTED.where(
        posts.c.user_id.in_(
            sa.select(_THERE.c.user_id).where(
                _THERE.c.organisation_id == sa.bindparam("place_id", type_=sa.Uuid()),
                _not_over(DAY, _THERE),
            )
        )
    )
)

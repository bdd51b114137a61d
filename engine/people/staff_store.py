"""Who works where, read for all organisations at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.kernel.actor import Role
from engine.people.post_store import COUNTS, posts
from engine.people.store import users


@dataclass(frozen=True, kw_only=True)
class PersonAtWork:
    """Somebody who works at an organisation, with their roles there."""

    user_id: UUID
    username: str
    display_name: str
    organisation_id: UUID
    roles: frozenset[Role]


_AT_WORK = posts.join(users, sa.and_(users.c.id == posts.c.user_id, users.c.active))
_STAFF = (
    sa.select(users.c.id, users.c.username, users.c.display_name, posts.c.organisation_id, posts.c.role)
    .select_from(_AT_WORK)
    .where(COUNTS)
    .order_by(users.c.username)
)


def staff(connection: Connection, today: date) -> Sequence[PersonAtWork]:
    """All active people with where they work on a day, by user name."""
    found: dict[tuple[UUID, UUID], PersonAtWork] = {}
    for row in connection.execute(_STAFF, {"day": today}):
        key, role = (row.id, row.organisation_id), Role(row.role)
        known = found[key].roles if key in found else frozenset()
        found[key] = PersonAtWork(
            user_id=row.id,
            username=row.username,
            display_name=row.display_name,
            organisation_id=row.organisation_id,
            roles=known | {role},
        )
    return list(found.values())


_COUNTED = (
    sa.select(posts.c.organisation_id, sa.func.count(sa.distinct(posts.c.user_id)).label("people"))
    .select_from(_AT_WORK)
    .where(COUNTS)
    .group_by(posts.c.organisation_id)
)


def counted_staff(
    connection: Connection, today: date, places: Collection[UUID] | None = None
) -> dict[UUID, int]:
    """How many active people work at each organisation on a day; at these alone where they are given."""
    statement = _COUNTED if places is None else _COUNTED.where(posts.c.organisation_id.in_(places))
    return {row.organisation_id: row.people for row in connection.execute(statement, {"day": today})}

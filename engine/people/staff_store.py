"""Who works where, read for all organisations at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.kernel.actor import Role
from engine.people.store import memberships, users


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """Somebody who works at an organisation, with their roles there."""

    user_id: UUID
    username: str
    display_name: str
    organisation_id: UUID
    roles: frozenset[Role]


_STAFF = (
    sa.select(
        users.c.id, users.c.username, users.c.display_name, memberships.c.branch_id, memberships.c.roles
    )
    .select_from(memberships)
    .join(users, users.c.id == memberships.c.user_id)
    .where(users.c.active)
    .order_by(users.c.username)
)


def staff(connection: Connection, _today: date) -> Sequence[StaffMember]:
    """All active people with where they work, by user name."""
    return [
        StaffMember(
            user_id=row.id,
            username=row.username,
            display_name=row.display_name,
            organisation_id=row.branch_id,
            roles=frozenset(Role(role) for role in row.roles),
        )
        for row in connection.execute(_STAFF)
    ]


_COUNTED = (
    sa.select(memberships.c.branch_id, sa.func.count().label("people"))
    .join(users, users.c.id == memberships.c.user_id)
    .where(users.c.active)
    .group_by(memberships.c.branch_id)
)


def counted_staff(connection: Connection, _today: date) -> dict[UUID, int]:
    """How many active people work at each organisation."""
    return {row.branch_id: row.people for row in connection.execute(_COUNTED)}

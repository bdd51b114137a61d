"""Keep who works where as dated posts, one for each role, in place of memberships and officers.

Each role of a membership and each officer becomes a post without a first day, as nobody wrote down since
when; what a directory's groups gave stays theirs. The tables of before stay for the programs of the release
before, which read them until they are stopped; the release after this one drops them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0037_posts"
down_revision = "0040_figures"
branch_labels = None
depends_on = None

_ATHENS = ZoneInfo("Europe/Athens")
_MOMENT = sa.DateTime(timezone=True)
_AT_ONCE = 1000
"""Rows in one insert."""

_memberships = sa.table(
    "memberships",
    sa.column("user_id", sa.Uuid),
    sa.column("branch_id", sa.Uuid),
    sa.column("roles", sa.JSON),
)
_officers = sa.table("officers", sa.column("user_id", sa.Uuid), sa.column("agency_id", sa.Uuid))
_granted = sa.table(
    "granted_roles",
    sa.column("user_id", sa.Uuid),
    sa.column("place_id", sa.Uuid),
    sa.column("role", sa.Text),
)
_posts = sa.table(
    "posts",
    sa.column("id", sa.Uuid),
    sa.column("user_id", sa.Uuid),
    sa.column("organisation_id", sa.Uuid),
    sa.column("role", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("valid_until", sa.Date),
    sa.column("position", sa.Text),
    sa.column("substitute_for", sa.Uuid),
    sa.column("source", sa.Text),
    sa.column("given_by", sa.Text),
    sa.column("given_at", _MOMENT),
    sa.column("withdrawn_at", _MOMENT),
)


def upgrade() -> None:
    text = sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("role", text, nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("substitute_for", sa.Uuid, sa.ForeignKey("users.id")),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("given_by", sa.Text, nullable=False),
        sa.Column("given_at", _MOMENT, nullable=False),
        sa.Column("withdrawn_by", sa.Text),
        sa.Column("withdrawn_at", _MOMENT),
        sa.CheckConstraint("source IN ('register', 'groups', 'scim')", name="source"),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until", name="days"
        ),
    )
    op.create_index("ix_posts_user_id", "posts", ["user_id"])
    op.create_index("ix_posts_organisation_id", "posts", ["organisation_id"])
    rows = list(_present(op.get_bind()))
    for first in range(0, len(rows), _AT_ONCE):
        op.get_bind().execute(_posts.insert(), rows[first : first + _AT_ONCE])


def _present(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    granted = {tuple(row) for row in connection.execute(sa.select(*_granted.c))}
    held = [
        (member.user_id, member.branch_id, role)
        for member in connection.execute(sa.select(*_memberships.c))
        for role in member.roles
    ]
    held += [
        (user_id, agency_id, "officer") for user_id, agency_id in connection.execute(sa.select(*_officers.c))
    ]
    for user_id, place_id, role in held:
        yield {
            "id": uuid4(),
            "user_id": user_id,
            "organisation_id": place_id,
            "role": role,
            "position": "",
            "source": "groups" if (user_id, place_id, role) in granted else "register",
            "given_by": "stoa",
            "given_at": datetime.now(UTC),
        }


def downgrade() -> None:
    connection = op.get_bind()
    today = datetime.now(_ATHENS).date()
    present = sa.select(_posts.c.user_id, _posts.c.organisation_id, _posts.c.role, _posts.c.source).where(
        _posts.c.withdrawn_at.is_(None),
        sa.or_(_posts.c.valid_from.is_(None), _posts.c.valid_from <= today),
        sa.or_(_posts.c.valid_until.is_(None), _posts.c.valid_until >= today),
        _posts.c.substitute_for.is_(None),
    )
    rows = sorted(
        connection.execute(present.distinct()).all(), key=lambda row: (row.user_id, row.organisation_id)
    )
    for table in (_memberships, _officers, _granted):
        connection.execute(table.delete())
    for (user_id, place_id), held in groupby(rows, key=lambda row: (row.user_id, row.organisation_id)):
        posts = list(held)
        roles = sorted({post.role for post in posts} - {"officer"})
        if roles:
            row = {"user_id": user_id, "branch_id": place_id, "roles": roles}
            connection.execute(_memberships.insert(), row)
        if len(roles) < len({post.role for post in posts}):
            connection.execute(_officers.insert(), {"user_id": user_id, "agency_id": place_id})
        given = {post.role for post in posts if post.source == "groups"}
        if given:
            granted = [{"user_id": user_id, "place_id": place_id, "role": role} for role in sorted(given)]
            connection.execute(_granted.insert(), granted)
    op.drop_table("posts")

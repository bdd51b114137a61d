"""Invitations in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table
from sqlalchemy.engine import Connection

from engine.kernel.actor import Role
from engine.kernel.bilingual import Language
from engine.people.invitation import Invitation
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import Row, execute_for, upsert

invitations = Table(
    "invitations",
    metadata,
    columns.identifier(),
    columns.text("name"),
    columns.text("username", binary=True),
    columns.reference("organisation_id", "organisations"),
    columns.text("role", binary=True),
    Column("valid_from", sa.Date),
    Column("valid_until", sa.Date),
    columns.text("position"),
    Column("by_two", sa.Boolean, nullable=False),
    columns.text("language"),
    columns.text("email", optional=True),
    Column("digest", sa.LargeBinary, unique=True),
    columns.text("made_by"),
    columns.moment("made_at"),
    columns.moment("expires_at"),
    columns.moment("ended_at", optional=True),
    columns.reference("user_id", "users", optional=True),
)
Index("ix_invitations_organisation_id", invitations.c.organisation_id)

_ID = sa.bindparam("id", type_=sa.Uuid())
_LOCKED = sa.select(*invitations.c).where(invitations.c.id == _ID).with_for_update()
_WITH_DIGEST = sa.select(*invitations.c).where(
    invitations.c.digest == sa.bindparam("digest", type_=sa.LargeBinary())
)
_SAVE = upsert(invitations)
_OPEN = (
    sa.select(*invitations.c)
    .where(
        invitations.c.ended_at.is_(None),
        invitations.c.expires_at > sa.bindparam("now", type_=invitations.c.expires_at.type),
    )
    .order_by(invitations.c.made_at.desc(), invitations.c.id.desc())
)


def save_invitation(connection: Connection, invitation: Invitation) -> None:
    """Write a new or changed invitation, known by its id."""
    row = {**invitation.__dict__, "role": invitation.role.value, "language": invitation.language.value}
    execute_for(connection, _SAVE, row)


def lock_invitation(connection: Connection, invitation_id: UUID) -> Invitation | None:
    """One invitation, locked."""
    row = connection.execute(_LOCKED, {"id": invitation_id}).one_or_none()
    return _invitation_of(row) if row else None


def invitation_with(connection: Connection, digest: bytes) -> Invitation | None:
    """The invitation with that code."""
    row = connection.execute(_WITH_DIGEST, {"digest": digest}).one_or_none()
    return _invitation_of(row) if row else None


def open_invitations(
    connection: Connection, *, now: datetime, places: Collection[UUID] | None
) -> Sequence[Invitation]:
    """The open invitations to these organisations, to all where None is given, newest first."""
    statement = _OPEN if places is None else _OPEN.where(invitations.c.organisation_id.in_(places))
    return [_invitation_of(row) for row in connection.execute(statement, {"now": now})]


def _invitation_of(row: Row) -> Invitation:
    return Invitation(**{**row._asdict(), "role": Role(row.role), "language": Language(row.language)})

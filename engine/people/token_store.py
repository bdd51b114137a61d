"""Access tokens in the database, and whose they are."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, Table
from sqlalchemy.engine import Connection

from engine.kernel.actor import Actor, ActorKind, Role, Scope
from engine.organisation.store import agencies, branches
from engine.people.post import stood_in_for
from engine.people.post_store import COUNTS, absent, posts
from engine.people.session import Token
from engine.people.store import users
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.prepared import Channel, PreparedQuery
from engine.storage.statements import Row

tokens = Table(
    "tokens",
    metadata,
    columns.identifier(),
    Column("digest", sa.LargeBinary, nullable=False, unique=True),
    columns.text("label"),
    columns.json("scopes"),
    columns.moment("created_at"),
    columns.reference("user_id", "users", optional=True),
    columns.reference("agency_id", "agencies", optional=True),
    columns.reference("branch_id", "branches", optional=True),
    columns.moment("expires_at", optional=True),
    columns.moment("revoked_at", optional=True),
    Column("organisation_id", sa.Uuid),
    CheckConstraint("(user_id IS NULL) <> (agency_id IS NULL)", name="owner"),
)


_NOW = sa.bindparam("now", type_=tokens.c.expires_at.type)
_VALID_TOKEN = sa.and_(
    tokens.c.revoked_at.is_(None), sa.or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > _NOW)
)
_ACTOR = PreparedQuery(
    sa.select(
        tokens.c.scopes,
        agencies.c.id.label("agency_id"),
        agencies.c.key.label("agency_key"),
        users.c.id.label("user_id"),
        users.c.username,
        users.c.active,
        posts.c.role,
        absent.c.username.label("absent"),
        branches.c.id.label("branch_id"),
        branches.c.code.label("branch_code"),
        tokens.c.organisation_id,
    )
    .select_from(tokens)
    .outerjoin(agencies, agencies.c.id == tokens.c.agency_id)
    .outerjoin(users, users.c.id == tokens.c.user_id)
    .outerjoin(branches, branches.c.id == tokens.c.branch_id)
    .outerjoin(
        posts,
        sa.and_(
            posts.c.user_id == tokens.c.user_id,
            posts.c.organisation_id == sa.func.coalesce(tokens.c.branch_id, tokens.c.organisation_id),
            COUNTS,
        ),
    )
    .outerjoin(absent, absent.c.id == posts.c.substitute_for)
    .where(tokens.c.digest == sa.bindparam("digest", type_=sa.LargeBinary), _VALID_TOKEN)
)
_ALL_TOKENS = (
    sa.select(*tokens.c).where(_VALID_TOKEN).order_by(tokens.c.created_at.desc(), tokens.c.id.desc())
)
_REVOKE_TOKEN = (
    tokens.update()
    .where(tokens.c.id == sa.bindparam("id_", type_=sa.Uuid()), tokens.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("at", type_=tokens.c.revoked_at.type))
)
_REVOKE_TOKENS_OF = (
    tokens.update()
    .where(tokens.c.user_id == sa.bindparam("owner", type_=sa.Uuid()), tokens.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("at", type_=tokens.c.revoked_at.type))
)


def actor(connection: Channel, token_digest: bytes, now: datetime, *, on: date) -> Actor | None:
    """Whose token that is, with branch, scopes, and the roles of that day.

    None if unknown, revoked, expired, or its owner is inactive.
    """
    rows = _ACTOR.rows(connection, {"digest": token_digest, "now": now, "day": on})
    if not rows:
        return None
    row = rows[0]
    granted = frozenset([Scope(scope) for scope in row.scopes])
    if row.agency_id is not None:
        return Actor(
            kind=ActorKind.AGENCY,
            id=row.agency_id,
            name=row.agency_key,
            organisation_id=row.agency_id,
            scopes=granted,
        )
    if not row.active:
        return None
    held = [(Role(one.role), one.absent) for one in rows if one.role is not None]
    return Actor(
        kind=ActorKind.USER,
        id=row.user_id,
        name=row.username,
        roles=frozenset([role for role, _ in held]),
        branch_id=row.branch_id,
        branch_code=row.branch_code,
        organisation_id=row.branch_id or row.organisation_id,
        scopes=granted,
        stands_in_for=stood_in_for(held) if any(absent for _, absent in held) else (),
    )


def valid_tokens(connection: Connection, now: datetime) -> Sequence[Token]:
    """All tokens that are neither revoked nor, at `now`, expired, newest first."""
    return [_token_of(row) for row in connection.execute(_ALL_TOKENS, {"now": now})]


def add_token(connection: Connection, token: Token) -> None:
    """Write a new token record."""
    connection.execute(tokens.insert(), {**token.__dict__, "scopes": sorted(token.scopes)})


def revoke_token(connection: Connection, token_id: UUID, at: datetime) -> bool:
    """Revoke a token; False if there is none or it was revoked before."""
    return connection.execute(_REVOKE_TOKEN, {"id_": token_id, "at": at}).rowcount == 1


def revoke_tokens_at(connection: Connection, user_id: UUID, place_id: UUID | None, at: datetime) -> int:
    """Revoke the tokens of a user for that workplace, all where None is given, and say how many."""
    statement = _REVOKE_TOKENS_OF
    if place_id is not None:
        statement = statement.where(
            sa.or_(tokens.c.branch_id == place_id, tokens.c.organisation_id == place_id)
        )
    return connection.execute(statement, {"owner": user_id, "at": at}).rowcount


def revoke_tokens_of(connection: Connection, user_id: UUID, at: datetime) -> int:
    """Revoke every token of a user that was not revoked before, and say how many."""
    return connection.execute(_REVOKE_TOKENS_OF, {"owner": user_id, "at": at}).rowcount


def _token_of(row: Row) -> Token:
    return Token(**{**row._asdict(), "scopes": frozenset(Scope(scope) for scope in row.scopes)})

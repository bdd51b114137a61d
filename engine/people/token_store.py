"""Access tokens, and who stands behind one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.kernel.actor import Actor, ActorKind, Role, Scope
from engine.people.token import Token
from engine.sql_tables import agencies, branches, memberships, tokens, users

_NOW = sa.bindparam("now", type_=tokens.c.expires_at.type)
_VALID = sa.and_(
    tokens.c.revoked_at.is_(None), sa.or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > _NOW)
)
_ACTOR = (
    sa.select(
        tokens.c.scopes,
        agencies.c.id,
        agencies.c.key,
        users.c.id,
        users.c.username,
        users.c.active,
        memberships.c.roles,
        branches.c.id,
        branches.c.code,
    )
    .select_from(tokens)
    .outerjoin(agencies, agencies.c.id == tokens.c.agency_id)
    .outerjoin(users, users.c.id == tokens.c.user_id)
    .outerjoin(branches, branches.c.id == tokens.c.branch_id)
    .outerjoin(
        memberships,
        sa.and_(memberships.c.user_id == tokens.c.user_id, memberships.c.branch_id == tokens.c.branch_id),
    )
    .where(tokens.c.digest == sa.bindparam("digest", type_=sa.LargeBinary), _VALID)
)
_ALL = sa.select(*tokens.c).where(_VALID).order_by(tokens.c.created_at.desc(), tokens.c.id.desc())
_REVOKE = (
    tokens.update()
    .where(tokens.c.id == sa.bindparam("id_", type_=sa.Uuid()), tokens.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("at", type_=tokens.c.revoked_at.type))
)


def actor(connection: Connection, token_digest: bytes, now: datetime) -> Actor | None:
    """Whose token that is; None if it is not valid or its owner is inactive."""
    row = connection.execute(_ACTOR, {"digest": token_digest, "now": now}).one_or_none()
    if row is None:
        return None
    scopes, agency_id, agency_key, user_id, username, is_active, roles, branch_id, branch_code = row
    granted = frozenset(Scope(scope) for scope in scopes)
    if agency_id is not None:
        return Actor(kind=ActorKind.AGENCY, id=agency_id, name=agency_key, scopes=granted)
    if not is_active:
        return None
    return Actor(
        kind=ActorKind.USER,
        id=user_id,
        name=username,
        roles=frozenset(Role(role) for role in roles or ()),
        branch_id=branch_id,
        branch_code=branch_code,
        scopes=granted,
    )


def valid_tokens(connection: Connection, now: datetime) -> Sequence[Token]:
    """All tokens that are neither revoked nor expired, newest first."""
    return [_token_of(row) for row in connection.execute(_ALL, {"now": now})]


def add_token(connection: Connection, token: Token) -> None:
    """Write a new token record."""
    connection.execute(tokens.insert(), {**token.__dict__, "scopes": sorted(token.scopes)})


def revoke_token(connection: Connection, token_id: UUID, at: datetime) -> bool:
    """Revoke a token that is not revoked yet."""
    return connection.execute(_REVOKE, {"id_": token_id, "at": at}).rowcount == 1


def _token_of(row: Sequence[Any]) -> Token:
    (
        token_id,
        digest,
        label,
        scopes,
        created_at,
        user_id,
        agency_id,
        branch_id,
        expires_at,
        revoked_at,
    ) = row
    return Token(
        id=token_id,
        digest=digest,
        label=label,
        scopes=frozenset(Scope(scope) for scope in scopes),
        created_at=created_at,
        user_id=user_id,
        agency_id=agency_id,
        branch_id=branch_id,
        expires_at=expires_at,
        revoked_at=revoked_at,
    )

"""The tables of accounts, sessions, failed sign-ins and links to identity providers."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table

from engine.people.session import SignInMethod
from engine.sql_tables import metadata
from engine.storage.types import PlainText, UtcDateTime

_METHODS = ", ".join(f"'{method.value}'" for method in SignInMethod)

accounts = Table(
    "accounts",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("password_hash", PlainText()),
    Column("password_set_at", UtcDateTime),
    Column("sealed_secret", sa.LargeBinary),
    Column("totp_confirmed_at", UtcDateTime),
    Column("totp_last_step", sa.BigInteger),
    Column("recovery_digests", sa.JSON(none_as_null=True), nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("digest", sa.LargeBinary, nullable=False, unique=True),
    Column("user_id", sa.Uuid, ForeignKey("users.id"), nullable=False),
    Column("method", PlainText(), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("idle_until", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("branch_id", sa.Uuid, ForeignKey("branches.id")),
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id")),
    Column("awaits_code", sa.Boolean, nullable=False),
    Column("ended_at", UtcDateTime),
    CheckConstraint(f"method IN ({_METHODS})", name="method"),
    CheckConstraint("branch_id IS NULL OR agency_id IS NULL", name="workplace"),
)
Index("ix_sessions_user_id", sessions.c.user_id)
Index("ix_sessions_idle_until", sessions.c.idle_until)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("digest", sa.LargeBinary, primary_key=True),
    Column("failures", sa.Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    CheckConstraint("failures >= 0", name="failures"),
)
Index("ix_sign_in_attempts_last_at", sign_in_attempts.c.last_at)

linked_identities = Table(
    "linked_identities",
    metadata,
    Column("issuer", PlainText(binary=True), primary_key=True),
    Column("subject", PlainText(binary=True), primary_key=True),
    Column("user_id", sa.Uuid, ForeignKey("users.id"), nullable=False),
)
Index("ix_linked_identities_user_id", linked_identities.c.user_id)

granted_roles = Table(
    "granted_roles",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("place_id", sa.Uuid, primary_key=True),
    Column("role", PlainText(binary=True), primary_key=True),
)

"""The table of incidents."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, text

from engine.incidents.model import AttemptKind
from engine.sql_tables import metadata
from engine.storage.types import PlainText, UtcDateTime

_KINDS = ", ".join(f"'{kind.value}'" for kind in AttemptKind)
_OPEN = text("resolved_at IS NULL")

incidents = Table(
    "incidents",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("case_number", PlainText(), nullable=False),
    Column("procedure_key", PlainText(), nullable=False),
    Column("branch_id", sa.Uuid, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("code", PlainText(), nullable=False),
    Column("message", PlainText(), nullable=False),
    Column("element_id", PlainText()),
    Column("variable", PlainText()),
    Column("attempts", sa.Integer, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", PlainText()),
    Column("attempted", PlainText(), nullable=False),
    Column("token", sa.Uuid),
    Column("error_code", PlainText()),
    Column("error_message", PlainText()),
    Column("data", sa.JSON(none_as_null=True), nullable=False),
    CheckConstraint("attempts >= 1", name="attempts"),
    CheckConstraint(f"attempted IN ({_KINDS})", name="attempted"),
)
Index("ix_incidents_case_id", incidents.c.case_id)
Index("ix_incidents_newest", incidents.c.opened_at, incidents.c.id)
Index("ix_incidents_newest_of_branch", incidents.c.branch_id, incidents.c.opened_at, incidents.c.id)
Index(
    "ix_incidents_open",
    incidents.c.opened_at,
    incidents.c.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)

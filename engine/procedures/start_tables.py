"""The table of start events that begin cases by themselves."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table

from engine.procedures.start import StartKind
from engine.sql_tables import metadata
from engine.storage.types import PlainText

_KINDS = ", ".join(f"'{kind.value}'" for kind in StartKind)

starts = Table(
    "starts",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("procedure_key", PlainText(binary=True), nullable=False),
    Column("version_id", sa.Uuid, ForeignKey("procedure_versions.id", ondelete="CASCADE"), nullable=False),
    Column("element_id", PlainText(binary=True), nullable=False),
    Column("kind", PlainText(), nullable=False),
    Column("name", PlainText(), nullable=False),
    Column("branch_code", PlainText()),
    CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
)
Index("ix_starts_procedure_key", starts.c.procedure_key)
Index("ix_starts_named", starts.c.kind, starts.c.name, starts.c.procedure_key, starts.c.element_id)

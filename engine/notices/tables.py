"""The table of notices."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table

from engine.notices.model import NoticeChannel, NoticeState, Occasion
from engine.sql_tables import metadata
from engine.storage.types import PlainText, UtcDateTime


def _one_of(column: str, choices: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{choice.value}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


notices = Table(
    "notices",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("channel", PlainText(), nullable=False),
    Column("occasion", PlainText(), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", PlainText(), nullable=False),
    Column("attempts", sa.Integer, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("last_error", PlainText()),
    _one_of("channel", NoticeChannel),
    _one_of("occasion", Occasion),
    _one_of("state", NoticeState),
    CheckConstraint("attempts >= 0", name="attempts"),
)
Index("ix_notices_of_case", notices.c.case_id, notices.c.created_at, notices.c.id)

"""The tables of the desk: notes, saved filters, pauses, officers, and what changed last."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table, text

from engine.sql_tables import memberships, metadata, tasks
from engine.storage.types import PlainText, UtcDateTime

notes = Table(
    "notes",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", sa.Uuid, ForeignKey("users.id")),
    Column("author_name", PlainText(), nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("text", PlainText(), nullable=False),
)
Index("ix_notes_newest_of_case", notes.c.case_id, notes.c.written_at, notes.c.id)

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("user_id", sa.Uuid, ForeignKey("users.id"), nullable=False),
    Column("name", PlainText(binary=True), nullable=False),
    Column("query", PlainText(), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("user_id", "name"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("branch_id", sa.Uuid, ForeignKey("branches.id"), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("paused_by", PlainText(), nullable=False),
    Column("reason", PlainText(), nullable=False),
)

officers = Table(
    "officers",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id", ondelete="CASCADE"), primary_key=True),
)
Index("ix_officers_agency_id", officers.c.agency_id)

latest_changes = Table(
    "latest_changes",
    metadata,
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("branch_id", sa.Uuid, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("journal_length", sa.Integer, nullable=False),
)
"""When the journal of each case grew last.

A row for each branch instead would make all of its clerks wait for one another.
"""
Index(
    "ix_latest_changes_of_branch",
    latest_changes.c.branch_id,
    latest_changes.c.at,
    latest_changes.c.case_id,
)

# What worklists are sorted and counted by, beside the due date

_OPEN = text("state = 'open'")
_FLAGGED = text("state = 'open' AND flag IS NOT NULL")
_COMPLETED = text("state = 'completed'")

Index(
    "ix_tasks_flagged",
    tasks.c.branch_id,
    tasks.c.flag,
    tasks.c.sort_at,
    tasks.c.id,
    sqlite_where=_FLAGGED,
    postgresql_where=_FLAGGED,
)
Index(
    "ix_tasks_open_by_priority",
    tasks.c.branch_id,
    tasks.c.priority.desc(),
    tasks.c.sort_at,
    tasks.c.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index(
    "ix_tasks_open_by_age",
    tasks.c.branch_id,
    tasks.c.created_at,
    tasks.c.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index(
    "ix_tasks_completed_lately",
    tasks.c.closed_at,
    tasks.c.branch_id,
    tasks.c.assignee_id,
    sqlite_where=_COMPLETED,
    postgresql_where=_COMPLETED,
)
Index("ix_memberships_branch_id", memberships.c.branch_id)

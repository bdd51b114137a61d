"""Keep the ledgers of terms, and when the term of a case has ended; look for overdue cases among the others.

A case of before gets its ledger when its term changes for the first time, counted from its columns.
"""

import sqlalchemy as sa
from alembic import op

from engine.storage.index_building import TableIndex, add_column, replace_index

revision = "0025_term_ledgers"
down_revision = "0024_scans"
branch_labels = None
depends_on = None

_RUNS = "status = 'open' AND NOT overdue"
_RUNS_ON = f"{_RUNS} AND term_rests_since IS NULL AND term_ended_at IS NULL"


def upgrade() -> None:
    add_column("cases", sa.Column("term_ended_at", sa.DateTime(timezone=True)))
    replace_index(_index(_RUNS_ON))
    op.create_table(
        "term_entries",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("term", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("law", sa.Text),
        sa.Column("amount", sa.Integer),
        sa.Column("unit", sa.Text),
        sa.Column("corrects", sa.Integer),
        sa.CheckConstraint("term IN ('legal', 'service')", name="term"),
        sa.CheckConstraint(
            "event IN ('begun', 'rested', 'resumed', 'restarted', 'extended', 'ended', 'corrected')",
            name="event",
        ),
        sa.CheckConstraint("unit IN ('days', 'working_days', 'weeks', 'months', 'years')", name="unit"),
        sa.CheckConstraint("number >= 1", name="number"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_index("ix_cases_term", "cases")
    op.drop_column("cases", "term_ended_at")
    op.drop_table("term_entries")
    _index(_RUNS).build()


def _index(condition: str) -> TableIndex:
    columns = ("status", "due_at", "id")
    return TableIndex(name="ix_cases_term", table="cases", columns=columns, where=condition)

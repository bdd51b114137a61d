"""Keep the figures of cases by branch, day, month and procedure, and find cases by what a figure counts.

The tables begin empty: the worker counts everything once, and until then figures are counted case by case.
"""

import sqlalchemy as sa
from alembic import op

from engine.storage.index_building import TableIndex, build_indexes

revision = "0040_figures"
down_revision = "0034_signatures"
branch_labels = None
depends_on = None

_FIGURES = ("opened", "ended", "in_time", "late", "overdue", "appealed")
_OPENED = ("branch_id", "opened_at", "id")
_AWAITED = "status = 'open' AND (answer_due_at IS NOT NULL OR act_due_at IS NOT NULL)"
_INDEXES = (
    TableIndex(name="ix_cases_running", table="cases", columns=_OPENED, where="closed_at IS NULL"),
    TableIndex(name="ix_cases_overdue", table="cases", columns=_OPENED, where="overdue"),
    TableIndex(name="ix_cases_appealed", table="cases", columns=_OPENED, where="appealed"),
    TableIndex(name="ix_cases_awaited", table="cases", columns=_OPENED, where=_AWAITED),
    TableIndex(
        name="ix_cases_ended_of_branch",
        table="cases",
        columns=("branch_id", "closed_at", "id"),
        where="closed_at IS NOT NULL",
    ),
)


def upgrade() -> None:
    build_indexes(*_INDEXES)
    op.create_table(
        "case_tallies",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("procedure_key", sa.Text, nullable=False),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        *_figures(),
    )
    op.create_table("cases_by_branch", sa.Column("branch_id", sa.Uuid, primary_key=True), *_figures())
    op.create_table(
        "cases_by_day_and_branch",
        sa.Column("branch_id", sa.Uuid, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        *_figures(),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cases_by_day_and_branch_day", "cases_by_day_and_branch", ["day"])
    op.create_table(
        "cases_by_month",
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("branch_id", sa.Uuid, primary_key=True),
        sa.Column("procedure_key", sa.Text, primary_key=True),
        *_figures(),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cases_by_day_and_procedure",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("procedure_key", sa.Text, primary_key=True),
        sa.Column("version_number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel", sa.Text, primary_key=True),
        *_figures(),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "figures_counting",
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("counted_on", sa.Date, nullable=False),
        sa.Column("next_month", sa.Date),
    )


def downgrade() -> None:
    for index in _INDEXES:
        op.drop_index(index.name, index.table)
    for table in (
        "figures_counting",
        "cases_by_day_and_procedure",
        "cases_by_month",
        "cases_by_day_and_branch",
        "cases_by_branch",
        "case_tallies",
    ):
        op.drop_table(table)


def _figures() -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in _FIGURES]

"""Keep the figures of a branch by month, and find late, appealed and decided cases by themselves.

The new figures are added up from those by procedure; what a process of the release before folds meanwhile is
corrected when all cases are counted anew, once a day.
"""

import sqlalchemy as sa
from alembic import op

from engine.storage.index_building import TableIndex, build_indexes, replace_index

revision = "0048_figures_by_month"
down_revision = "0047_applications"
branch_labels = None
depends_on = None

_FIGURES = ("opened", "ended", "in_time", "late", "overdue", "appealed")
_IN_ORDER = ("opened_at", "id", "branch_id")
_LATE = TableIndex(
    name="ix_cases_late",
    table="cases",
    columns=_IN_ORDER,
    where="due_at < coalesce(term_ended_at, closed_at)",
)
_IS_DECIDED = "status = 'open' AND term_ended_at IS NOT NULL"
_BEFORE = (
    TableIndex(
        name="ix_cases_appealed", table="cases", columns=("branch_id", "opened_at", "id"), where="appealed"
    ),
    TableIndex(
        name="ix_cases_decided", table="cases", columns=("branch_id", "opened_at", "id"), where=_IS_DECIDED
    ),
)
_AFTER = (
    TableIndex(name="ix_cases_appealed", table="cases", columns=_IN_ORDER, where="appealed"),
    TableIndex(
        name="ix_cases_decided",
        table="cases",
        columns=("branch_id", "status", "opened_at", "id"),
        where=_IS_DECIDED,
    ),
)


def upgrade() -> None:
    build_indexes(_LATE)
    for index in _AFTER:
        replace_index(index)
    op.create_table(
        "cases_by_branch_and_month",
        sa.Column("branch_id", sa.Uuid, primary_key=True),
        sa.Column("month", sa.Date, primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _FIGURES),
        sqlite_with_rowid=False,
    )
    key = [sa.column("branch_id"), sa.column("month")]
    of_procedures = sa.select(*key, *(sa.func.sum(sa.column(name)) for name in _FIGURES))
    by_month = of_procedures.select_from(sa.table("cases_by_month")).group_by(*key)
    names = [*(column.name for column in key), *_FIGURES]
    by_branch = sa.table("cases_by_branch_and_month", *(sa.column(name) for name in names))
    op.execute(by_branch.insert().from_select(names, by_month))


def downgrade() -> None:
    op.drop_table("cases_by_branch_and_month")
    for index in _BEFORE:
        op.drop_index(index.name, index.table)
        index.build()
    op.drop_index(_LATE.name, _LATE.table)

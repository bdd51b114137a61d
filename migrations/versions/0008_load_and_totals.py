"""Index what clerks have in hand by branch, and what ended by when it did."""

from alembic import op

from engine.storage.index_building import TableIndex, build_indexes, replace_index

revision = "0008_load_and_totals"
down_revision = "0007_documents"
branch_labels = None
depends_on = None

_OPEN = "state = 'open'"
_HELD = "state = 'open' AND assignee_id IS NOT NULL"
_COMPLETED = "state = 'completed'"
_ENDED = TableIndex(
    name="ix_cases_ended", table="cases", columns=("closed_at", "status"), where="closed_at IS NOT NULL"
)


def upgrade() -> None:
    replace_index(_open(("assignee_id", "branch_id", "sort_at", "id"), _HELD))
    replace_index(_completed(("closed_at", "branch_id", "assignee_id")))
    build_indexes(_ENDED)


def downgrade() -> None:
    op.drop_index("ix_cases_ended", "cases")
    for index in (
        _completed(("branch_id", "closed_at")),
        _open(("assignee_id", "sort_at", "id"), _OPEN),
    ):
        op.drop_index(index.name, index.table)
        index.build()


def _open(columns: tuple[str, ...], condition: str) -> TableIndex:
    return TableIndex(name="ix_tasks_open_of_assignee", table="tasks", columns=columns, where=condition)


def _completed(columns: tuple[str, ...]) -> TableIndex:
    return TableIndex(name="ix_tasks_completed_lately", table="tasks", columns=columns, where=_COMPLETED)

"""Index what clerks have in hand by branch, and what ended by when it did."""

import sqlalchemy as sa
from alembic import op

revision = "0008_load_and_totals"
down_revision = "0007_documents"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
HELD = sa.text("state = 'open' AND assignee_id IS NOT NULL")
COMPLETED = sa.text("state = 'completed'")
ENDED = sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    replace_index("ix_tasks_open_of_assignee", ["assignee_id", "branch_id", "sort_at", "id"], HELD)
    replace_index("ix_tasks_completed_lately", ["closed_at", "branch_id", "assignee_id"], COMPLETED)
    op.create_index(
        "ix_cases_ended", "cases", ["closed_at", "status"], sqlite_where=ENDED, postgresql_where=ENDED
    )


def downgrade() -> None:
    op.drop_index("ix_cases_ended", "cases")
    replace_index("ix_tasks_completed_lately", ["branch_id", "closed_at"], COMPLETED)
    replace_index("ix_tasks_open_of_assignee", ["assignee_id", "sort_at", "id"], OPEN)


def replace_index(name: str, columns: list[str], condition: sa.TextClause) -> None:
    op.drop_index(name, "tasks")
    op.create_index(name, "tasks", columns, sqlite_where=condition, postgresql_where=condition)

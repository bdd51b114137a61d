"""Let open tasks without a day of their own be due when the term of their case is over."""

from alembic import op

revision = "0013_tasks_due_with_their_case"
down_revision = "0012_agencies_in_english"
branch_labels = None
depends_on = None

_TERM = "(SELECT cases.due_at FROM cases WHERE cases.id = tasks.case_id)"


def upgrade() -> None:
    op.execute(
        f"UPDATE tasks SET due_at = {_TERM}, sort_at = {_TERM} "  # noqa: S608 - made of constants
        f"WHERE state = 'open' AND due_at IS NULL AND {_TERM} IS NOT NULL"
    )


def downgrade() -> None:
    """Keep the days: what was due without one cannot be told any more."""

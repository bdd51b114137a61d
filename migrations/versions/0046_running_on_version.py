"""Find the cases under way on a version of a procedure, and those that can be taken back to another."""

import sqlalchemy as sa
from alembic import op

revision = "0046_running_on_version"
down_revision = "0036_branches_by_version"
branch_labels = None
depends_on = None

_RESTORABLE = sa.text("restore IS NOT NULL")
_RUNNING = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_cases_running_on_version",
        "cases",
        ["version_id", "id"],
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )
    op.create_index(
        "ix_case_migrations_restorable",
        "case_migrations",
        ["case_id"],
        sqlite_where=_RESTORABLE,
        postgresql_where=_RESTORABLE,
    )


def downgrade() -> None:
    op.drop_index("ix_case_migrations_restorable", "case_migrations")
    op.drop_index("ix_cases_running_on_version", "cases")

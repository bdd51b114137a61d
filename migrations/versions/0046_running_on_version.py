"""Find the cases under way on a version of a procedure."""

import sqlalchemy as sa
from alembic import op

revision = "0046_running_on_version"
down_revision = "0036_branches_by_version"
branch_labels = None
depends_on = None

_RUNNING = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_cases_running_on_version",
        "cases",
        ["version_id", "id"],
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )


def downgrade() -> None:
    op.drop_index("ix_cases_running_on_version", "cases")

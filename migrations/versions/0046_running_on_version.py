"""Find the cases under way on a version of a procedure, and those that can be taken back to another."""

from alembic import op

from engine.storage.index_building import TableIndex, build_indexes

revision = "0046_running_on_version"
down_revision = "0036_branches_by_version"
branch_labels = None
depends_on = None

_RUNNING = TableIndex(
    name="ix_cases_running_on_version",
    table="cases",
    columns=("version_id", "id"),
    where="closed_at IS NULL",
)
_RESTORABLE = TableIndex(
    name="ix_case_migrations_restorable",
    table="case_migrations",
    columns=("case_id",),
    where="restore IS NOT NULL",
)


def upgrade() -> None:
    build_indexes(_RUNNING, _RESTORABLE)


def downgrade() -> None:
    op.drop_index("ix_case_migrations_restorable", "case_migrations")
    op.drop_index("ix_cases_running_on_version", "cases")

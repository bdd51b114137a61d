"""Keep how often and for how long cases waited at each element, by day, and find what ended since."""

import sqlalchemy as sa
from alembic import op

from engine.storage.index_building import TableIndex, build_indexes

revision = "0053_element_times"
down_revision = "0052_studio"
branch_labels = None
depends_on = None

_ENDED = tuple(
    TableIndex(name=f"ix_{table}_ended", table=table, columns=("closed_at",), where="closed_at IS NOT NULL")
    for table in ("tasks", "service_tasks")
)


def upgrade() -> None:
    op.create_table(
        "element_times",
        sa.Column("procedure_key", sa.Text, primary_key=True),
        sa.Column("version_number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("element_id", sa.Text, primary_key=True),
        sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "element_times_counted",
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("until", sa.Date, nullable=False),
    )
    build_indexes(*_ENDED)


def downgrade() -> None:
    for index in reversed(_ENDED):
        op.drop_index(index.name, index.table)
    op.drop_table("element_times_counted")
    op.drop_table("element_times")

"""Hold the jobs of paused agencies, and keep who paused an agency and switched it on."""

import sqlalchemy as sa
from alembic import op

from engine.storage.index_building import TableIndex, add_column, build_indexes, replace_index

revision = "0016_paused_agencies"
down_revision = "0015_answers"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
_HELD = TableIndex(
    name="ix_jobs_held", table="jobs", columns=("service_task_id",), where="held_at IS NOT NULL"
)


def upgrade() -> None:
    add_column("jobs", sa.Column("held_at", MOMENT))
    build_indexes(_HELD)
    replace_index(_ready("state = 'ready' AND held_at IS NULL"))
    op.create_table(
        "agency_switches",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("agency_id", sa.Uuid, sa.ForeignKey("agencies.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_agency_switches_of_agency", "agency_switches", ["agency_id", "at", "id"])


def downgrade() -> None:
    op.drop_table("agency_switches")
    op.drop_index("ix_jobs_held", "jobs")
    op.drop_index("ix_jobs_ready", "jobs")
    _ready("state = 'ready'").build()
    op.drop_column("jobs", "held_at")


def _ready(condition: str) -> TableIndex:
    return TableIndex(name="ix_jobs_ready", table="jobs", columns=("state", "run_at", "id"), where=condition)

"""Hold the jobs of paused agencies, and keep who paused an agency and switched it on."""

import sqlalchemy as sa
from alembic import op

revision = "0016_paused_agencies"
down_revision = "0015_answers"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("jobs", sa.Column("held_at", MOMENT))
    op.drop_index("ix_jobs_ready", "jobs")
    partial_index("ix_jobs_ready", ["state", "run_at", "id"], sa.text("state = 'ready' AND held_at IS NULL"))
    partial_index("ix_jobs_held", ["service_task_id"], sa.text("held_at IS NOT NULL"))
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
    partial_index("ix_jobs_ready", ["state", "run_at", "id"], sa.text("state = 'ready'"))
    op.drop_column("jobs", "held_at")


def partial_index(name: str, columns: list[str], condition: sa.TextClause) -> None:
    op.create_index(name, "jobs", columns, sqlite_where=condition, postgresql_where=condition)

"""Keep the notices that citizens get, and in which language they are told."""

import sqlalchemy as sa
from alembic import op

revision = "0014_notices"
down_revision = "0013_tasks_due_with_their_case"
branch_labels = None
depends_on = None

OCCASIONS = "'completed', 'rejected', 'ready_for_pickup', 'awaiting_citizen', 'term_extended', 'filed'"


def upgrade() -> None:
    op.add_column("cases", sa.Column("notify_language", sa.Text, nullable=False, server_default="el"))
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("occasion", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text),
        sa.CheckConstraint("channel IN ('sms', 'email')", name="channel"),
        sa.CheckConstraint(f"occasion IN ({OCCASIONS})", name="occasion"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'given_up', 'dropped')", name="state"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
    )
    op.create_index("ix_notices_of_case", "notices", ["case_id", "created_at", "id"])


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_column("cases", "notify_language")

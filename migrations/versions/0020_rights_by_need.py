"""Know whom an agent recognised in their call, and with which service task a document came."""

import sqlalchemy as sa
from alembic import op

revision = "0020_rights_by_need"
down_revision = "0019_traffic"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recognitions",
        sa.Column("agent_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_recognitions_case_id", "recognitions", ["case_id"])
    # Without a foreign key: one would lock the service tasks, and no request is ever removed alone.
    op.add_column("documents", sa.Column("service_task_id", sa.Uuid))


def downgrade() -> None:
    op.drop_column("documents", "service_task_id")
    op.drop_table("recognitions")

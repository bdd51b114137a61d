"""Keep incidents: why a case could not go on, and what was attempted."""

import sqlalchemy as sa
from alembic import op

revision = "0003_incidents"
down_revision = "0002_signals"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("resolved_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("case_number", sa.Text, nullable=False),
        sa.Column("procedure_key", sa.Text, nullable=False),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("element_id", sa.Text),
        sa.Column("variable", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("resolved_at", MOMENT),
        sa.Column("resolved_by", sa.Text),
        sa.Column("attempted", sa.Text, nullable=False),
        sa.Column("token", sa.Uuid),
        sa.Column("error_code", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("attempts >= 1", name="attempts"),
        sa.CheckConstraint("attempted IN ('complete', 'fail', 'receive', 'fire_timers')", name="attempted"),
    )
    op.create_index("ix_incidents_case_id", "incidents", ["case_id"])
    op.create_index("ix_incidents_newest", "incidents", ["opened_at", "id"])
    op.create_index("ix_incidents_newest_of_branch", "incidents", ["branch_id", "opened_at", "id"])
    op.create_index(
        "ix_incidents_open",
        "incidents",
        ["opened_at", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("incidents")

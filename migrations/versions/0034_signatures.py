"""Keep what procedures call the parties of a case, and the signatures that are asked of them.

The parties of cases of before have no such role: there is the applicant in them, and who acts for them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034_signatures"
down_revision = "0033_appointments"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("parties", sa.Column("declared_role", sa.Text))
    op.add_column("parties", sa.Column("position", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "signatures",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("party_id", sa.Uuid, sa.ForeignKey("parties.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "service_task_id",
            sa.Uuid,
            sa.ForeignKey("service_tasks.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("digest", sa.Text, unique=True),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("expires_at", _MOMENT),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("opened_at", _MOMENT),
        sa.Column("settled_at", _MOMENT),
        sa.Column("means", sa.Text),
        sa.Column("identity", sa.Text),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint(
            "state IN ('invited', 'opened', 'signed', 'refused', 'withdrawn', 'expired')", name="state"
        ),
        sa.CheckConstraint("means IN ('counter', 'link')", name="means"),
        sa.CheckConstraint("failures >= 0", name="failures"),
    )
    op.create_index("ix_signatures_case_id", "signatures", ["case_id"])
    op.create_index("ix_signatures_party_id", "signatures", ["party_id"])


def downgrade() -> None:
    op.drop_table("signatures")
    op.drop_column("parties", "position")
    op.drop_column("parties", "declared_role")

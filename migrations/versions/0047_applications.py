"""Say of procedures who opens their cases, and of cases for which organisation they were opened."""

import sqlalchemy as sa
from alembic import op

revision = "0047_applications"
down_revision = "0044_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("organisation_id", sa.Uuid, sa.ForeignKey("organisations.id"), nullable=False),
    )
    op.create_index("ix_applications_organisation_id", "applications", ["organisation_id"])
    op.add_column(
        "procedure_versions", sa.Column("opened_by", sa.Text, nullable=False, server_default="branch")
    )


def downgrade() -> None:
    op.drop_column("procedure_versions", "opened_by")
    op.drop_table("applications")

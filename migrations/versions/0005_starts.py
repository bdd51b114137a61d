"""Keep what begins cases by itself: the start events of procedures on offer."""

import sqlalchemy as sa
from alembic import op

revision = "0005_starts"
down_revision = "0004_accounts"
branch_labels = None
depends_on = None

WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "starts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("procedure_key", WORD, nullable=False),
        sa.Column(
            "version_id", sa.Uuid, sa.ForeignKey("procedure_versions.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("element_id", WORD, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("branch_code", sa.Text),
        sa.CheckConstraint("kind IN ('message', 'signal', 'timer')", name="kind"),
    )
    op.create_index("ix_starts_procedure_key", "starts", ["procedure_key"])
    op.create_index("ix_starts_named", "starts", ["kind", "name", "procedure_key", "element_id"])


def downgrade() -> None:
    op.drop_table("starts")

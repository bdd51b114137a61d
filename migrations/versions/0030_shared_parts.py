"""Keep which bytes each version of a shared part was published with; none was before."""

import sqlalchemy as sa
from alembic import op

revision = "0030_shared_parts"
down_revision = "0028_compaction"
branch_labels = None
depends_on = None

WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "shared_parts",
        sa.Column("name", WORD, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("shared_parts")

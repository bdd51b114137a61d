"""Keep the plays of analysts and certifiers."""

import sqlalchemy as sa
from alembic import op

revision = "0042_plays"
down_revision = "0037b_staff"
branch_labels = None
depends_on = None

WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "plays",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("procedure_key", WORD, nullable=False),
        sa.Column("version_number", sa.Integer),
        sa.Column("archive", sa.LargeBinary),
        sa.Column("acts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_plays_user_id", "plays", ["user_id", "begun_at"])
    op.create_index("ix_plays_expires_at", "plays", ["expires_at"])


def downgrade() -> None:
    op.drop_table("plays")

"""Keep the documents of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0007_documents"
down_revision = "0006_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.CheckConstraint("size > 0", name="size"),
    )
    op.create_index("ix_documents_case_id", "documents", ["case_id", "added_at", "id"])
    op.create_table(
        "document_contents",
        sa.Column(
            "document_id", sa.Uuid, sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("document_contents")
    op.drop_table("documents")

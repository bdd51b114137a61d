"""Keep of each document a copy for the screen in which nothing acts; made by and by."""

import sqlalchemy as sa
from alembic import op

from engine.storage.index_building import TableIndex, add_column, build_indexes

revision = "0029_views"
down_revision = "0032_payments"
branch_labels = None
depends_on = None

_UNVIEWED = TableIndex(
    name="ix_documents_unviewed", table="documents", columns=("id",), where="view = 'pending'"
)


def upgrade() -> None:
    add_column("documents", sa.Column("view", sa.Text, nullable=False, server_default="pending"))
    build_indexes(_UNVIEWED)
    op.create_table(
        "document_views",
        _of_document(),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary),
    )
    op.create_table(
        "document_view_parts",
        _of_document(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("document_view_parts")
    op.drop_table("document_views")
    op.drop_index("ix_documents_unviewed", "documents")
    op.drop_column("documents", "view")


def _of_document() -> sa.Column[object]:
    owner = sa.ForeignKey("documents.id", ondelete="CASCADE")
    return sa.Column("document_id", sa.Uuid, owner, primary_key=True)

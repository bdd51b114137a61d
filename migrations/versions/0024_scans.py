"""Keep what a virus scanner makes of each document; what is there was not looked at, and stays readable."""

import sqlalchemy as sa
from alembic import op

revision = "0024_scans"
down_revision = "0023_sealed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("scan", sa.Text, nullable=False, server_default="unscanned"))
    pending = sa.text("scan = 'pending'")
    op.create_index(
        "ix_documents_pending", "documents", ["id"], sqlite_where=pending, postgresql_where=pending
    )


def downgrade() -> None:
    op.drop_index("ix_documents_pending", "documents")
    op.drop_column("documents", "scan")

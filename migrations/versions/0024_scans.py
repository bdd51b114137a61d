"""Keep what a virus scanner makes of each document; what is there was not looked at, and stays readable."""

import sqlalchemy as sa
from alembic import op

from engine.storage.index_building import TableIndex, add_column, build_indexes

revision = "0024_scans"
down_revision = "0023_sealed"
branch_labels = None
depends_on = None

_PENDING = TableIndex(
    name="ix_documents_pending", table="documents", columns=("id",), where="scan = 'pending'"
)


def upgrade() -> None:
    add_column("documents", sa.Column("scan", sa.Text, nullable=False, server_default="unscanned"))
    build_indexes(_PENDING)


def downgrade() -> None:
    op.drop_index("ix_documents_pending", "documents")
    op.drop_column("documents", "scan")

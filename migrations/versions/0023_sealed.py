"""Keep the secrets of agencies, the codes of receipts and the files of cases sealed.

What is there stays as it is, and is sealed by `stoa keys rotate`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_sealed"
down_revision = "0022_anchors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agencies", sa.Column("sealed_secrets", sa.LargeBinary))
    op.create_table(
        "tracking_codes",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table("document_keys", of_document(), sa.Column("sealed", sa.LargeBinary, nullable=False))
    op.create_table(
        "document_parts",
        of_document(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        # What is sealed cannot be compressed; trying would cost more than sealing it.
        op.execute("ALTER TABLE document_parts ALTER COLUMN sealed SET STORAGE EXTERNAL")


def downgrade() -> None:
    for table in ("document_parts", "document_keys", "tracking_codes"):
        op.drop_table(table)
    op.drop_column("agencies", "sealed_secrets")


def of_document() -> sa.Column:
    reference = sa.ForeignKey("documents.id", ondelete="CASCADE")
    return sa.Column("document_id", sa.Uuid, reference, primary_key=True)

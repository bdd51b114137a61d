"""Record who reads what of people's cases, and what of it is to be looked into."""

import sqlalchemy as sa
from alembic import op

revision = "0021_access"
down_revision = "0020_rights_by_need"
branch_labels = None
depends_on = None

WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "access_records",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reader_kind", sa.Text, nullable=False),
        sa.Column("reader", WORD, nullable=False),
        sa.Column("role", sa.Text),
        sa.Column("branch_code", sa.Text),
        sa.Column("agency_key", sa.Text),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("case_id", sa.Uuid),
        sa.Column("object_id", sa.Uuid),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("concern_id", sa.Uuid),
    )
    op.create_index("ix_access_records_newest", "access_records", ["at", "id"])
    _partial_index("ix_access_records_case", "access_records", ["case_id", "at", "id"], "case_id IS NOT NULL")
    op.create_index("ix_access_records_reader", "access_records", ["reader", "at", "id"])
    op.create_table(
        "access_concerns",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("once", WORD, nullable=False),
        sa.Column("reader_kind", sa.Text, nullable=False),
        sa.Column("reader", WORD, nullable=False),
        sa.Column("branch_code", sa.Text),
        sa.Column("case_id", sa.Uuid),
        sa.Column("reason", sa.Text),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.Text),
        sa.Column("note", sa.Text),
        sa.UniqueConstraint("once", name="uq_access_concerns_once"),
    )
    op.create_index("ix_access_concerns_newest", "access_concerns", ["at", "id"])
    _partial_index("ix_access_concerns_open", "access_concerns", ["at", "id"], "reviewed_at IS NULL")
    _partial_index(
        "ix_access_concerns_exception", "access_concerns", ["case_id", "reader"], "case_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("access_concerns")
    op.drop_table("access_records")


def _partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)

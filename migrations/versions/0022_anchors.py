"""Name the key of a journal line, keep anchors, and refuse to change or remove a row of either."""

import sqlalchemy as sa
from alembic import op

revision = "0022_anchors"
down_revision = "0021_access"
branch_labels = None
depends_on = None

APPEND_ONLY = ("anchor_copies", "anchor_leaves", "anchors", "journal")

FUNCTION = """\
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME USING ERRCODE = '42501';
END $$
"""


def upgrade() -> None:
    op.add_column("journal", sa.Column("key_name", sa.Text))
    op.create_table(
        "anchors",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("leaf_count", sa.Integer, nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("takes_unkeyed", sa.Boolean, nullable=False),
        sa.Column("key_name", sa.Text),
        sa.Column("public_key", sa.Text),
        sa.Column("signature", sa.Text),
        sa.CheckConstraint("number >= 1", name="number"),
    )
    op.create_table(
        "anchor_leaves",
        sa.Column("anchor", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.Column("case_number", sa.Text, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_anchor_leaves_of_case", "anchor_leaves", ["case_id", "anchor"])
    op.create_table(
        "anchor_copies",
        sa.Column("anchor", sa.Integer, sa.ForeignKey("anchors.number"), primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt", sa.LargeBinary),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_stays_filled BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'Rows of {table} are never changed or removed.'); END"
            )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.drop_table("anchor_copies")
    op.drop_table("anchor_leaves")
    op.drop_table("anchors")
    if is_postgresql:
        op.execute("DROP TRIGGER journal_rows_stay ON journal")
        op.execute("DROP TRIGGER journal_stays_filled ON journal")
        op.execute("DROP FUNCTION refuse_change()")
    else:
        op.execute("DROP TRIGGER journal_refuses_update")
        op.execute("DROP TRIGGER journal_refuses_delete")
    op.drop_column("journal", "key_name")

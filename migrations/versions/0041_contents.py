"""Keep texts for the people of the branches, and who has read them."""

import sqlalchemy as sa
from alembic import op

revision = "0041_contents"
down_revision = "0042_plays"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "contents",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("title_el", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("text_el", sa.Text, nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
        sa.Column("audience", sa.JSON, nullable=False),
        sa.Column("from_day", sa.Date),
        sa.Column("to_day", sa.Date),
        sa.Column("must_read", sa.Boolean, nullable=False),
        sa.Column("owner_id", sa.Uuid),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("authorised_by", sa.Text),
        sa.Column("authorised_at", _MOMENT),
        sa.Column("pushed_at", _MOMENT),
        sa.Column("note", sa.Text),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.CheckConstraint("kind IN ('announcement', 'circular', 'article', 'script', 'help')", name="kind"),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'authorised', 'pushed', 'retired')", name="status"
        ),
        sa.CheckConstraint("row_version >= 1", name="row_version"),
        sa.UniqueConstraint("kind", "key", "version"),
    )
    op.create_index("ix_contents_newest", "contents", ["changed_at", "id"])
    pushed = sa.text("status = 'pushed'")
    op.create_index(
        "ix_contents_pushed",
        "contents",
        ["kind", "pushed_at"],
        sqlite_where=pushed,
        postgresql_where=pushed,
    )
    op.create_table(
        "content_receipts",
        sa.Column("content_id", sa.Uuid, sa.ForeignKey("contents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("read_at", _MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("content_receipts")
    op.drop_table("contents")

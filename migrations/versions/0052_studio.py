"""Keep the drafts of procedures that analysts draw in the studio."""

import sqlalchemy as sa
from alembic import op

revision = "0052_studio"
down_revision = "0048_figures_by_month"
branch_labels = None
depends_on = None

WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def _of_draft(**options: bool) -> sa.Column[object]:
    drafts = sa.ForeignKey("studio_drafts.id", ondelete="CASCADE")
    return sa.Column("draft_id", sa.Uuid, drafts, nullable=False, **options)


def upgrade() -> None:
    op.create_table(
        "studio_drafts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("procedure_key", WORD, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("based_on", sa.Integer),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("begun_by", sa.Text, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("submitted_as", sa.Integer),
    )
    op.create_index("ix_studio_drafts_changed_at", "studio_drafts", ["changed_at", "id"])
    op.create_table(
        "studio_files",
        _of_draft(primary_key=True),
        sa.Column("name", WORD, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
    )
    op.create_table(
        "studio_changes",
        _of_draft(primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("file", sa.Text),
        sa.Column("actor_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('begun', 'kept', 'added', 'removed', 'laid_aside', 'submitted')", name="kind"
        ),
    )
    op.create_table(
        "studio_texts_aside",
        sa.Column("id", sa.Uuid, primary_key=True),
        _of_draft(),
        sa.Column("file", WORD, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("made_on", sa.Integer, nullable=False),
        sa.Column("author_id", sa.Uuid, sa.ForeignKey("users.id")),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_studio_texts_aside_draft_id", "studio_texts_aside", ["draft_id", "at"])
    op.create_table(
        "studio_presence",
        _of_draft(primary_key=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("file", sa.Text),
        sa.Column("seen_at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "studio_presence",
        "studio_texts_aside",
        "studio_changes",
        "studio_files",
        "studio_drafts",
    ):
        op.drop_table(table)

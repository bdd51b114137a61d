"""Keep what a version was submitted with, and what analysts and certifiers write about it."""

import sqlalchemy as sa
from alembic import op

revision = "0044_reviews"
down_revision = "0043_certification"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_REFUSE_CHANGE = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
_KEPT = "id, version_id, thread_id, file, line, element_id, author_id, author_name, written_at, text"


def upgrade() -> None:
    op.create_table(
        "version_evidence",
        sa.Column("version_id", sa.Uuid, sa.ForeignKey("procedure_versions.id"), primary_key=True),
        sa.Column("act", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "version_comments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version_id", sa.Uuid, sa.ForeignKey("procedure_versions.id"), nullable=False),
        sa.Column("thread_id", sa.Uuid, sa.ForeignKey("version_comments.id")),
        sa.Column("file", sa.Text),
        sa.Column("line", sa.Integer),
        sa.Column("element_id", sa.Text),
        sa.Column("author_id", sa.Uuid, sa.ForeignKey("users.id")),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("resolved_at", _MOMENT),
        sa.Column("resolved_by", sa.Text),
    )
    op.create_index("ix_version_comments_version_id", "version_comments", ["version_id"])
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def downgrade() -> None:
    op.drop_table("version_comments")
    op.drop_table("version_evidence")


def _guard_postgresql() -> None:
    evidence, comments = "ON version_evidence", "ON version_comments"
    op.execute(
        f"CREATE TRIGGER version_evidence_rows_stay BEFORE UPDATE OR DELETE {evidence} {_REFUSE_CHANGE}"
    )
    op.execute(
        f"CREATE TRIGGER version_evidence_stays_filled BEFORE TRUNCATE {evidence} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER version_comments_keeps_columns BEFORE UPDATE OF {_KEPT} {comments} {_REFUSE_CHANGE}"
    )
    op.execute(f"CREATE TRIGGER version_comments_rows_stay BEFORE DELETE {comments} {_REFUSE_CHANGE}")


def _guard_sqlite() -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER version_evidence_refuses_{verb} BEFORE {verb.upper()} ON version_evidence "
            "BEGIN SELECT RAISE(ABORT, 'Rows of version_evidence are never changed or removed.'); END"
        )
    refuse = "BEGIN SELECT RAISE(ABORT, 'Rows of version_comments are never changed or removed.'); END"
    op.execute(
        f"CREATE TRIGGER version_comments_keeps_columns BEFORE UPDATE OF {_KEPT} ON version_comments {refuse}"
    )
    op.execute(f"CREATE TRIGGER version_comments_refuses_delete BEFORE DELETE ON version_comments {refuse}")

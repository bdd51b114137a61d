"""Keep what the desk needs: notes, filters, pauses, officers, supplements, and what changed last."""

import sqlalchemy as sa
from alembic import op

from engine.storage.index_building import TableIndex, build_indexes

revision = "0006_desk"
down_revision = "0005_starts"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
OPEN = "state = 'open'"
FLAGGED = "state = 'open' AND flag IS NOT NULL"
COMPLETED = "state = 'completed'"


def upgrade() -> None:
    build_indexes(
        _tasks("ix_tasks_flagged", ["branch_id", "flag", "sort_at", "id"], FLAGGED),
        _tasks("ix_tasks_open_by_priority", ["branch_id", sa.text("priority DESC"), "sort_at", "id"], OPEN),
        _tasks("ix_tasks_open_by_age", ["branch_id", "created_at", "id"], OPEN),
        _tasks("ix_tasks_completed_lately", ["branch_id", "closed_at"], COMPLETED),
    )
    create_notes()
    create_saved_filters()
    create_pauses()
    create_officers()
    create_latest_changes()
    op.add_column("service_tasks", sa.Column("supplement_wanted", sa.Text))
    op.create_index("ix_memberships_branch_id", "memberships", ["branch_id"])


def downgrade() -> None:
    op.drop_index("ix_memberships_branch_id", "memberships")
    for name in ("completed_lately", "open_by_age", "open_by_priority", "flagged"):
        op.drop_index(f"ix_tasks_{name}", "tasks")
    op.drop_column("service_tasks", "supplement_wanted")
    for table in ("latest_changes", "officers", "pauses", "saved_filters", "notes"):
        op.drop_table(table)


def create_notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("author_id", sa.Uuid, sa.ForeignKey("users.id")),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_notes_newest_of_case", "notes", ["case_id", "written_at", "id"])


def create_saved_filters() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", WORD, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.UniqueConstraint("user_id", "name"),
    )


def create_pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id"), primary_key=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("paused_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )


def create_officers() -> None:
    op.create_table(
        "officers",
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("agency_id", sa.Uuid, sa.ForeignKey("agencies.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_index("ix_officers_agency_id", "officers", ["agency_id"])


def create_latest_changes() -> None:
    op.create_table(
        "latest_changes",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("journal_length", sa.Integer, nullable=False),
    )
    op.create_index("ix_latest_changes_of_branch", "latest_changes", ["branch_id", "at", "case_id"])


def _tasks(name: str, columns: list[str | sa.TextClause], condition: str) -> TableIndex:
    return TableIndex(name=name, table="tasks", columns=columns, where=condition)

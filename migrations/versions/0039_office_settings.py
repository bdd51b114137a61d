"""Keep what officials decide of settings: from when on, by whom, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0039_office_settings"
down_revision = "0038_topics"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "setting_changes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("valid_from", _MOMENT, nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("approved_at", _MOMENT),
        sa.Column("approved_by", sa.Text),
        sa.Column("withdrawn_at", _MOMENT),
        sa.Column("withdrawn_by", sa.Text),
    )
    op.create_table(
        "setting_revision",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("setting_revision")
    op.drop_table("setting_changes")

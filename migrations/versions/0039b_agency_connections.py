"""Keep how agencies are connected: their keys, who changed what, and the calls that tried it."""

import sqlalchemy as sa
from alembic import op

revision = "0039b_agency_connections"
down_revision = "0039_office_settings"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agency_keys",
        _agency(primary_key=True),
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("added_at", _MOMENT),
        sa.Column("added_by", sa.Text),
        sa.Column("ends_at", _MOMENT),
        sa.Column("ended_by", sa.Text),
    )
    op.create_table(
        "agency_changes",
        sa.Column("id", sa.Uuid, primary_key=True),
        _agency(),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
    )
    op.create_index("ix_agency_changes_of_agency", "agency_changes", ["agency_id", "at", "id"])
    op.create_table(
        "agency_pings",
        sa.Column("id", sa.Uuid, primary_key=True),
        _agency(),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("done_at", _MOMENT),
        sa.Column("result", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_agency_pings_of_agency", "agency_pings", ["agency_id", "asked_at", "id"])


def _agency(*, primary_key: bool = False) -> sa.Column[object]:
    reference = sa.ForeignKey("agencies.id", ondelete="CASCADE")
    return sa.Column("agency_id", sa.Uuid, reference, nullable=False, primary_key=primary_key)


def downgrade() -> None:
    for table in ("agency_pings", "agency_changes", "agency_keys"):
        op.drop_table(table)

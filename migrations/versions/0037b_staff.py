"""Keep who proposed a post and who confirmed it, invitations, and who works for neither branch nor agency.

Posts of before count as they did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037b_staff"
down_revision = "0039b_agency_connections"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    text = sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()
    op.add_column(
        "posts", sa.Column("awaits_confirmation", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("posts", sa.Column("confirmed_by", sa.Text))
    # Without foreign keys: organisations are never removed, and adding one would lock them.
    for table in ("sessions", "tokens"):
        op.add_column(table, sa.Column("organisation_id", sa.Uuid))
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("username", text, nullable=False),
        sa.Column("organisation_id", sa.Uuid, sa.ForeignKey("organisations.id"), nullable=False),
        sa.Column("role", text, nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("by_two", sa.Boolean, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("digest", sa.LargeBinary, unique=True),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id")),
    )
    op.create_index("ix_invitations_organisation_id", "invitations", ["organisation_id"])


def downgrade() -> None:
    op.drop_table("invitations")
    for table in ("tokens", "sessions"):
        op.drop_column(table, "organisation_id")
    op.drop_column("posts", "confirmed_by")
    op.drop_column("posts", "awaits_confirmation")

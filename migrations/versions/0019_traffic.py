"""Count requests without a token for all processes, and note that one came over a proxy nobody trusts."""

import sqlalchemy as sa
from alembic import op

revision = "0019_traffic"
down_revision = "0018_known_devices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_counts",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("level", sa.Double, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_request_counts_at", "request_counts", ["at"])
    op.create_table(
        "sightings",
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("sightings")
    op.drop_table("request_counts")

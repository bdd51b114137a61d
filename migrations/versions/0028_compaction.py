"""Remember how far the snapshots of closed cases are compacted; all that are there are still to be done."""

import sqlalchemy as sa
from alembic import op

revision = "0028_compaction"
down_revision = "0026_passkeys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    compaction = op.create_table(
        "compaction",
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("after", sa.Uuid, nullable=False),
    )
    op.execute(compaction.insert().values(what="cases", after=sa.text(_BEGINNING)))


def downgrade() -> None:
    """Leave what is compact as it is: an earlier version shows such a case without its diagram."""
    op.drop_table("compaction")


_BEGINNING = "'00000000000000000000000000000000'"
"""The id that comes before all others, as both databases read it."""

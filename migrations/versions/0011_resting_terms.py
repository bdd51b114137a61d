"""Keep since when the term of a case rests while something is awaited of its citizen."""

import sqlalchemy as sa
from alembic import op

revision = "0011_resting_terms"
down_revision = "0010_draft_times_and_codes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("term_rests_since", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("cases", "term_rests_since")

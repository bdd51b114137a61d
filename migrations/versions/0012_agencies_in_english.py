"""Name agencies in English too."""

import sqlalchemy as sa
from alembic import op

revision = "0012_agencies_in_english"
down_revision = "0011_resting_terms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agencies", sa.Column("name_en", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("agencies", "name_en")

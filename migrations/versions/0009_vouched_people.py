"""Keep what directories and identity providers have granted, and call the sealed secret what it is."""

import sqlalchemy as sa
from alembic import op

revision = "0009_vouched_people"
down_revision = "0008_load_and_totals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # By hand, as both databases know this statement, and SQLite no other way to do it in place.
    op.execute("ALTER TABLE accounts RENAME COLUMN totp_secret TO sealed_secret")
    by_code_point = sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()
    op.create_table(
        "granted_roles",
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("place_id", sa.Uuid, primary_key=True),
        sa.Column("role", by_code_point, primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("granted_roles")
    op.execute("ALTER TABLE accounts RENAME COLUMN sealed_secret TO totp_secret")

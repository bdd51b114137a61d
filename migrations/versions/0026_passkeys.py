"""Keep passkeys, and the challenge that a session may answer with one."""

import sqlalchemy as sa
from alembic import op

revision = "0026_passkeys"
down_revision = "0025_term_ledgers"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.CheckConstraint("sign_count >= 0", name="sign_count"),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"])
    op.add_column("sessions", sa.Column("challenge", sa.LargeBinary))
    op.add_column("sessions", sa.Column("challenge_until", MOMENT))


def downgrade() -> None:
    op.drop_column("sessions", "challenge_until")
    op.drop_column("sessions", "challenge")
    op.drop_table("passkeys")

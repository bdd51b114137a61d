"""Keep accounts, sessions, failed sign-ins and links to identity providers."""

import sqlalchemy as sa
from alembic import op

revision = "0004_accounts"
down_revision = "0003_incidents"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    by_code_point = sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()
    op.create_table(
        "accounts",
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("password_hash", sa.Text),
        sa.Column("password_set_at", MOMENT),
        sa.Column("totp_secret", sa.LargeBinary),
        sa.Column("totp_confirmed_at", MOMENT),
        sa.Column("totp_last_step", sa.BigInteger),
        sa.Column("recovery_digests", sa.JSON, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("idle_until", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id")),
        sa.Column("agency_id", sa.Uuid, sa.ForeignKey("agencies.id")),
        sa.Column("awaits_code", sa.Boolean, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint("method IN ('password', 'ldap', 'oidc')", name="method"),
        sa.CheckConstraint("branch_id IS NULL OR agency_id IS NULL", name="workplace"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_index("ix_sessions_idle_until", "sessions", ["idle_until"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.CheckConstraint("failures >= 0", name="failures"),
    )
    op.create_index("ix_sign_in_attempts_last_at", "sign_in_attempts", ["last_at"])
    op.create_table(
        "linked_identities",
        sa.Column("issuer", by_code_point, primary_key=True),
        sa.Column("subject", by_code_point, primary_key=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    )
    op.create_index("ix_linked_identities_user_id", "linked_identities", ["user_id"])


def downgrade() -> None:
    for table in ("linked_identities", "sign_in_attempts", "sessions", "accounts"):
        op.drop_table(table)

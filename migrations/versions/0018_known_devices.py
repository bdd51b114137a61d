"""Know devices at which somebody signed in before, and whose sign-in a failed attempt was."""

import sqlalchemy as sa
from alembic import op

revision = "0018_known_devices"
down_revision = "0017_message_senders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("device_key", sa.LargeBinary))
    op.add_column("sign_in_attempts", sa.Column("account", sa.LargeBinary))
    op.create_index("ix_sign_in_attempts_account", "sign_in_attempts", ["account"])
    # Without the account nobody could be let in again before the day is over: all may try again at once.
    op.execute("DELETE FROM sign_in_attempts")


def downgrade() -> None:
    op.drop_index("ix_sign_in_attempts_account", "sign_in_attempts")
    op.drop_column("sign_in_attempts", "account")
    op.drop_column("accounts", "device_key")

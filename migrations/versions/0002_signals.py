"""Let cases wait for signals too: a subscription says which of the two it waits for."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002_signals"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = "id, case_id, token, element_id, message, correlation_key, created_at"
OLDEST = ["message", "correlation_key", "created_at", "id"]
AWAITS_MESSAGE, AWAITS_SIGNAL = sa.text("kind = 'message'"), sa.text("kind = 'signal'")


def upgrade() -> None:
    op.execute("CREATE TABLE subscriptions_before AS SELECT * FROM subscriptions")
    op.drop_table("subscriptions")
    create_subscriptions(
        sa.Column("kind", sa.Text, nullable=False),
        sa.UniqueConstraint("case_id", "token"),
        sa.CheckConstraint("kind IN ('message', 'signal')", name="kind"),
    )
    partial_index("ix_subscriptions_oldest", OLDEST, AWAITS_MESSAGE)
    partial_index("ix_subscriptions_signal", ["message", "id"], AWAITS_SIGNAL)
    op.execute(
        f"INSERT INTO subscriptions ({COLUMNS}, kind) SELECT {COLUMNS}, 'message' FROM subscriptions_before"  # noqa: S608 - fixed names
    )
    op.drop_table("subscriptions_before")


def downgrade() -> None:
    op.execute("CREATE TABLE subscriptions_after AS SELECT * FROM subscriptions WHERE kind = 'message'")
    op.drop_table("subscriptions")
    create_subscriptions(sa.UniqueConstraint("case_id", "token"))
    op.create_index("ix_subscriptions_oldest", "subscriptions", OLDEST)
    op.execute(f"INSERT INTO subscriptions ({COLUMNS}) SELECT {COLUMNS} FROM subscriptions_after")  # noqa: S608 - fixed names
    op.drop_table("subscriptions_after")


def create_subscriptions(*more: Any) -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("token", sa.Uuid, nullable=False),
        sa.Column("element_id", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("correlation_key", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *more,
    )


def partial_index(name: str, columns: list[str], condition: sa.TextClause) -> None:
    op.create_index(name, "subscriptions", columns, sqlite_where=condition, postgresql_where=condition)

"""Keep payments of fees, and number the receipts of counters; count the attempts of e-Paravolo as jobs.

Nothing is read or written anew of what is there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032_payments"
down_revision = "0031_further_terms"
branch_labels = None
depends_on = None

_STATES = "'created', 'paid', 'bound', 'refunded', 'exempt', 'cancelled', 'expired'"
_SEEN = "'unpaid', 'paid', 'bound', 'refunded', 'expired', 'unknown'"
_MOMENTS = ("paid", "bound", "refunded", "ended")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("case_number", sa.Text, nullable=False),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id"), nullable=False),
        sa.Column("procedure_key", sa.Text, nullable=False),
        sa.Column("fee_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("fee_code", sa.Text, nullable=False),
        sa.Column("service_task_id", sa.Uuid, sa.ForeignKey("service_tasks.id")),
        sa.Column("amount", sa.BigInteger),
        sa.Column("exemption", sa.JSON),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("way", sa.Text),
        sa.Column("code", sa.Text),
        sa.Column("receipt_number", sa.Text),
        sa.Column("taken_by", sa.Text),
        sa.Column("paid_at", moment),
        sa.Column("bound_at", moment),
        sa.Column("refunded_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("job_id", sa.Uuid),
        sa.Column("pending", sa.Text),
        sa.Column("refund_wanted", sa.Boolean, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("seen", sa.Text),
        sa.Column("seen_at", moment),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.CheckConstraint(f"state IN ({_STATES})", name="state"),
        sa.CheckConstraint("way IN ('counter', 'e_paravolo')", name="way"),
        sa.CheckConstraint("pending IN ('create', 'look_up', 'bind', 'refund')", name="pending"),
        sa.CheckConstraint(f"seen IN ({_SEEN})", name="seen"),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.CheckConstraint("row_version >= 1", name="row_version"),
    )
    _unique(
        "uq_payments_fee_of_case", ["case_id", "fee_id"], "state IN ('created', 'paid', 'bound', 'exempt')"
    )
    _unique("uq_payments_code", ["code"], "code IS NOT NULL AND state NOT IN ('cancelled', 'expired')")
    _unique("uq_payments_receipt_number", ["receipt_number"], "receipt_number IS NOT NULL")
    op.create_index("ix_payments_of_case", "payments", ["case_id", "created_at", "id"])
    op.create_index("ix_payments_created", "payments", ["created_at", "branch_id"])
    for name in _MOMENTS:
        where = sa.text(f"{name}_at IS NOT NULL")
        op.create_index(
            f"ix_payments_{name}",
            "payments",
            [f"{name}_at", "branch_id"],
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_table(
        "receipt_numbers",
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id"), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last_number", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("receipt_numbers")
    op.drop_table("payments")


def _unique(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "payments", columns, unique=True, sqlite_where=where, postgresql_where=where)

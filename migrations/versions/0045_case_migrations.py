"""Keep plans for taking running cases to another version, their runs, and what became of each case."""

import sqlalchemy as sa
from alembic import op

revision = "0045_case_migrations"
down_revision = "0037_posts"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "migration_plans",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "procedure_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("from_number", sa.Integer, nullable=False),
        sa.Column("to_number", sa.Integer, nullable=False),
        sa.Column("from_version_id", sa.Uuid, sa.ForeignKey("procedure_versions.id"), nullable=False),
        sa.Column("to_version_id", sa.Uuid, sa.ForeignKey("procedure_versions.id"), nullable=False),
        sa.Column("elements", sa.JSON, nullable=False),
        sa.Column("author", sa.JSON),
        sa.Column("edited_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.JSON),
        sa.Column("decided_at", _MOMENT),
        sa.Column("decree", sa.Text),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.UniqueConstraint("from_version_id", "to_version_id"),
    )
    op.create_index("ix_migration_plans_procedure_key", "migration_plans", ["procedure_key"])
    op.create_table(
        "migration_runs",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("plan_id", sa.Uuid, sa.ForeignKey("migration_plans.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("elements", sa.JSON, nullable=False),
        sa.Column("decree", sa.Text, nullable=False),
        sa.Column("started_by", sa.JSON, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("case_id", sa.Uuid),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("looked", sa.Integer, nullable=False),
        sa.Column("moved", sa.Integer, nullable=False),
        sa.Column("with_consequences", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("after", sa.Uuid),
        sa.CheckConstraint("kind IN ('dry_run', 'move', 'back')", name="kind"),
        sa.CheckConstraint("state IN ('running', 'paused', 'stopped', 'done')", name="state"),
        sa.CheckConstraint("looked = moved + refused", name="looked"),
    )
    op.create_index("ix_migration_runs_of_plan", "migration_runs", ["plan_id", "started_at", "id"])
    op.create_table(
        "case_migrations",
        sa.Column(
            "run_id", sa.Uuid, sa.ForeignKey("migration_runs.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("case_number", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("restore", sa.JSON),
        sa.Column("version_after", sa.Integer),
        sa.CheckConstraint("verdict IN ('moves', 'consequences', 'refused')", name="verdict"),
    )
    op.create_index("ix_case_migrations_case_id", "case_migrations", ["case_id"])


def downgrade() -> None:
    op.drop_table("case_migrations")
    op.drop_table("migration_runs")
    op.drop_table("migration_plans")

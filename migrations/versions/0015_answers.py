"""Keep with a service task what was taken of its answer."""

import sqlalchemy as sa
from alembic import op

revision = "0015_answers"
down_revision = "0014_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service_tasks", sa.Column("answer", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("service_tasks", "answer")

"""Keep when a draft was saved, and find procedures that are deployed already by their codes."""

import sqlalchemy as sa
from alembic import op

revision = "0010_draft_times_and_codes"
down_revision = "0009_vouched_people"
branch_labels = None
depends_on = None

VERSIONS = sa.table(
    "procedure_versions",
    sa.column("id", sa.Uuid),
    sa.column("metadata", sa.JSON),
    sa.column("search_text", sa.Text),
)


def upgrade() -> None:
    op.add_column("tasks", sa.Column("draft_saved_at", sa.DateTime(timezone=True)))
    for version_id, metadata, text in op.get_bind().execute(sa.select(VERSIONS)).all():
        codes = [code for code in (metadata or {}).get("codes", {}).values() if code not in text.split()]
        rewrite(version_id, " ".join([text, *codes]))


def downgrade() -> None:
    # That a procedure is found by its codes too does no harm to the code before.
    op.drop_column("tasks", "draft_saved_at")


def rewrite(version_id: object, text: str) -> None:
    op.get_bind().execute(VERSIONS.update().where(VERSIONS.c.id == version_id).values(search_text=text))

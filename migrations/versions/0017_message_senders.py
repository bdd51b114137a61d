"""Keep who sent a message, from whom a case takes one, and whom a version lets send which."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017_message_senders"
down_revision = "0016_paused_agencies"
branch_labels = None
depends_on = None

MESSAGES = sa.table(
    "messages",
    sa.column("id", sa.Uuid),
    sa.column("name", sa.Text),
    sa.column("correlation_key", sa.Text),
    sa.column("data", sa.JSON),
    sa.column("sender", sa.JSON(none_as_null=True)),
)
JOBS = sa.table(
    "jobs",
    sa.column("kind", sa.Text),
    sa.column("state", sa.Text),
    sa.column("case_id", sa.Uuid),
    sa.column("payload", sa.JSON),
)
CASES = sa.table("cases", sa.column("id", sa.Uuid), sa.column("procedure_key", sa.Text))


def upgrade() -> None:
    op.add_column("messages", sa.Column("sender", sa.JSON(none_as_null=True)))
    op.add_column("incidents", sa.Column("sender", sa.JSON(none_as_null=True)))
    op.add_column("subscriptions", sa.Column("senders", sa.Text))
    op.add_column("starts", sa.Column("senders", sa.Text))
    op.create_table(
        "message_rights",
        sa.Column(
            "version_id",
            sa.Uuid,
            sa.ForeignKey("procedure_versions.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("sender", sa.Text, primary_key=True),
    )
    op.create_index("ix_message_rights_name", "message_rights", ["name", "sender"])
    _name_cases_that_sent()


def _name_cases_that_sent() -> None:
    """Give kept messages that a case sent their sender: the job which passed them on knows the case.

    Who left the others is not known, and nobody takes them any more.
    """
    connection = op.get_bind()
    kept = connection.execute(sa.select(MESSAGES)).all()
    if not kept:
        return
    sent = (
        sa.select(JOBS.c.payload, CASES.c.procedure_key)
        .join(CASES, CASES.c.id == JOBS.c.case_id)
        .where(JOBS.c.kind == "deliver_message", JOBS.c.state == "done")
    )
    procedures: dict[tuple[str, str], list[tuple[Any, str]]] = {}
    for payload, procedure_key in connection.execute(sent):
        named = payload["name"], payload["correlation_key"]
        procedures.setdefault(named, []).append((payload["data"], procedure_key))
    for message in kept:
        passed_on = procedures.get((message.name, message.correlation_key), [])
        origin = next((one for one in passed_on if one[0] == message.data), None)
        if origin is not None:
            passed_on.remove(origin)
            connection.execute(
                MESSAGES.update().where(MESSAGES.c.id == message.id).values(sender=_case_of(origin[1]))
            )


def _case_of(procedure_key: str) -> dict[str, Any]:
    return {
        "kind": "system",
        "name": "stoa",
        "id": None,
        "roles": [],
        "branch_id": None,
        "branch_code": None,
        "agency_key": None,
        "procedure_key": procedure_key,
        "case_id": None,
    }


def downgrade() -> None:
    op.drop_table("message_rights")
    op.drop_column("starts", "senders")
    op.drop_column("subscriptions", "senders")
    op.drop_column("incidents", "sender")
    op.drop_column("messages", "sender")

"""Register topics, keep with which of them procedures are published, and hold what nobody serves.

The topics that agencies take are registered by their bare names. What waits already is not held: people of
its branch answer it as before, and so it goes on in versions of procedures that were published before.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from engine.storage.index_building import TableIndex, add_column, build_indexes

revision = "0038_topics"
down_revision = "0046_running_on_version"
branch_labels = None
depends_on = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_HELD = TableIndex(
    name="ix_service_tasks_held",
    table="service_tasks",
    columns=("topic", "created_at", "id"),
    where="held_since IS NOT NULL AND state = 'open'",
)


def upgrade() -> None:
    add_column("service_tasks", sa.Column("held_since", _MOMENT))
    build_indexes(_HELD)
    op.create_table(
        "topics",
        sa.Column("topic", _WORD, primary_key=True),
        sa.Column("current", sa.Integer, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
    )
    op.create_table(
        "topic_versions",
        sa.Column("topic", _WORD, sa.ForeignKey("topics.topic"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _WORDS),
        sa.Column("inputs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table(
        "topic_checks",
        sa.Column(
            "version_id",
            sa.Uuid,
            sa.ForeignKey("procedure_versions.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "topic_uses",
        sa.Column(
            "version_id",
            sa.Uuid,
            sa.ForeignKey("topic_checks.version_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("topic", _WORD, primary_key=True),
        sa.Column("topic_version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["topic", "topic_version"], ["topic_versions.topic", "topic_versions.number"]
        ),
    )
    op.create_index("ix_topic_uses_topic", "topic_uses", ["topic"])
    _register_served()


_WORDS = ("name", "name_en", "description", "description_en")


def _register_served() -> None:
    connection = op.get_bind()
    metadata = sa.MetaData()
    topics = sa.Table("topics", metadata, autoload_with=connection)
    versions = sa.Table("topic_versions", metadata, autoload_with=connection)
    served = (
        connection.execute(sa.text("SELECT DISTINCT topic FROM agency_topics ORDER BY topic")).scalars().all()
    )
    for topic in served:
        connection.execute(topics.insert(), {"topic": topic, "current": 1, "search_text": _searched(topic)})
        connection.execute(
            versions.insert(),
            {
                "topic": topic,
                "number": 1,
                "name": topic,
                "name_en": topic,
                "description": "",
                "description_en": "",
                "inputs": [],
                "answer": [],
                "note": "",
                "at": datetime.now(UTC),
                "by": "stoa",
            },
        )


def _searched(topic: str) -> str:
    """The search form of the name, three times, as a topic and its two names are searched together."""
    plain = " ".join("".join(letter if letter.isalnum() else " " for letter in topic.casefold()).split())
    return " ".join([plain] * 3)


def downgrade() -> None:
    op.drop_index("ix_service_tasks_held", "service_tasks")
    op.drop_column("service_tasks", "held_since")
    for table in ("topic_uses", "topic_checks", "topic_versions", "topics"):
        op.drop_table(table)

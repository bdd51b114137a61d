"""Topics, their versions, and which version of a procedure was published with which of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Table
from sqlalchemy.engine import Connection

from engine.kernel.pages import Page, Slice
from engine.kernel.vocabulary import search_form
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.keyset import Order, fetch_page
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import Row, execute_for, for_each_database
from engine.storage.types import PlainText
from engine.topics.model import FieldType, TopicField, TopicVersion

topics = Table(
    "topics",
    metadata,
    Column("topic", PlainText(binary=True), primary_key=True),
    columns.whole("current"),
    columns.text("search_text"),
)

topic_versions = Table(
    "topic_versions",
    metadata,
    Column("topic", PlainText(binary=True), ForeignKey("topics.topic"), primary_key=True),
    Column("number", sa.Integer, primary_key=True),
    columns.text("name"),
    columns.text("name_en"),
    columns.text("description"),
    columns.text("description_en"),
    columns.json("inputs"),
    columns.json("answer"),
    columns.text("note"),
    columns.moment("at"),
    columns.text("by"),
)

topic_checks = Table(
    "topic_checks",
    metadata,
    Column("version_id", sa.Uuid, ForeignKey("procedure_versions.id", ondelete="CASCADE"), primary_key=True),
    columns.moment("at"),
)
"""The versions of procedures whose topics were checked when they were published."""

topic_uses = Table(
    "topic_uses",
    metadata,
    Column(
        "version_id", sa.Uuid, ForeignKey("topic_checks.version_id", ondelete="CASCADE"), primary_key=True
    ),
    Column("topic", PlainText(binary=True), primary_key=True),
    Column("topic_version", sa.Integer, nullable=False),
    ForeignKeyConstraint(["topic", "topic_version"], ["topic_versions.topic", "topic_versions.number"]),
)
Index("ix_topic_uses_topic", topic_uses.c.topic)

_TOPIC = sa.bindparam("of_topic", type_=topics.c.topic.type)
_VERSION = sa.bindparam("version", type_=sa.Uuid())

_CURRENT = sa.select(*topic_versions.c).join(
    topics,
    sa.and_(topics.c.topic == topic_versions.c.topic, topics.c.current == topic_versions.c.number),
)
_LOCKED = sa.select(topics.c.current).where(topics.c.topic == _TOPIC).with_for_update()
_VERSIONS = (
    sa.select(*topic_versions.c)
    .where(topic_versions.c.topic == _TOPIC)
    .order_by(topic_versions.c.number.desc())
)
_BY_NAME = Order("topics", (topics.c.topic,))
_USED_BY = sa.text(
    """
    SELECT v.key AS key, v.number AS number, v.title AS title, v.title_en AS title_en,
           u.topic_version AS topic_version
    FROM topic_uses u JOIN procedure_versions v ON v.id = u.version_id
    WHERE u.topic = :of_topic AND v.status = 'published' ORDER BY v.key, v.number
    """
)
"""The versions of procedures are of a subject above this one."""

_ADD_TOPIC = for_each_database(
    lambda insert: insert.on_conflict_do_nothing().returning(topics.c.topic), topics
)
_CHECKED = PreparedQuery(sa.select(topic_checks.c.version_id).where(topic_checks.c.version_id == _VERSION))
_PUBLISHED_WITH = PreparedQuery(
    sa.select(*topic_versions.c)
    .join(
        topic_uses,
        sa.and_(
            topic_uses.c.topic == topic_versions.c.topic,
            topic_uses.c.topic_version == topic_versions.c.number,
        ),
    )
    .where(topic_uses.c.version_id == _VERSION, topic_uses.c.topic == _TOPIC)
)


def current_versions(connection: Connection, names: Collection[str]) -> Mapping[str, TopicVersion]:
    """Those of the topics that are registered, as they are now, by name."""
    if not names:
        return {}
    found = connection.execute(_CURRENT.where(topics.c.topic.in_(sorted(names))))
    return {row.topic: version_of(row) for row in found}


def all_names(connection: Connection) -> frozenset[str]:
    """The names of all topics that are registered."""
    return frozenset(connection.execute(sa.select(topics.c.topic)).scalars())


@dataclass(frozen=True, kw_only=True)
class TopicFilter:
    """Which topics: words that stand in the name or what it is called, and whether an agency serves them."""

    text: str = ""
    is_served: bool | None = None


@dataclass(frozen=True, kw_only=True)
class UsingProcedure:
    """A published version of a procedure, and the version of the topic that it was published with."""

    key: str
    number: int
    title: str
    title_en: str
    topic_version: int


def list_topics(connection: Connection, wanted: TopicFilter, part: Slice) -> Page[TopicVersion]:
    """Topics as they are now, by name."""
    statement = _CURRENT.add_columns(topics.c.topic).where(*_fitting(wanted))
    return fetch_page(connection, statement, order=_BY_NAME, part=part, decode=version_of)


def count_topics(connection: Connection, wanted: TopicFilter) -> int:
    counted = sa.select(sa.func.count()).select_from(topics).where(*_fitting(wanted))
    return int(connection.execute(counted).scalar_one())


def used_by(connection: Connection, topic: str) -> Sequence[UsingProcedure]:
    """The published versions of procedures that use the topic, by key."""
    return [UsingProcedure(**row._asdict()) for row in connection.execute(_USED_BY, {"of_topic": topic})]


def _fitting(wanted: TopicFilter) -> list[sa.ColumnElement[bool]]:
    conditions = [
        topics.c.search_text.contains(word, autoescape=True) for word in search_form(wanted.text).split()
    ]
    if wanted.is_served is not None:
        served = topics.c.topic.in_(sa.select(sa.column("topic")).select_from(sa.table("agency_topics")))
        conditions.append(served if wanted.is_served else sa.not_(served))
    return conditions


def versions_of(connection: Connection, topic: str) -> Sequence[TopicVersion]:
    """All versions of a topic, the newest first; none if it is not registered."""
    return [version_of(row) for row in connection.execute(_VERSIONS, {"of_topic": topic})]


def lock_topic(connection: Connection, topic: str) -> int | None:
    """The number of the topic's version, locked until the end of the transaction; None if there is none."""
    number: int | None = connection.execute(_LOCKED, {"of_topic": topic}).scalar_one_or_none()
    return number


def add_topic(connection: Connection, version: TopicVersion) -> bool:
    """Register a topic with its first version; False if it is registered already."""
    row = {"topic": version.topic, "current": version.number, "search_text": version.search_text}
    if execute_for(connection, _ADD_TOPIC, row).one_or_none() is None:
        return False
    connection.execute(topic_versions.insert(), _row(version))
    return True


def add_version(connection: Connection, version: TopicVersion) -> None:
    """Give a locked topic its next version."""
    connection.execute(topic_versions.insert(), _row(version))
    connection.execute(
        topics.update()
        .where(topics.c.topic == version.topic)
        .values(current=version.number, search_text=version.search_text)
    )


def register_unknown(connection: Connection, names: Iterable[str], *, at: datetime, by: str) -> None:
    """Register topics that an agency is saved with and nobody registered, by their bare names."""
    for name in sorted(set(names)):
        version = TopicVersion(
            topic=name,
            number=1,
            name=name,
            name_en=name,
            description="",
            description_en="",
            inputs=(),
            answer=(),
            note="",
            at=at,
            by=by,
        )
        add_topic(connection, version)


def note_check(connection: Connection, version_id: UUID, used: Mapping[str, int], *, at: datetime) -> None:
    """Keep that the topics of a procedure's version were checked, and which version each had by then."""
    connection.execute(topic_checks.insert(), {"version_id": version_id, "at": at})
    rows = [
        {"version_id": version_id, "topic": topic, "topic_version": number}
        for topic, number in sorted(used.items())
    ]
    if rows:
        connection.execute(topic_uses.insert(), rows)


def is_checked(connection: Connection, version_id: UUID) -> bool:
    """Whether the topics of a procedure's version were checked when it was published."""
    return _CHECKED.row(connection, {"version": version_id}) is not None


def schema_of_topic(connection: Connection, version_id: UUID, topic: str) -> Mapping[str, Any] | None:
    """The form-js form of the topic's answers as it was when the version of the procedure was published.

    None where the topic was not known then, or says nothing of its answers.
    """
    row = _PUBLISHED_WITH.row(connection, {"version": version_id, "of_topic": topic})
    return version_of(row).answer_schema if row else None


def version_of(row: Row) -> TopicVersion:
    values = {column.name: getattr(row, column.name) for column in topic_versions.c}
    return TopicVersion(**{**values, "inputs": _fields_of(row.inputs), "answer": _fields_of(row.answer)})


def _row(version: TopicVersion) -> Mapping[str, object]:
    return {**version.__dict__, "inputs": _json(version.inputs), "answer": _json(version.answer)}


def _json(fields: Sequence[TopicField]) -> list[Mapping[str, object]]:
    return [asdict(field) for field in fields]


def _fields_of(values: Sequence[Mapping[str, Any]]) -> tuple[TopicField, ...]:
    return tuple(
        TopicField(name=one["name"], type=FieldType(one["type"]), needed=one["needed"]) for one in values
    )

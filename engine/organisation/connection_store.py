"""The keys of agencies, who changed their connection, and the calls that tried it."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.kernel.vocabulary import search_form
from engine.organisation.connection import AgencyChange, AgencyFilter, AgencyKey, Ping
from engine.organisation.store import agencies, agency_topics
from engine.organisation.version_store import in_force, organisation_versions
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import execute_for, upsert

agency_keys = Table(
    "agency_keys",
    metadata,
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id", ondelete="CASCADE"), primary_key=True),
    Column("fingerprint", sa.Text, primary_key=True),
    columns.moment("added_at", optional=True),
    columns.text("added_by", optional=True),
    columns.moment("ends_at", optional=True),
    columns.text("ended_by", optional=True),
)

agency_changes = Table(
    "agency_changes",
    metadata,
    columns.identifier(),
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id", ondelete="CASCADE"), nullable=False),
    columns.moment("at"),
    columns.text("by"),
    columns.text("what"),
    columns.json("detail"),
)
Index("ix_agency_changes_of_agency", agency_changes.c.agency_id, agency_changes.c.at, agency_changes.c.id)

agency_pings = Table(
    "agency_pings",
    metadata,
    columns.identifier(),
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id", ondelete="CASCADE"), nullable=False),
    columns.moment("asked_at"),
    columns.text("asked_by"),
    columns.moment("done_at", optional=True),
    columns.text("result", optional=True),
    columns.text("detail"),
)
Index("ix_agency_pings_of_agency", agency_pings.c.agency_id, agency_pings.c.asked_at, agency_pings.c.id)

_AGENCY_ID = sa.bindparam("of_agency", type_=sa.Uuid())
_KEYS = PreparedQuery(sa.select(*agency_keys.c).where(agency_keys.c.agency_id == _AGENCY_ID))
_SAVE_KEY = upsert(agency_keys)
_SAVE_PING = upsert(agency_pings)
_CHANGES = (
    sa.select(*agency_changes.c)
    .where(agency_changes.c.agency_id == _AGENCY_ID)
    .order_by(agency_changes.c.at.desc(), agency_changes.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_PINGS = (
    sa.select(*agency_pings.c)
    .where(agency_pings.c.agency_id == _AGENCY_ID)
    .order_by(agency_pings.c.asked_at.desc(), agency_pings.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)


def keys_of(connection: Connection, agency_id: UUID) -> Mapping[str, AgencyKey]:
    """What is known of an agency's keys, those that have ended included, by fingerprint."""
    return {
        row.fingerprint: AgencyKey(**row._asdict())
        for row in _KEYS.rows(connection, {"of_agency": agency_id})
    }


def save_key(connection: Connection, key: AgencyKey) -> None:
    execute_for(connection, _SAVE_KEY, key.__dict__)


def add_change(connection: Connection, change: AgencyChange) -> None:
    connection.execute(agency_changes.insert(), change.__dict__)


def changes_of(connection: Connection, agency_id: UUID, *, limit: int) -> Sequence[AgencyChange]:
    """The last changes of an agency's connection, newest first."""
    found = connection.execute(_CHANGES, {"of_agency": agency_id, "limit": limit})
    return [AgencyChange(**row._asdict()) for row in found]


def save_ping(connection: Connection, ping: Ping) -> None:
    execute_for(connection, _SAVE_PING, ping.__dict__)


def ping(connection: Connection, ping_id: UUID) -> Ping | None:
    row = connection.execute(sa.select(*agency_pings.c).where(agency_pings.c.id == ping_id)).one_or_none()
    return Ping(**row._asdict()) if row else None


def pings_of(connection: Connection, agency_id: UUID, *, limit: int) -> Sequence[Ping]:
    """The last calls that tried an agency's connection, newest first."""
    found = connection.execute(_PINGS, {"of_agency": agency_id, "limit": limit})
    return [Ping(**row._asdict()) for row in found]


def found_ids(connection: Connection, wanted: AgencyFilter, *, on: date) -> Sequence[UUID]:
    """The ids of the agencies that fit the filter, by key."""
    own = organisation_versions.alias("own")
    statement = (
        sa.select(agencies.c.id, agencies.c.key, own.c.name, own.c.name_en)
        .select_from(agencies)
        .join(own, in_force(own, agencies.c.id))
    )
    if wanted.among is not None:
        statement = statement.where(agencies.c.id.in_(wanted.among))
    if wanted.is_paused is not None:
        paused = agencies.c.disabled_at.is_not(None)
        statement = statement.where(paused if wanted.is_paused else sa.not_(paused))
    if wanted.topic:
        serving = sa.select(agency_topics.c.agency_id).where(agency_topics.c.topic == wanted.topic)
        statement = statement.where(agencies.c.id.in_(serving))
    words = search_form(wanted.text).split()
    return [
        row.id
        for row in connection.execute(statement.order_by(agencies.c.key), {"day": on})
        if all(word in search_form(f"{row.key} {row.name} {row.name_en}") for word in words)
    ]


def replace_topics(connection: Connection, agency_id: UUID, topics: Sequence[str]) -> None:
    """Let the agency take these topics and no others."""
    connection.execute(agency_topics.delete().where(agency_topics.c.agency_id == agency_id))
    rows = [
        {"agency_id": agency_id, "topic": topic, "position": position}
        for position, topic in enumerate(topics)
    ]
    if rows:
        connection.execute(agency_topics.insert(), rows)


def set_endpoint(connection: Connection, agency_id: UUID, endpoint: str | None) -> None:
    connection.execute(agencies.update().where(agencies.c.id == agency_id).values(endpoint=endpoint))

"""Branches and agencies in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.kernel.bilingual import Bilingual
from engine.organisation.model import Agency, AgencySwitch, Branch
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.prepared import PreparedQuery
from engine.storage.sealed_column import SealedColumn
from engine.storage.statements import Row, execute_for, upsert
from engine.storage.types import PlainText

branches = Table(
    "branches",
    metadata,
    columns.identifier(),
    Column("code", PlainText(binary=True), nullable=False, unique=True),
    columns.text("name"),
    columns.text("name_en"),
    columns.text("municipality", optional=True),
    columns.reference("parent_id", "branches", optional=True),
    columns.json("local_holidays"),
    columns.json("closures"),
)

agencies = Table(
    "agencies",
    metadata,
    columns.identifier(),
    Column("key", PlainText(binary=True), nullable=False, unique=True),
    columns.text("name"),
    columns.text("endpoint", optional=True),
    columns.json("secrets"),
    columns.moment("disabled_at", optional=True),
    Column("name_en", PlainText(), nullable=False, server_default=""),
    Column("sealed_secrets", sa.LargeBinary),
)
SEALED_SECRETS = SealedColumn(agencies.c.id, agencies.c.sealed_secrets)

agency_topics = Table(
    "agency_topics",
    metadata,
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", PlainText(binary=True), primary_key=True),
    columns.whole("position"),
)
Index(None, agency_topics.c.topic)

agency_switches = Table(
    "agency_switches",
    metadata,
    columns.identifier(),
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id", ondelete="CASCADE"), nullable=False),
    columns.moment("at"),
    Column("is_on", sa.Boolean, nullable=False),
    columns.text("by"),
    columns.text("reason"),
)
Index("ix_agency_switches_of_agency", agency_switches.c.agency_id, agency_switches.c.at, agency_switches.c.id)


_ID = sa.bindparam("id", type_=sa.Uuid())

_BRANCHES = sa.select(*branches.c).order_by(branches.c.code)

_BRANCH = PreparedQuery(sa.select(*branches.c).where(branches.c.id == _ID))

_BRANCH_CODED = PreparedQuery(
    sa.select(*branches.c).where(branches.c.code == sa.bindparam("code", type_=branches.c.code.type))
)

_SAVE_BRANCH = upsert(branches)

_AGENCIES = (
    sa.select(*agencies.c, agency_topics.c.topic)
    .outerjoin(agency_topics, agency_topics.c.agency_id == agencies.c.id)
    .order_by(agencies.c.key, agency_topics.c.position)
)

_ALL_AGENCIES = PreparedQuery(_AGENCIES)

_AGENCY = PreparedQuery(_AGENCIES.where(agencies.c.id == _ID))

_AGENCY_KEYED = _AGENCIES.where(agencies.c.key == sa.bindparam("key", type_=agencies.c.key.type))

_AGENCIES_FOR = PreparedQuery(
    _AGENCIES.where(
        agencies.c.id.in_(
            sa.select(agency_topics.c.agency_id).where(
                agency_topics.c.topic == sa.bindparam("topic", type_=agency_topics.c.topic.type)
            )
        )
    )
)

_LOCKED_AGENCY = sa.select(agencies.c.disabled_at).where(agencies.c.id == _ID).with_for_update()

_SWITCH = (
    agencies.update()
    .where(agencies.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values(disabled_at=sa.bindparam("since", type_=agencies.c.disabled_at.type))
)

_SWITCHES = (
    sa.select(*agency_switches.c)
    .where(agency_switches.c.agency_id == _ID)
    .order_by(agency_switches.c.at.desc(), agency_switches.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)

_SAVE_AGENCY = upsert(agencies)

_IN_THE_CLEAR = (
    sa.select(*agencies.c, sa.null().label("topic"))
    .where(agencies.c.id > sa.bindparam("after", type_=sa.Uuid()), agencies.c.sealed_secrets.is_(None))
    .order_by(agencies.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .with_for_update()
)

_WRITE_SECRETS = (
    agencies.update()
    .where(agencies.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values(
        secrets=sa.bindparam("plain", type_=agencies.c.secrets.type),
        sealed_secrets=sa.bindparam("sealed", type_=sa.LargeBinary()),
    )
)

_DROP_TOPICS = agency_topics.delete().where(agency_topics.c.agency_id == _ID)


def all_branches(connection: Connection) -> Sequence[Branch]:
    """All branches, by code."""
    return [_branch_of(row) for row in connection.execute(_BRANCHES)]


def branch(connection: Connection, branch_id: UUID) -> Branch | None:
    """One branch."""
    row = _BRANCH.row(connection, {"id": branch_id})
    return _branch_of(row) if row else None


def branch_coded(connection: Connection, code: str) -> Branch | None:
    """One branch by its code."""
    row = _BRANCH_CODED.row(connection, {"code": code})
    return _branch_of(row) if row else None


def save_branch(connection: Connection, branch: Branch) -> None:
    """Write a new or changed branch, known by its id."""
    execute_for(connection, _SAVE_BRANCH, branch.__dict__)


def all_agencies(connection: Connection) -> Sequence[Agency]:
    """All agencies, by key."""
    return _agencies_of(_ALL_AGENCIES.rows(connection, {}))


def agencies_for(connection: Connection, topic: str) -> Sequence[Agency]:
    """The agencies that take the topic, by key."""
    return _agencies_of(_AGENCIES_FOR.rows(connection, {"topic": topic}))


def served_topics(connection: Connection) -> frozenset[str]:
    """The topics that some agency takes."""
    return frozenset(connection.execute(sa.select(agency_topics.c.topic).distinct()).scalars())


def agencies_of_topics(
    connection: Connection, topics: Sequence[str]
) -> Mapping[str, Mapping[str, Bilingual]]:
    """What the agencies are called that take each of the topics, by topic and key."""
    found: dict[str, dict[str, Bilingual]] = {}
    statement = (
        sa.select(agency_topics.c.topic, agencies.c.key, agencies.c.name, agencies.c.name_en)
        .join(agencies, agencies.c.id == agency_topics.c.agency_id)
        .where(agency_topics.c.topic.in_(topics))
        .order_by(agencies.c.key)
    )
    for row in connection.execute(statement) if topics else ():
        called = Bilingual(row.name, el=row.name, en=row.name_en or row.name)
        found.setdefault(row.topic, {})[row.key] = called
    return found


def agency_for(connection: Connection, topic: str, wanted: str | None) -> Agency | None:
    """The agency among those that take the topic: the one that is `wanted` by its key, or the only one.

    None means that nobody is connected: a person of the branch then records what was sent and what came back.
    """
    agencies = agencies_for(connection, topic)
    if wanted is not None:
        return next((agency for agency in agencies if agency.key == wanted), None)
    return agencies[0] if len(agencies) == 1 else None


def agencies_with(connection: Connection, agency_ids: Sequence[UUID]) -> Sequence[Agency]:
    """The agencies of those ids, by key."""
    if not agency_ids:
        return []
    return _agencies_of(connection.execute(_AGENCIES.where(agencies.c.id.in_(agency_ids))))


def agency(connection: Connection, agency_id: UUID) -> Agency | None:
    """One agency."""
    return next(iter(_agencies_of(_AGENCY.rows(connection, {"id": agency_id}))), None)


def agency_keyed(connection: Connection, key: str) -> Agency | None:
    """One agency by its key."""
    return next(iter(_agencies_of(connection.execute(_AGENCY_KEYED, {"key": key}))), None)


def paused_since(connection: Connection, agency_id: UUID) -> datetime | None:
    """Since when an agency is paused; it is locked, so that nobody pauses it or switches it on meanwhile."""
    since: datetime | None = connection.execute(_LOCKED_AGENCY, {"id": agency_id}).scalar_one()
    return since


def switch_agency(connection: Connection, switch: AgencySwitch) -> None:
    """Pause an agency or switch it on again, and keep who did so."""
    since = None if switch.is_on else switch.at
    connection.execute(_SWITCH, {"id_": switch.agency_id, "since": since})
    connection.execute(agency_switches.insert(), switch.__dict__)


def switches_of(connection: Connection, agency_id: UUID, *, limit: int) -> Sequence[AgencySwitch]:
    """The last times that an agency was paused or switched on, newest first."""
    found = connection.execute(_SWITCHES, {"id": agency_id, "limit": limit})
    return [AgencySwitch(**row._asdict()) for row in found]


def save_agency(connection: Connection, agency: Agency) -> None:
    """Write a new or changed agency, known by its id."""
    row = {name: value for name, value in agency.__dict__.items() if name != "topics"}
    execute_for(connection, _SAVE_AGENCY, row)
    connection.execute(_DROP_TOPICS, {"id": agency.id})
    topics = [
        {"agency_id": agency.id, "topic": topic, "position": position}
        for position, topic in enumerate(dict.fromkeys(agency.topics))
    ]
    if topics:
        connection.execute(agency_topics.insert(), topics)


def lock_agencies_in_the_clear(connection: Connection, *, after: UUID, limit: int) -> Sequence[Agency]:
    """Up to `limit` agencies whose ids come after `after` and that have no sealed secrets, without topics."""
    return _agencies_of(connection.execute(_IN_THE_CLEAR, {"after": after, "limit": limit}))


def write_secrets(connection: Connection, agency: Agency) -> None:
    """Write the secrets of an agency alone."""
    values = {"id_": agency.id, "plain": list(agency.secrets), "sealed": agency.sealed_secrets}
    connection.execute(_WRITE_SECRETS, values)


def counted_in_the_clear(connection: Connection) -> int:
    """How many agencies have secrets that are not sealed."""
    found = connection.execute(sa.select(agencies.c.secrets).where(agencies.c.sealed_secrets.is_(None)))
    return sum(1 for row in found if row.secrets)


def _branch_of(row: Row) -> Branch:
    holidays, closures = tuple(row.local_holidays), tuple(row.closures)
    return Branch(**{**row._asdict(), "local_holidays": holidays, "closures": closures})


def _agencies_of(rows: Iterable[Row]) -> list[Agency]:
    """The agencies of rows that repeat an agency for each of its topics."""
    return [_agency_of(list(of_agency)) for _, of_agency in groupby(rows, key=lambda row: row.id)]


def _agency_of(rows: Sequence[Row]) -> Agency:
    columns = rows[0]._asdict()
    del columns["topic"]
    topics = tuple(row.topic for row in rows if row.topic is not None)
    return Agency(**{**columns, "topics": topics, "secrets": tuple(rows[0].secrets)})

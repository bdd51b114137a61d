"""Branches and agencies in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.kernel.bilingual import Bilingual
from engine.organisation.model import Agency, AgencySwitch, Branch
from engine.organisation.organisation import NotOffered, OrganisationKind, OrganisationStatus, Version
from engine.organisation.version_store import in_force, organisation_versions, organisations, versions_by
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.prepared import PreparedQuery
from engine.storage.sealed_column import SealedColumn
from engine.storage.statements import Row, execute_for, upsert
from engine.storage.types import PlainText

branches = Table(
    "branches",
    metadata,
    Column("id", sa.Uuid, ForeignKey("organisations.id"), primary_key=True),
    Column("code", PlainText(binary=True), nullable=False, unique=True),
)
"""The organisations that take cases; what is true of them is in their versions."""

agencies = Table(
    "agencies",
    metadata,
    Column("id", sa.Uuid, ForeignKey("organisations.id"), primary_key=True),
    Column("key", PlainText(binary=True), nullable=False, unique=True),
    columns.text("endpoint", optional=True),
    columns.json("secrets"),
    columns.moment("disabled_at", optional=True),
    Column("sealed_secrets", sa.LargeBinary),
)
"""How the organisations that answer service tasks are connected; their names are in their versions."""
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

_OWN = organisation_versions.alias("own")
_ABOVE, _ABOVE_IT = organisations.alias("above"), organisation_versions.alias("of_above")
_FURTHER, _FURTHER_IT = organisations.alias("further"), organisation_versions.alias("of_further")
_MUNICIPALITY = OrganisationKind.MUNICIPALITY.value
_CLOSING = organisation_versions.alias("closing")
_CLOSED_FROM = (
    sa.select(sa.func.min(_CLOSING.c.valid_from))
    .where(
        _CLOSING.c.organisation_id == branches.c.id,
        _CLOSING.c.revoked_at.is_(None),
        _CLOSING.c.status == sa.literal_column(f"'{OrganisationStatus.CLOSED.value}'"),
    )
    .scalar_subquery()
)
_BRANCHES = (
    sa.select(
        branches.c.id,
        branches.c.code,
        _OWN.c.name,
        _OWN.c.name_en,
        _OWN.c.local_holidays,
        _OWN.c.closures,
        _OWN.c.not_offered,
        _OWN.c.status,
        _OWN.c.successor_id,
        _CLOSED_FROM.label("closed_from"),
        sa.case(
            (_ABOVE.c.kind == sa.literal_column(f"'{_MUNICIPALITY}'"), _ABOVE_IT.c.name),
            (_FURTHER.c.kind == sa.literal_column(f"'{_MUNICIPALITY}'"), _FURTHER_IT.c.name),
            else_=sa.null(),
        ).label("municipality"),
    )
    .select_from(branches)
    .join(_OWN, in_force(_OWN, branches.c.id))
    .outerjoin(_ABOVE, _ABOVE.c.id == _OWN.c.parent_id)
    .outerjoin(_ABOVE_IT, in_force(_ABOVE_IT, _ABOVE.c.id))
    .outerjoin(_FURTHER, _FURTHER.c.id == _ABOVE_IT.c.parent_id)
    .outerjoin(_FURTHER_IT, in_force(_FURTHER_IT, _FURTHER.c.id))
    .order_by(branches.c.code)
)
"""Branches as they are on a day; the municipality of an annex is that of its branch."""

_ALL_BRANCHES = PreparedQuery(_BRANCHES)

_BRANCH = PreparedQuery(_BRANCHES.where(branches.c.id == _ID))

_BRANCH_CODED = PreparedQuery(
    _BRANCHES.where(branches.c.code == sa.bindparam("code", type_=branches.c.code.type))
)

_ADD_BRANCH = branches.insert()

_AGENCIES = (
    sa.select(*agencies.c, _OWN.c.name, _OWN.c.name_en, agency_topics.c.topic)
    .select_from(agencies)
    .join(_OWN, in_force(_OWN, agencies.c.id))
    .outerjoin(agency_topics, agency_topics.c.agency_id == agencies.c.id)
    .order_by(agencies.c.key, agency_topics.c.position)
)

_ALL_AGENCIES = PreparedQuery(_AGENCIES)

_AGENCY_NAMES = PreparedQuery(
    sa.select(agencies.c.key, _OWN.c.name, _OWN.c.name_en)
    .select_from(agencies)
    .join(_OWN, in_force(_OWN, agencies.c.id))
)

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
    sa.select(*agencies.c, agencies.c.key.label("name"), sa.null().label("topic"))
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


def all_branches(connection: Connection, *, on: date) -> Sequence[Branch]:
    """The branches that exist on a day, closed ones too, by code."""
    return [_branch_of(row) for row in _ALL_BRANCHES.rows(connection, {"day": on})]


def open_branches(connection: Connection, *, on: date) -> Sequence[Branch]:
    """The branches that work on a day, by code."""
    return [one for one in all_branches(connection, on=on) if one.is_open]


def branch(connection: Connection, branch_id: UUID, *, on: date) -> Branch | None:
    """One branch as it is on a day."""
    row = _BRANCH.row(connection, {"id": branch_id, "day": on})
    return _branch_of(row) if row else None


def branch_coded(connection: Connection, code: str, *, on: date) -> Branch | None:
    """One branch by its code, as it is on a day."""
    row = _BRANCH_CODED.row(connection, {"code": code, "day": on})
    return _branch_of(row) if row else None


def add_branch(connection: Connection, branch_id: UUID, code: str) -> None:
    """Let an organisation that is there be a branch."""
    connection.execute(_ADD_BRANCH, {"id": branch_id, "code": code})


def all_agencies(connection: Connection, *, on: date) -> Sequence[Agency]:
    """All agencies, as they are called on a day, by key."""
    return _agencies_of(_ALL_AGENCIES.rows(connection, {"day": on}))


def agency_names(connection: Connection, *, on: date) -> Mapping[str, Bilingual]:
    """What all agencies are called on a day, by key."""
    return {
        row.key: Bilingual(row.name, el=row.name, en=row.name_en or row.name)
        for row in _AGENCY_NAMES.rows(connection, {"day": on})
    }


def agency_versions(connection: Connection, keys: Collection[str]) -> Mapping[str, Sequence[Version]]:
    """What was, is and will be true of each of these agencies, by key and day."""
    return versions_by(connection, agencies.c.key, keys)


def agencies_for(connection: Connection, topic: str, *, on: date) -> Sequence[Agency]:
    """The agencies that take the topic, by key."""
    return _agencies_of(_AGENCIES_FOR.rows(connection, {"topic": topic, "day": on}))


def served_topics(connection: Connection) -> frozenset[str]:
    """The topics that some agency takes."""
    return frozenset(connection.execute(sa.select(agency_topics.c.topic).distinct()).scalars())


def agencies_of_topics(
    connection: Connection, topics: Sequence[str], *, on: date
) -> Mapping[str, Mapping[str, Bilingual]]:
    """What the agencies are called that take each of the topics, by topic and key."""
    found: dict[str, dict[str, Bilingual]] = {}
    statement = (
        sa.select(agency_topics.c.topic, agencies.c.key, _OWN.c.name, _OWN.c.name_en)
        .join(agencies, agencies.c.id == agency_topics.c.agency_id)
        .join(_OWN, in_force(_OWN, agencies.c.id))
        .where(agency_topics.c.topic.in_(topics))
        .order_by(agencies.c.key)
    )
    for row in connection.execute(statement, {"day": on}) if topics else ():
        called = Bilingual(row.name, el=row.name, en=row.name_en or row.name)
        found.setdefault(row.topic, {})[row.key] = called
    return found


def agency_for(connection: Connection, topic: str, wanted: str | None, *, on: date) -> Agency | None:
    """The agency among those that take the topic: the one that is `wanted` by its key, or the only one.

    None means that nobody is connected: a person of the branch then records what was sent and what came back.
    """
    agencies = agencies_for(connection, topic, on=on)
    if wanted is not None:
        return next((agency for agency in agencies if agency.key == wanted), None)
    return agencies[0] if len(agencies) == 1 else None


def agencies_with(connection: Connection, agency_ids: Sequence[UUID], *, on: date) -> Sequence[Agency]:
    """The agencies of those ids, by key."""
    if not agency_ids:
        return []
    return _agencies_of(connection.execute(_AGENCIES.where(agencies.c.id.in_(agency_ids)), {"day": on}))


def agency(connection: Connection, agency_id: UUID, *, on: date) -> Agency | None:
    """One agency."""
    return next(iter(_agencies_of(_AGENCY.rows(connection, {"id": agency_id, "day": on}))), None)


def agency_keyed(connection: Connection, key: str, *, on: date) -> Agency | None:
    """One agency by its key."""
    return next(iter(_agencies_of(connection.execute(_AGENCY_KEYED, {"key": key, "day": on}))), None)


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


def save_connection(connection: Connection, agency: Agency) -> None:
    """Write how an agency is connected, known by its id; it is an organisation already."""
    execute_for(
        connection, _SAVE_AGENCY, {column.name: getattr(agency, column.name) for column in agencies.c}
    )
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
    values = row._asdict()
    status = values.pop("status")
    return Branch(
        **{
            **values,
            "local_holidays": tuple(row.local_holidays),
            "closures": tuple(one["day"] for one in row.closures),
            "not_offered": tuple(NotOffered(**one) for one in row.not_offered),
            "is_open": status == OrganisationStatus.OPEN.value,
        }
    )


def _agencies_of(rows: Iterable[Row]) -> list[Agency]:
    """The agencies of rows that repeat an agency for each of its topics."""
    return [_agency_of(list(of_agency)) for _, of_agency in groupby(rows, key=lambda row: row.id)]


def _agency_of(rows: Sequence[Row]) -> Agency:
    columns = rows[0]._asdict()
    del columns["topic"]
    topics = tuple(row.topic for row in rows if row.topic is not None)
    return Agency(**{**columns, "topics": topics, "secrets": tuple(rows[0].secrets)})

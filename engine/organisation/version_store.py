"""Organisations and their versions in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table
from sqlalchemy.engine import Connection

from engine.organisation.history import Rewritten
from engine.organisation.organisation import (
    PARTICULARS,
    Closure,
    Decision,
    NotOffered,
    Organisation,
    OrganisationKind,
    OrganisationOnDay,
    OrganisationStatus,
    Particulars,
    Version,
)
from engine.storage import columns
from engine.storage.among import among
from engine.storage.columns import metadata
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import Row
from engine.storage.types import PlainText

organisations = Table(
    "organisations",
    metadata,
    columns.identifier(),
    columns.text("kind"),
    Column("code", PlainText(binary=True), nullable=False, unique=True),
    columns.whole("revision"),
    columns.one_of("kind", OrganisationKind),
)

organisation_versions = Table(
    "organisation_versions",
    metadata,
    columns.identifier(),
    columns.reference("organisation_id", "organisations"),
    Column("valid_from", sa.Date, nullable=False),
    columns.moment("recorded_at"),
    columns.text("recorded_by"),
    columns.text("reason"),
    columns.json("changed"),
    columns.json("decision", optional=True),
    columns.text("name"),
    columns.text("name_en"),
    columns.reference("parent_id", "organisations", optional=True),
    columns.text("address"),
    columns.text("hours"),
    columns.text("phone"),
    columns.json("local_holidays"),
    columns.json("closures"),
    columns.json("not_offered"),
    columns.text("status"),
    columns.reference("successor_id", "organisations", optional=True),
    columns.moment("revoked_at", optional=True),
    columns.text("revoked_by", optional=True),
    columns.one_of("status", OrganisationStatus),
)
Index(
    "uq_organisation_versions_in_force",
    organisation_versions.c.organisation_id,
    organisation_versions.c.valid_from,
    unique=True,
    sqlite_where=sa.text("revoked_at IS NULL"),
    postgresql_where=sa.text("revoked_at IS NULL"),
)
Index("ix_organisation_versions_parent_id", organisation_versions.c.parent_id)

DAY: Final = sa.bindparam("day", type_=sa.Date())
"""The local day on which something is true; every statement over `in_force` takes it."""


def in_force(
    version: sa.FromClause,
    organisation_id: sa.ColumnElement[Any],
    day: sa.ColumnElement[Any] = DAY,
) -> sa.ColumnElement[bool]:
    """Whether a row of versions, the table or an alias of it, is the one in force on the day."""
    others = organisation_versions.alias()
    newest = (
        sa.select(sa.func.max(others.c.valid_from))
        .where(
            others.c.organisation_id == organisation_id,
            others.c.revoked_at.is_(None),
            others.c.valid_from <= day,
        )
        .correlate_except(others)
        .scalar_subquery()
    )
    return sa.and_(
        version.c.organisation_id == organisation_id,
        version.c.revoked_at.is_(None),
        version.c.valid_from == newest,
    )


_ID = sa.bindparam("id", type_=sa.Uuid())
_VERSION = [column.label(f"version_{column.name}") for column in organisation_versions.c]
_IN_FORCE = (
    sa.select(*organisations.c, *_VERSION)
    .select_from(organisations)
    .join(organisation_versions, in_force(organisation_versions, organisations.c.id))
    .order_by(organisations.c.code)
)
_ON_DAY = PreparedQuery(_IN_FORCE.where(organisations.c.id == _ID))
_CODED_ON_DAY = PreparedQuery(
    _IN_FORCE.where(organisations.c.code == sa.bindparam("code", type_=organisations.c.code.type))
)
_CODED = sa.select(*organisations.c).where(
    organisations.c.code == sa.bindparam("code", type_=organisations.c.code.type)
)
_LOCKED = sa.select(*organisations.c).where(organisations.c.id == _ID).with_for_update()
_LOCK_EACH = (
    sa.select(organisations.c.id)
    .where(organisations.c.id.in_(sa.bindparam("ids", type_=sa.Uuid(), expanding=True)))
    .order_by(organisations.c.id)
    .with_for_update()
)
_LATER_DAYS = (
    sa.select(organisation_versions.c.valid_from)
    .where(organisation_versions.c.revoked_at.is_(None), organisation_versions.c.valid_from >= DAY)
    .distinct()
)
_VERSIONS = (
    sa.select(*_VERSION)
    .where(organisation_versions.c.organisation_id == _ID)
    .order_by(organisation_versions.c.valid_from, organisation_versions.c.recorded_at)
)
_RAISE = (
    organisations.update()
    .where(organisations.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values(revision=organisations.c.revision + 1)
)
_REVOKE = (
    organisation_versions.update()
    .where(organisation_versions.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values(
        revoked_at=sa.bindparam("at", type_=organisation_versions.c.revoked_at.type),
        revoked_by=sa.bindparam("by"),
    )
)


_DEEPEST = sa.literal_column("12", sa.Integer)
"""Levels of the tree that are followed: a circle, which no change may make, ends there."""


def _upwards() -> sa.Select[Any]:
    """The line of one organisation on the day: its own id, then those above it, with how far they are."""
    start = sa.select(_ID.label("id"), sa.literal_column("0", sa.Integer).label("distance")).cte(
        "line", recursive=True
    )
    step = (
        sa.select(organisation_versions.c.parent_id, start.c.distance + 1)
        .select_from(start)
        .join(organisation_versions, in_force(organisation_versions, start.c.id))
        .where(
            organisation_versions.c.parent_id.is_not(None),
            start.c.distance < _DEEPEST,
        )
    )
    line = start.union_all(step)
    return sa.select(line.c.id, line.c.distance).order_by(line.c.distance)


def _downwards() -> sa.Select[Any]:
    """The ids of one organisation and of all below it on the day."""
    start = sa.select(_ID.label("id"), sa.literal_column("0", sa.Integer).label("distance")).cte(
        "below", recursive=True
    )
    children = organisation_versions.alias("children")
    step = (
        sa.select(children.c.organisation_id, start.c.distance + 1)
        .select_from(start)
        .join(children, children.c.parent_id == start.c.id)
        .where(
            in_force(children, children.c.organisation_id),
            start.c.distance < _DEEPEST,
        )
    )
    below = start.union_all(step)
    return sa.select(below.c.id).distinct()


_LINE = PreparedQuery(_upwards())
_BELOW = PreparedQuery(_downwards())


def line_of(connection: Connection, organisation_id: UUID, *, on: date) -> tuple[UUID, ...]:
    """Its own id, and then those of all above it on that day, nearest first."""
    rows = _LINE.rows(connection, {"id": organisation_id, "day": on})
    return tuple(dict.fromkeys(row.id for row in rows))


def below(connection: Connection, organisation_id: UUID, *, on: date) -> frozenset[UUID]:
    """Its own id, and those of all below it on that day."""
    return frozenset(row.id for row in _BELOW.rows(connection, {"id": organisation_id, "day": on}))


def organisation(connection: Connection, organisation_id: UUID, *, on: date) -> OrganisationOnDay | None:
    """One organisation as it is on a day; None if it does not exist then."""
    return _on_day(connection, _ON_DAY.row(connection, {"id": organisation_id, "day": on}), on)


def organisation_coded(connection: Connection, code: str, *, on: date) -> OrganisationOnDay | None:
    """One organisation by its code, as it is on a day; None if there is none then."""
    return _on_day(connection, _CODED_ON_DAY.row(connection, {"code": code, "day": on}), on)


def identity_coded(connection: Connection, code: str) -> Organisation | None:
    """One organisation by its code, whether it exists on some day or not."""
    row = connection.execute(_CODED, {"code": code}).one_or_none()
    return _organisation_of(row) if row else None


def locked(connection: Connection, organisation_id: UUID) -> Organisation | None:
    """One organisation, locked: nobody changes it before this transaction ends."""
    row = connection.execute(_LOCKED, {"id": organisation_id}).one_or_none()
    return _organisation_of(row) if row else None


def lock_each(connection: Connection, ids: Iterable[UUID]) -> None:
    """Lock these organisations, always in the same order, so that no two transactions wait for each other."""
    connection.execute(_LOCK_EACH, {"ids": sorted(set(ids))}).all()


def is_below_itself(connection: Connection, organisation_id: UUID, *, since: date) -> bool:
    """Whether an organisation comes to be below itself on that day or a later one, as far as is planned."""
    days = {since, *connection.execute(_LATER_DAYS, {"day": since}).scalars()}
    return any(
        row.id == organisation_id and row.distance > 0
        for day in days
        for row in _LINE.rows(connection, {"id": organisation_id, "day": day})
    )


def every_organisation(
    connection: Connection,
    *,
    on: date,
    kinds: Collection[OrganisationKind] = (),
    ids: Collection[UUID] | None = None,
) -> Sequence[tuple[Organisation, Version]]:
    """The organisations that exist on a day, by code; of these kinds and ids where they are given."""
    statement = _IN_FORCE
    if kinds:
        statement = statement.where(organisations.c.kind.in_([kind.value for kind in kinds]))
    if ids is not None:
        statement = statement.where(organisations.c.id.in_(ids))
    rows = connection.execute(statement, {"day": on})
    return [(_organisation_of(row), _version_of(row)) for row in rows]


_SEARCHED = PreparedQuery(
    sa.select(
        organisations.c.id,
        organisations.c.code,
        organisations.c.kind,
        organisation_versions.c.name,
        organisation_versions.c.name_en,
        organisation_versions.c.address,
        organisation_versions.c.status,
    )
    .select_from(organisations)
    .join(organisation_versions, in_force(organisation_versions, organisations.c.id))
    .order_by(organisations.c.code)
)


def searched_organisations(connection: Connection, *, on: date) -> Sequence[Row]:
    """What organisations are found by, of all that exist on a day, by code: read fast, for there are many."""
    return _SEARCHED.rows(connection, {"day": on})


def around(
    connection: Connection, organisation: OrganisationOnDay, *, on: date
) -> Sequence[tuple[Organisation, Version]]:
    """The organisations right below one on a day, and those of its line, by code."""
    statement = _IN_FORCE.where(
        sa.or_(
            organisation_versions.c.parent_id == organisation.id,
            organisations.c.id.in_(organisation.line),
        )
    )
    rows = connection.execute(statement, {"day": on})
    return [(_organisation_of(row), _version_of(row)) for row in rows]


def versions_of(connection: Connection, organisation_id: UUID) -> Sequence[Version]:
    """Every version of an organisation, those that count no more too: by day, then as they were entered."""
    return [_version_of(row) for row in connection.execute(_VERSIONS, {"id": organisation_id})]


def counting(connection: Connection, organisation_id: UUID) -> tuple[Version, ...]:
    """The versions of an organisation that count, by day: what was, is and is planned."""
    found = versions_of(connection, organisation_id)
    return tuple(one for one in found if one.revoked_at is None)


def counting_by_code(connection: Connection, codes: Collection[str]) -> Mapping[str, Sequence[Version]]:
    """The versions that count of each of these organisations, by day."""
    return versions_by(connection, organisations.c.code, codes)


def versions_by(
    connection: Connection, name: Column[str], names: Collection[str]
) -> Mapping[str, Sequence[Version]]:
    """The versions that count of the organisations that have one of these names in that column, by day.

    The column is that of a table whose `id` is the organisation's.
    """
    found: dict[str, list[Version]] = {}
    if not names:
        return found
    for row in _named(name).rows(connection, {"names": set(names)}):
        found.setdefault(row.by_name, []).append(_version_of(row))
    return found


@cache
def _named(name: Column[str]) -> PreparedQuery:
    return PreparedQuery(
        sa.select(name.label("by_name"), *_VERSION)
        .join(organisation_versions, organisation_versions.c.organisation_id == name.table.c.id)
        .where(among(name, "names"), organisation_versions.c.revoked_at.is_(None))
        .order_by(organisation_versions.c.valid_from)
    )


def names_on(connection: Connection, ids: Collection[UUID], *, on: date) -> Mapping[UUID, Particulars]:
    """What is true on a day of each of these, by id; those that do not exist then are left out."""
    if not ids:
        return {}
    found = every_organisation(connection, on=on, ids=set(ids))
    return {one.id: version.particulars for one, version in found}


def add_organisation(connection: Connection, organisation: Organisation, version: Version) -> None:
    """Write a new organisation with its first version."""
    connection.execute(organisations.insert(), {**organisation.__dict__, "kind": organisation.kind.value})
    connection.execute(organisation_versions.insert(), _row_of(version))


def rewrite(
    connection: Connection, organisation_id: UUID, rewritten: Rewritten, *, at: datetime, by: str
) -> None:
    """Write what a change made of the versions, and raise the revision."""
    if rewritten.revoked:
        gone = [{"id_": one.id, "at": at, "by": by} for one in rewritten.revoked]
        connection.execute(_REVOKE, gone)
    if rewritten.added:
        connection.execute(organisation_versions.insert(), [_row_of(one) for one in rewritten.added])
    connection.execute(_RAISE, {"id_": organisation_id})


def _on_day(connection: Connection, row: Any, on: date) -> OrganisationOnDay | None:
    if row is None:
        return None
    return OrganisationOnDay(
        organisation=_organisation_of(row),
        version=_version_of(row),
        line=line_of(connection, row.id, on=on),
    )


def _organisation_of(row: Any) -> Organisation:
    return Organisation(id=row.id, kind=OrganisationKind(row.kind), code=row.code, revision=row.revision)


def _row_of(version: Version) -> dict[str, Any]:
    stated = version.particulars
    columns_of_version = {name: value for name, value in version.__dict__.items() if name != "particulars"}
    return {
        **columns_of_version,
        "changed": sorted(version.changed),
        "decision": asdict(version.decision) if version.decision else None,
        **{name: getattr(stated, name) for name in PARTICULARS},
        "local_holidays": list(stated.local_holidays),
        "closures": closures_to_json(stated.closures),
        "not_offered": [asdict(one) for one in stated.not_offered],
        "status": stated.status.value,
    }


def _version_of(row: Row | Any) -> Version:
    values = {column.name: getattr(row, f"version_{column.name}") for column in organisation_versions.c}
    stated = {name: values.pop(name) for name in PARTICULARS}
    decision = values.pop("decision")
    return Version(
        **{
            **values,
            "changed": frozenset(values["changed"]),
            "decision": Decision(**decision) if decision else None,
            "particulars": Particulars(
                **{
                    **stated,
                    "local_holidays": tuple(stated["local_holidays"]),
                    "closures": closures_of(stated["closures"]),
                    "not_offered": tuple(NotOffered(**one) for one in stated["not_offered"]),
                    "status": OrganisationStatus(stated["status"]),
                }
            ),
        }
    )


def closures_to_json(closures: Iterable[Closure]) -> list[dict[str, str]]:
    return [{"day": one.day.isoformat(), "decision": one.decision} for one in closures]


def closures_of(written: Iterable[Mapping[str, str]]) -> tuple[Closure, ...]:
    return tuple(Closure(day=date.fromisoformat(one["day"]), decision=one["decision"]) for one in written)

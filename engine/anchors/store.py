"""Anchors, their leaves and their copies in the database, where none is ever changed or removed."""

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.anchors.model import OF_VERSION, Anchor, Copy, Leaf
from engine.cases.store import cases, latest_changes
from engine.organisation.store import branches
from engine.procedures.store import procedure_versions
from engine.storage import columns
from engine.storage.append_only import append_only, may_change
from engine.storage.columns import metadata
from engine.storage.statements import AnyInsert, Row, execute_for, for_each_database
from engine.storage.types import PlainText, UtcDateTime

anchors = Table(
    "anchors",
    metadata,
    Column("number", sa.Integer, primary_key=True, autoincrement=False),
    columns.moment("at"),
    columns.text("previous_hash"),
    columns.whole("leaf_count"),
    columns.text("root"),
    Column("takes_unkeyed", sa.Boolean, nullable=False),
    columns.text("key_name", optional=True),
    columns.text("public_key", optional=True),
    columns.text("signature", optional=True),
    CheckConstraint("number >= 1", name="number"),
)
append_only(anchors)

anchor_leaves = Table(
    "anchor_leaves",
    metadata,
    # No references: leaves are written before their anchor, and stay when somebody removes the case.
    Column("anchor", sa.Integer, primary_key=True, autoincrement=False),
    Column("case_id", sa.Uuid, primary_key=True),
    columns.text("case_number"),
    columns.whole("length"),
    columns.text("hash"),
    sqlite_with_rowid=False,
)
Index("ix_anchor_leaves_of_case", anchor_leaves.c.case_id, anchor_leaves.c.anchor)
append_only(anchor_leaves)

anchor_copies = Table(
    "anchor_copies",
    metadata,
    Column("anchor", sa.Integer, ForeignKey("anchors.number"), primary_key=True),
    Column("place", PlainText(), primary_key=True),
    columns.moment("at"),
    Column("receipt", sa.LargeBinary),
    sqlite_with_rowid=False,
)
append_only(anchor_copies)


_AT_A_TIME = 5_000
"""Rows that are written, or fetched from the database, at a time."""
_ONE_AT_A_TIME = sa.text("SELECT pg_try_advisory_xact_lock(1399078754)")


def only_here(connection: Connection) -> bool:
    """Whether nobody else makes an anchor until the end of the transaction; on SQLite nobody else writes."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(_ONE_AT_A_TIME).scalar_one())


_LAST = sa.select(*anchors.c).order_by(anchors.c.number.desc()).limit(1)
_TAKES_UNKEYED = sa.select(anchors.c.number).where(anchors.c.takes_unkeyed).limit(1)


def last_anchor(connection: Connection) -> Anchor | None:
    """The newest anchor; None if there is none."""
    row = connection.execute(_LAST).one_or_none()
    return _anchor_of(row) if row else None


def any_takes_unkeyed(connection: Connection) -> bool:
    """Whether an anchor accepts lines without a key."""
    return connection.execute(_TAKES_UNKEYED).first() is not None


_ANCHORED_LENGTH = (
    sa.select(sa.func.max(anchor_leaves.c.length))
    .where(anchor_leaves.c.case_id == cases.c.id)
    .scalar_subquery()
)
_HEADS = (
    sa.select(
        cases.c.id.label("case_id"),
        cases.c.number.label("case_number"),
        cases.c.journal_length.label("length"),
        cases.c.journal_hash.label("hash"),
    )
    .order_by(cases.c.id)
    .limit(_AT_A_TIME)
)
_HAS_GROWN = cases.c.journal_length > sa.func.coalesce(_ANCHORED_LENGTH, 0)
_SINCE = sa.bindparam("since", type_=UtcDateTime)
_CHANGED_HEADS = _HEADS.select_from(
    # By way of the branches, so that the index of each branch's latest changes is entered at the moment.
    branches.join(
        latest_changes,
        sa.and_(latest_changes.c.branch_id == branches.c.id, latest_changes.c.at >= _SINCE),
    ).join(cases, cases.c.id == latest_changes.c.case_id)
)


_RECORDS = (
    sa.select(
        procedure_versions.c.id.label("case_id"),
        sa.literal(OF_VERSION, PlainText())
        .concat(procedure_versions.c.key)
        .concat(" ")
        .concat(sa.cast(procedure_versions.c.number, PlainText()))
        .label("case_number"),
        procedure_versions.c.record_length.label("length"),
        procedure_versions.c.record_hash.label("hash"),
    )
    .where(procedure_versions.c.record_length > 0)
    .order_by(procedure_versions.c.id)
)
_ANCHORED_RECORD = (
    sa.select(sa.func.max(anchor_leaves.c.length))
    .where(anchor_leaves.c.case_id == procedure_versions.c.id)
    .scalar_subquery()
)
_GROWN_RECORDS = _RECORDS.where(procedure_versions.c.record_length > sa.func.coalesce(_ANCHORED_RECORD, 0))


def heads(connection: Connection, *, since: datetime | None, grown: bool) -> Iterator[Leaf]:
    """Where the journals of all cases and the records of all versions stand, in the order of their ids.

    With `grown` only those that have grown since they were last anchored; with `since` only those are looked
    at that have changed after that moment.
    """
    records = connection.execute(_GROWN_RECORDS if grown else _RECORDS).all()
    of_versions = (Leaf(**row._asdict()) for row in records)
    of_cases = _heads_of_cases(connection, since=since, grown=grown)
    yield from heapq.merge(of_cases, of_versions, key=lambda leaf: leaf.case_id)


def _heads_of_cases(connection: Connection, *, since: datetime | None, grown: bool) -> Iterator[Leaf]:
    statement = _HEADS if since is None else _CHANGED_HEADS
    if grown:
        statement = statement.where(_HAS_GROWN)
    given: dict[str, Any] = {} if since is None else {"since": since}
    after: UUID | None = None
    while True:
        page = statement if after is None else statement.where(cases.c.id > after)
        rows = connection.execute(page, given).all()
        yield from (Leaf(**row._asdict()) for row in rows)
        if len(rows) < _AT_A_TIME:
            return
        after = rows[-1].case_id


def add_leaves(connection: Connection, number: int, leaves: Sequence[Leaf]) -> None:
    """Write leaves of an anchor that is to come."""
    connection.execute(anchor_leaves.insert(), [{"anchor": number, **leaf.__dict__} for leaf in leaves])


def add_anchor(connection: Connection, anchor: Anchor) -> None:
    """Write an anchor; its leaves are there."""
    connection.execute(anchors.insert(), anchor.__dict__)


_ANCHORS_AFTER = (
    sa.select(*anchors.c)
    .where(anchors.c.number > sa.bindparam("after", type_=sa.Integer))
    .order_by(anchors.c.number)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_LEAVES_OF = (
    sa.select(*anchor_leaves.c)
    .where(
        anchor_leaves.c.anchor >= sa.bindparam("first", type_=sa.Integer),
        anchor_leaves.c.anchor <= sa.bindparam("last", type_=sa.Integer),
    )
    .order_by(anchor_leaves.c.anchor, anchor_leaves.c.case_id)
    .execution_options(stream_results=True, yield_per=_AT_A_TIME)
)
_LEAVES_AFTER = (
    sa.select(*anchor_leaves.c)
    .where(anchor_leaves.c.anchor == sa.bindparam("anchor", type_=sa.Integer))
    .order_by(anchor_leaves.c.case_id)
    .limit(_AT_A_TIME)
)


def anchors_after(connection: Connection, after: int, limit: int) -> Sequence[Anchor]:
    """Up to `limit` anchors with a number above `after`, lowest first."""
    rows = connection.execute(_ANCHORS_AFTER, {"after": after, "limit": limit})
    return [_anchor_of(row) for row in rows]


def leaves_of(connection: Connection, first: int, last: int) -> Iterator[tuple[int, Leaf]]:
    """The leaves of the anchors `first` to `last`, each with its anchor's number, in the order of trees."""
    for row in connection.execute(_LEAVES_OF, {"first": first, "last": last}):
        yield row.anchor, _leaf_of(row)


def leaves_after(connection: Connection, anchor: int, after: UUID | None) -> Sequence[Leaf]:
    """The next leaves of an anchor in the order of its tree, first those after the case `after`."""
    page = _LEAVES_AFTER if after is None else _LEAVES_AFTER.where(anchor_leaves.c.case_id > after)
    return [_leaf_of(row) for row in connection.execute(page, {"anchor": anchor})]


_PLACE = sa.bindparam("place", type_=PlainText())
_MISSING_AT = (
    sa.select(*anchors.c)
    .where(~sa.exists().where(anchor_copies.c.anchor == anchors.c.number, anchor_copies.c.place == _PLACE))
    .order_by(anchors.c.number)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_COUNT_MISSING = (
    sa.select(sa.func.count())
    .select_from(
        anchors.outerjoin(
            anchor_copies,
            sa.and_(anchor_copies.c.anchor == anchors.c.number, anchor_copies.c.place == _PLACE),
        )
    )
    .where(anchor_copies.c.anchor.is_(None))
)
_COPIES = (
    sa.select(*anchor_copies.c)
    .where(
        anchor_copies.c.anchor >= sa.bindparam("first", type_=sa.Integer),
        anchor_copies.c.anchor <= sa.bindparam("last", type_=sa.Integer),
    )
    .order_by(anchor_copies.c.anchor, anchor_copies.c.place)
)


def missing_at(connection: Connection, place: str, limit: int) -> Sequence[Anchor]:
    """Up to `limit` anchors of which that place has no copy, lowest first."""
    rows = connection.execute(_MISSING_AT, {"place": place, "limit": limit})
    return [_anchor_of(row) for row in rows]


def count_missing_at(connection: Connection, place: str) -> int:
    """How many anchors that place has no copy of."""
    return int(connection.execute(_COUNT_MISSING, {"place": place}).scalar_one())


def copies(connection: Connection, first: int, last: int) -> Sequence[Copy]:
    """The copies of the anchors `first` to `last`."""
    rows = connection.execute(_COPIES, {"first": first, "last": last})
    return [Copy(**row._asdict()) for row in rows]


_LAST_COPY = sa.select(sa.func.coalesce(sa.func.max(anchor_copies.c.anchor), 0)).where(
    anchor_copies.c.place == _PLACE
)


def last_copy_at(connection: Connection, place: str) -> int:
    """The highest number of an anchor that a place has; 0 if it has none."""
    return int(connection.execute(_LAST_COPY, {"place": place}).scalar_one())


def _once(insert: AnyInsert) -> sa.sql.Executable:
    return insert.on_conflict_do_nothing()


_ADD_COPY = for_each_database(_once, anchor_copies)


def add_copy(connection: Connection, copy: Copy) -> None:
    """Note that a place has an anchor; who notes it second changes nothing."""
    execute_for(connection, _ADD_COPY, copy.__dict__)


_LAST_CHANGE = sa.select(sa.func.max(latest_changes.c.at))


def last_change(connection: Connection) -> datetime | None:
    """When a journal grew last; None if none ever did."""
    found: datetime | None = connection.execute(_LAST_CHANGE).scalar_one()
    return found


def unguarded_tables(connection: Connection) -> tuple[str, ...]:
    """The append-only tables whose rows the connection's own role could change, if it wanted to."""
    return may_change(connection, metadata)


def _anchor_of(row: Row) -> Anchor:
    return Anchor(**row._asdict())


def _leaf_of(row: Row) -> Leaf:
    return Leaf(case_id=row.case_id, case_number=row.case_number, length=row.length, hash=row.hash)

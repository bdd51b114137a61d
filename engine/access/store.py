"""Records of reading, and what is to be looked into, in the database.

They refer to cases and people without foreign keys: they are kept apart, and outlive neither more nor less
than their own time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table
from sqlalchemy.engine import Connection

from engine.access.model import (
    AccessFilter,
    AccessRecord,
    Concern,
    ConcernKind,
    ReaderTotals,
)
from engine.kernel.actor import ActorKind, Role
from engine.kernel.disclosure import Purpose, Shown
from engine.kernel.pages import Page, Slice
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.keyset import Order, fetch_page
from engine.storage.prepared import PreparedWrite, Write, write_together
from engine.storage.statements import Row, execute_for, for_each_database, literal
from engine.storage.types import PlainText, UtcDateTime

access_records = Table(
    "access_records",
    metadata,
    columns.identifier(),
    columns.moment("at"),
    columns.text("reader_kind"),
    Column("reader", PlainText(binary=True), nullable=False),
    columns.text("role", optional=True),
    columns.text("branch_code", optional=True),
    columns.text("agency_key", optional=True),
    columns.text("shown"),
    Column("case_id", sa.Uuid),
    Column("object_id", sa.Uuid),
    columns.whole("people"),
    columns.text("purpose"),
    Column("concern_id", sa.Uuid),
)
Index("ix_access_records_newest", access_records.c.at, access_records.c.id)
columns.partial_index(
    "ix_access_records_case",
    (access_records.c.case_id, access_records.c.at, access_records.c.id),
    "case_id IS NOT NULL",
)
Index("ix_access_records_reader", access_records.c.reader, access_records.c.at, access_records.c.id)

access_concerns = Table(
    "access_concerns",
    metadata,
    columns.identifier(),
    columns.text("kind"),
    columns.moment("at"),
    Column("once", PlainText(binary=True), nullable=False, unique=True),
    columns.text("reader_kind"),
    Column("reader", PlainText(binary=True), nullable=False),
    columns.text("branch_code", optional=True),
    Column("case_id", sa.Uuid),
    columns.text("reason", optional=True),
    columns.moment("until", optional=True),
    columns.whole("count"),
    columns.moment("reviewed_at", optional=True),
    columns.text("reviewed_by", optional=True),
    columns.text("note", optional=True),
)
columns.partial_index(
    "ix_access_concerns_open", (access_concerns.c.at, access_concerns.c.id), "reviewed_at IS NULL"
)
Index("ix_access_concerns_newest", access_concerns.c.at, access_concerns.c.id)
columns.partial_index(
    "ix_access_concerns_exception",
    (access_concerns.c.case_id, access_concerns.c.reader),
    "case_id IS NOT NULL",
)

_RECORD = PreparedWrite(for_each_database(lambda insert: insert.on_conflict_do_nothing(), access_records))
_RAISE = for_each_database(
    lambda insert: insert.on_conflict_do_nothing(index_elements=["once"]).returning(access_concerns.c.id),
    access_concerns,
)
_CONCERN_COLUMNS = [column for column in access_concerns.c if column.name != "once"]
_CONCERN = sa.select(*_CONCERN_COLUMNS).where(
    access_concerns.c.id == sa.bindparam("concern_id", type_=sa.Uuid())
)
_EXCEPTION = (
    sa.select(access_concerns.c.id)
    .where(
        access_concerns.c.case_id == sa.bindparam("of_case", type_=sa.Uuid()),
        access_concerns.c.reader == sa.bindparam("by", type_=access_concerns.c.reader.type),
        access_concerns.c.kind == ConcernKind.EXCEPTION,
        access_concerns.c.until > sa.bindparam("now", type_=UtcDateTime),
    )
    .order_by(access_concerns.c.at.desc())
    .limit(1)
)
_REVIEW = (
    access_concerns.update()
    .where(
        access_concerns.c.id == sa.bindparam("concern_id", type_=sa.Uuid()),
        access_concerns.c.reviewed_at.is_(None),
    )
    .values({name: sa.bindparam(f"new_{name}") for name in ("reviewed_at", "reviewed_by", "note")})
)
_IS_OPEN = access_concerns.c.reviewed_at.is_(None)
OPEN_CONCERNS = sa.select(sa.func.count()).select_from(access_concerns).where(_IS_OPEN)

_IN_A_LIST = access_records.c.shown.in_([literal(Shown.LIST), literal(Shown.FOUND)])
_TOTALS = (
    sa.select(
        access_records.c.reader_kind,
        access_records.c.reader,
        sa.func.max(access_records.c.branch_code).label("branch_code"),
        sa.func.count(sa.distinct(sa.case((_IN_A_LIST, None), else_=access_records.c.case_id))).label(
            "cases"
        ),
        sa.func.sum(sa.case((_IN_A_LIST, access_records.c.people), else_=0)).label("people"),
    )
    .where(
        access_records.c.at > sa.bindparam("since", type_=UtcDateTime),
        access_records.c.reader_kind != literal(ActorKind.CITIZEN),
    )
    .group_by(access_records.c.reader_kind, access_records.c.reader)
    .order_by(access_records.c.reader)
)

_NEWEST_RECORDS = Order("access", (access_records.c.at, access_records.c.id), newest_first=True)
_NEWEST_CONCERNS = Order("concerns", (access_concerns.c.at, access_concerns.c.id), newest_first=True)


def record(connection: Connection, records: Sequence[AccessRecord]) -> None:
    """Keep what was read, in one batch; a record that is there already is left as it is."""
    write_together(connection, [Write(_RECORD, [one.__dict__ for one in records])])


def list_records(connection: Connection, wanted: AccessFilter, part: Slice) -> Page[AccessRecord]:
    """Records, newest first."""
    statement = sa.select(*access_records.c).where(*_conditions(wanted))
    return fetch_page(connection, statement, order=_NEWEST_RECORDS, part=part, decode=_record)


def totals_since(connection: Connection, since: datetime) -> Sequence[ReaderTotals]:
    """How much everybody has read since that moment, citizens left out."""
    return [
        ReaderTotals(
            **{**row._asdict(), "reader_kind": ActorKind(row.reader_kind), "people": int(row.people)}
        )
        for row in connection.execute(_TOTALS, {"since": since})
    ]


def raise_concern(connection: Connection, concern: Concern, *, once: str) -> bool:
    """Keep something to look into; False if it was raised already, which `once` tells."""
    raised = execute_for(connection, _RAISE, {**concern.__dict__, "once": once})
    return raised.scalar_one_or_none() is not None


def concern(connection: Connection, concern_id: UUID) -> Concern | None:
    row = connection.execute(_CONCERN, {"concern_id": concern_id}).one_or_none()
    return _concern(row) if row else None


def list_concerns(connection: Connection, part: Slice, *, are_open: bool | None = None) -> Page[Concern]:
    """What is to be looked into (`are_open`), what was (False), or both, newest first."""
    statement = sa.select(*_CONCERN_COLUMNS)
    if are_open is not None:
        statement = statement.where(_IS_OPEN if are_open else sa.not_(_IS_OPEN))
    return fetch_page(connection, statement, order=_NEWEST_CONCERNS, part=part, decode=_concern)


def open_exception(connection: Connection, reader: str, case_id: UUID, now: datetime) -> UUID | None:
    """The exceptional access by which somebody may read a case now; None without one."""
    values = {"of_case": case_id, "by": reader, "now": now}
    found: UUID | None = connection.execute(_EXCEPTION, values).scalar_one_or_none()
    return found


def review(connection: Connection, concern_id: UUID, *, by: str, at: datetime, note: str) -> bool:
    """Note that it was looked into; False if somebody did so before."""
    values = {"concern_id": concern_id, "new_reviewed_by": by, "new_reviewed_at": at, "new_note": note}
    return connection.execute(_REVIEW, values).rowcount > 0


def discard(connection: Connection, before: datetime, *, limit: int) -> int:
    """Remove up to `limit` records older than that, and what was reviewed before; how many records."""
    oldest = (
        sa.select(access_records.c.id)
        .where(access_records.c.at < before)
        .order_by(access_records.c.at, access_records.c.id)
        .limit(limit)
    )
    removed = connection.execute(access_records.delete().where(access_records.c.id.in_(oldest))).rowcount
    connection.execute(access_concerns.delete().where(access_concerns.c.reviewed_at < before))
    return removed


def _conditions(wanted: AccessFilter) -> Iterator[sa.ColumnElement[bool]]:
    column = access_records.c
    if wanted.case_id is not None:
        yield column.case_id == wanted.case_id
    if wanted.reader is not None:
        yield column.reader == wanted.reader
    if wanted.branch_code is not None:
        yield column.branch_code == wanted.branch_code
    if wanted.exceptional:
        yield column.concern_id.is_not(None)
    if wanted.since is not None:
        yield column.at >= wanted.since
    if wanted.until is not None:
        yield column.at < wanted.until


def _record(row: Row) -> AccessRecord:
    values: dict[str, Any] = row._asdict()
    return AccessRecord(
        **{
            **values,
            "reader_kind": ActorKind(row.reader_kind),
            "role": Role(row.role) if row.role else None,
            "shown": Shown(row.shown),
            "purpose": Purpose(row.purpose),
        }
    )


def _concern(row: Row) -> Concern:
    values: dict[str, Any] = row._asdict()
    return Concern(**{**values, "kind": ConcernKind(row.kind), "reader_kind": ActorKind(row.reader_kind)})

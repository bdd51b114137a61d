"""The ledgers of the terms of cases in the database: a row for each entry; who made it is in the journal."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Table
from sqlalchemy.engine import Connection

from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import Row, Values
from engine.storage.types import PlainText
from engine.terms.ledger import Ledger, TermCause, TermEntry, TermEvent
from engine.terms.length import Length, Unit
from engine.terms.term import TermKind

term_entries = Table(
    "term_entries",
    metadata,
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("term", PlainText(), primary_key=True),
    Column("number", sa.Integer, primary_key=True, autoincrement=False),
    columns.text("event"),
    Column("day", sa.Date, nullable=False),
    columns.text("cause"),
    columns.text("law", optional=True),
    Column("amount", sa.Integer),
    columns.text("unit", optional=True),
    Column("corrects", sa.Integer),
    columns.one_of("term", TermKind),
    columns.one_of("event", TermEvent),
    columns.one_of("unit", Unit),
    CheckConstraint("number >= 1", name="number"),
    sqlite_with_rowid=False,
)


def term_entry_row(case_id: UUID, kind: TermKind, entry: TermEntry) -> Values:
    """The columns of an entry."""
    return {
        "case_id": case_id,
        "term": kind.value,
        "number": entry.number,
        "event": entry.event.value,
        "day": entry.day,
        "cause": entry.cause.value,
        "law": entry.law,
        "amount": entry.length.amount if entry.length else None,
        "unit": entry.length.unit.value if entry.length else None,
        "corrects": entry.corrects,
    }


def _entry_of(row: Row) -> TermEntry:
    return TermEntry(
        number=row.number,
        event=TermEvent(row.event),
        day=row.day,
        cause=TermCause(row.cause),
        law=row.law,
        length=Length(row.amount, Unit(row.unit)) if row.unit is not None else None,
        corrects=row.corrects,
    )


_ENTRIES = PreparedQuery(
    sa.select(*term_entries.c)
    .where(term_entries.c.case_id == sa.bindparam("case_id", type_=sa.Uuid()))
    .order_by(term_entries.c.term, term_entries.c.number)
)


def ledgers_of(connection: Connection, case_id: UUID) -> Mapping[TermKind, Ledger]:
    """The ledgers of a case, by term; those without an entry are left out."""
    found: dict[TermKind, tuple[TermEntry, ...]] = {}
    for row in _ENTRIES.rows(connection, {"case_id": case_id}):
        kind = TermKind(row.term)
        found[kind] = (*found.get(kind, ()), _entry_of(row))
    return {kind: Ledger(entries) for kind, entries in found.items()}

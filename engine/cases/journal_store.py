"""The journal of a case and the notes on it, in the database."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.cases import journal_store
from engine.cases.journal import JournalEntry, Names, Note
from engine.kernel.actor import ActorKind
from engine.kernel.pages import Page, Slice
from engine.people.store import users
from engine.service_tasks.store import service_tasks
from engine.storage import columns
from engine.storage.append_only import append_only
from engine.storage.columns import metadata
from engine.storage.keyset import Order, PreparedPages
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import Row
from engine.storage.types import PlainText, UtcDateTime
from engine.tasks.store import tasks

journal = Table(
    "journal",
    metadata,
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    *columns.chained("action"),
    sqlite_with_rowid=False,
)
append_only(journal)

notes = Table(
    "notes",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", sa.Uuid, ForeignKey("users.id")),
    Column("author_name", PlainText(), nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("text", PlainText(), nullable=False),
)
Index("ix_notes_newest_of_case", notes.c.case_id, notes.c.written_at, notes.c.id)


JOURNAL = tuple(journal_store.journal.c)


def journal_entry_of(row: Row) -> JournalEntry:
    """The line of a row with every column, in the order of the table."""
    fields = dict(zip(_NAMES, row, strict=True))
    fields["actor_kind"] = ActorKind(fields["actor_kind"])
    return JournalEntry(**fields)


_NAMES = tuple(column.name for column in JOURNAL)


_CASE_ID = sa.bindparam("case_id", type_=sa.Uuid())

_JOURNAL = PreparedPages(
    sa.select(*JOURNAL).where(journal.c.case_id == _CASE_ID), Order("journal", (journal.c.number,))
)


def list_journal(connection: Connection, case_id: UUID, part: Slice) -> Page[JournalEntry]:
    """The journal of a case, first line first."""
    return _JOURNAL.fetch(connection, {"case_id": case_id}, part=part, decode=journal_entry_of)


_NOTES = PreparedPages(
    sa.select(*notes.c).where(notes.c.case_id == _CASE_ID),
    Order("notes", (notes.c.written_at, notes.c.id), newest_first=True),
)

_NOTE = sa.select(*notes.c).where(notes.c.id == sa.bindparam("id", type_=sa.Uuid()))

_WORK = PreparedQuery(
    sa.union_all(
        sa.select(tasks.c.id, tasks.c.name).where(tasks.c.case_id == _CASE_ID),
        sa.select(service_tasks.c.id, service_tasks.c.name).where(service_tasks.c.case_id == _CASE_ID),
    )
)

_PEOPLE = PreparedQuery(
    sa.select(users.c.username, users.c.display_name).where(
        users.c.id.in_(sa.select(journal.c.actor_id).where(journal.c.case_id == _CASE_ID))
    )
)


def add_note(connection: Connection, note: Note) -> None:
    """Write a new note."""
    connection.execute(notes.insert(), note.__dict__)


def note(connection: Connection, note_id: UUID) -> Note | None:
    """One note."""
    row = connection.execute(_NOTE, {"id": note_id}).one_or_none()
    return _note_of(row) if row else None


def list_notes(connection: Connection, case_id: UUID, part: Slice) -> Page[Note]:
    """The notes on a case, newest first."""
    return _NOTES.fetch(connection, {"case_id": case_id}, part=part, decode=_note_of)


def journal_names(connection: Connection, case_id: UUID) -> Names:
    """Names of the case's tasks and service tasks, and of the people in its journal."""
    parameters = {"case_id": case_id}
    return Names(
        work=dict(_WORK.rows(connection, parameters)),
        people=dict(_PEOPLE.rows(connection, parameters)),
    )


def _note_of(row: Row) -> Note:
    return Note(**row._asdict())

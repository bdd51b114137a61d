"""Procedure versions, their files, and the start events of those on offer, in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.kernel.bilingual import Bilingual
from engine.kernel.pages import Page, Slice
from engine.kernel.refusal import Conflict
from engine.kernel.senders import Entries, read_entries, written_entries
from engine.kernel.vocabulary import search_form
from engine.procedures.model import ProcedureVersion, Start, StartKind, VersionStatus
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.keyset import Order, fetch_page
from engine.storage.statements import AnyInsert, Row, execute_for, for_each_database, literal
from engine.storage.types import PlainText

procedure_versions = Table(
    "procedure_versions",
    metadata,
    columns.identifier(),
    columns.text("key", binary=True),
    columns.whole("number"),
    columns.text("sha256"),
    columns.text("title"),
    columns.text("title_en"),
    columns.moment("created_at"),
    columns.reference("created_by", "users", optional=True),
    columns.text("status"),
    columns.moment("published_at", optional=True),
    columns.moment("retired_at", optional=True),
    columns.text("search_text"),
    columns.json("metadata"),
    sa.UniqueConstraint("key", "number"),
    columns.one_of("status", VersionStatus),
    CheckConstraint("number >= 1", name="number"),
)

version_files = Table(
    "version_files",
    metadata,
    Column("version_id", sa.Uuid, ForeignKey("procedure_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("path", PlainText(binary=True), primary_key=True),
    Column("content", sa.LargeBinary, nullable=False),
)


_KINDS = ", ".join(f"'{kind.value}'" for kind in StartKind)

starts = Table(
    "starts",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("procedure_key", PlainText(binary=True), nullable=False),
    Column("version_id", sa.Uuid, ForeignKey("procedure_versions.id", ondelete="CASCADE"), nullable=False),
    Column("element_id", PlainText(binary=True), nullable=False),
    Column("kind", PlainText(), nullable=False),
    Column("name", PlainText(), nullable=False),
    Column("branch_code", PlainText()),
    columns.text("senders", optional=True),
    CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
)
Index("ix_starts_procedure_key", starts.c.procedure_key)
Index("ix_starts_named", starts.c.kind, starts.c.name, starts.c.procedure_key, starts.c.element_id)

message_rights = Table(
    "message_rights",
    metadata,
    Column("version_id", sa.Uuid, ForeignKey("procedure_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("name", PlainText(), primary_key=True),
    Column("sender", PlainText(), primary_key=True),
)
Index("ix_message_rights_name", message_rights.c.name, message_rights.c.sender)

shared_parts = Table(
    "shared_parts",
    metadata,
    Column("name", PlainText(binary=True), primary_key=True),
    columns.text("sha256"),
    columns.moment("pinned_at"),
)


_VERSION = tuple(column for column in procedure_versions.c if column.name != "search_text")
_KEY = sa.bindparam("key", type_=procedure_versions.c.key.type)
_ID = sa.bindparam("id", type_=sa.Uuid())

_OF_KEY = (
    sa.select(*_VERSION).where(procedure_versions.c.key == _KEY).order_by(procedure_versions.c.number.desc())
)
_LAST = _OF_KEY.limit(1)
_PUBLISHED = _LAST.where(procedure_versions.c.status == VersionStatus.PUBLISHED.value)
_BY_ID = sa.select(*_VERSION).where(procedure_versions.c.id == _ID)
_NUMBERED = (
    sa.select(*_VERSION)
    .where(
        procedure_versions.c.key == _KEY,
        procedure_versions.c.number == sa.bindparam("number", type_=sa.Integer),
    )
    # NO KEY: cases of the version may be opened meanwhile.
    .with_for_update(key_share=True)
)
_FILES = (
    sa.select(version_files.c.path, version_files.c.content)
    .where(version_files.c.version_id == _ID)
    .order_by(version_files.c.path)
)


def _unless_numbered_so(insert: AnyInsert) -> sa.sql.Executable:
    return insert.on_conflict_do_nothing(index_elements=["key", "number"]).returning(procedure_versions.c.id)


_ADD = for_each_database(_unless_numbered_so, procedure_versions)
_SAVE = (
    procedure_versions.update()
    .where(procedure_versions.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values(
        status=sa.bindparam("new_status", type_=procedure_versions.c.status.type),
        published_at=sa.bindparam("new_published_at", type_=procedure_versions.c.published_at.type),
        retired_at=sa.bindparam("new_retired_at", type_=procedure_versions.c.retired_at.type),
    )
)

_PRECEDENCE = sa.func.row_number().over(
    partition_by=procedure_versions.c.key,
    order_by=[
        sa.case((procedure_versions.c.status == VersionStatus.PUBLISHED.value, 0), else_=1),
        procedure_versions.c.number.desc(),
    ],
)
_RANKED = sa.select(*procedure_versions.c, _PRECEDENCE.label("precedence")).subquery("ranked")
_SHOWN = sa.select(*(_RANKED.c[column.name] for column in _VERSION)).where(_RANKED.c.precedence == 1)
_BY_KEY = Order("procedures", (_RANKED.c.key,))


def version(connection: Connection, key: str, number: int) -> ProcedureVersion | None:
    """One version of a procedure, locked for change."""
    return _one(connection, _NUMBERED, {"key": key, "number": number})


def published_version(connection: Connection, key: str) -> ProcedureVersion | None:
    """The version of a procedure that is on offer: the published one with the highest number."""
    return _one(connection, _PUBLISHED, {"key": key})


def last_version(connection: Connection, key: str) -> ProcedureVersion | None:
    """The version with the highest number, in whatever status."""
    return _one(connection, _LAST, {"key": key})


def version_by_id(connection: Connection, version_id: UUID) -> ProcedureVersion | None:
    """One version by its id."""
    return _one(connection, _BY_ID, {"id": version_id})


def all_versions(connection: Connection, key: str) -> Sequence[ProcedureVersion]:
    """All versions of a procedure, newest first; empty if there is none of that key."""
    return [_version_of(row) for row in connection.execute(_OF_KEY, {"key": key})]


def files_of_version(connection: Connection, version_id: UUID) -> Mapping[str, bytes]:
    """The files of a version, by their path in the procedure folder."""
    return dict(connection.execute(_FILES, {"id": version_id}).all())


def add_version(connection: Connection, version: ProcedureVersion, contents: Mapping[str, bytes]) -> None:
    """Write a new version with its files; `Conflict` if the number is taken."""
    row = {**version.__dict__, "status": version.status.value, "search_text": version.search_text}
    if execute_for(connection, _ADD, row).one_or_none() is None:
        raise Conflict(
            f"Expected version {version.number} of {version.key} to be new, but there is one.",
            code="already_exists",
        )
    rows = [
        {"version_id": version.id, "path": path, "content": content} for path, content in contents.items()
    ]
    if rows:
        connection.execute(version_files.insert(), rows)


def save_version(connection: Connection, version: ProcedureVersion) -> None:
    """Write the changed status of a version."""
    parameters = {
        "id_": version.id,
        "new_status": version.status.value,
        "new_published_at": version.published_at,
        "new_retired_at": version.retired_at,
    }
    connection.execute(_SAVE, parameters)


def procedures(
    connection: Connection, *, words: str | None, status: VersionStatus | None, part: Slice
) -> Page[ProcedureVersion]:
    """For each procedure its version on offer, else its newest; by key.

    Each of `words`, in whatever form, is looked for in key, titles and codes. `status` keeps the
    procedures whose version so chosen has it.
    """
    statement = _SHOWN
    if status is not None:
        statement = statement.where(_RANKED.c.status == status.value)
    for word in search_form(words or "").split():
        statement = statement.where(_RANKED.c.search_text.contains(word, autoescape=True))
    return fetch_page(connection, statement, order=_BY_KEY, part=part, decode=_version_of)


def _one(
    connection: Connection, statement: sa.Select[Any], parameters: Mapping[str, Any]
) -> ProcedureVersion | None:
    row = connection.execute(statement, parameters).one_or_none()
    return _version_of(row) if row else None


def _version_of(row: Row) -> ProcedureVersion:
    return ProcedureVersion(**{**row._asdict(), "status": VersionStatus(row.status)})


_STARTS = starts
_START = tuple(_STARTS.c)

_FORGET = _STARTS.delete().where(
    _STARTS.c.procedure_key == sa.bindparam("procedure_key", type_=_STARTS.c.procedure_key.type)
)
_ONE = sa.select(*_START).where(_STARTS.c.id == sa.bindparam("id", type_=sa.Uuid()))
_NAMED = (
    sa.select(*_START)
    .where(
        _STARTS.c.kind == sa.bindparam("kind", type_=_STARTS.c.kind.type),
        _STARTS.c.name == sa.bindparam("name", type_=_STARTS.c.name.type),
    )
    .order_by(_STARTS.c.procedure_key, _STARTS.c.element_id)
)


_ON_OFFER = sa.select(
    procedure_versions.c.key, procedure_versions.c.title, procedure_versions.c.title_en
).where(procedure_versions.c.status == literal(VersionStatus.PUBLISHED))


def titles_on_offer(connection: Connection) -> Mapping[str, Bilingual]:
    """What the procedures on offer are called, by key."""
    return {
        row.key: Bilingual(row.title, el=row.title, en=row.title_en) for row in connection.execute(_ON_OFFER)
    }


def replace_starts(connection: Connection, procedure_key: str, starts: Sequence[Start]) -> None:
    """From now on a procedure has exactly these start events."""
    connection.execute(_FORGET, {"procedure_key": procedure_key})
    rows = [
        {**start.__dict__, "kind": start.kind.value, "senders": written_entries(start.senders)}
        for start in starts
    ]
    if rows:
        connection.execute(_STARTS.insert(), rows)


def start(connection: Connection, start_id: UUID) -> Start | None:
    """One start event; None once another version is on offer, or none."""
    row = connection.execute(_ONE, {"id": start_id}).one_or_none()
    return _start_of(row) if row else None


def starts_by_message(connection: Connection, name: str) -> Sequence[Start]:
    """Every start event that waits for the message, by key of the procedure and id of the element."""
    return [_start_of(row) for row in connection.execute(_NAMED, _wanted(StartKind.MESSAGE, name))]


def starts_by_signal(connection: Connection, name: str) -> Sequence[Start]:
    """Every start event that the signal sets off, by key of the procedure and id of the element."""
    rows = connection.execute(_NAMED, _wanted(StartKind.SIGNAL, name))
    return [_start_of(row) for row in rows]


def _wanted(kind: StartKind, name: str) -> dict[str, str]:
    return {"kind": kind.value, "name": name}


def _start_of(row: Row) -> Start:
    return Start(**{**row._asdict(), "kind": StartKind(row.kind), "senders": read_entries(row.senders)})


_RIGHTS_OF = message_rights.delete().where(message_rights.c.version_id == sa.bindparam("of", type_=sa.Uuid()))
_IS_NAMED = (
    sa.select(sa.literal(1))
    .where(
        message_rights.c.name == sa.bindparam("name", type_=message_rights.c.name.type),
        message_rights.c.sender.in_(sa.bindparam("senders", expanding=True)),
    )
    .limit(1)
)


def replace_message_rights(
    connection: Connection, version_id: UUID, rights: Collection[tuple[str, str]]
) -> None:
    """From now on a version lets exactly these send: a message by name, and an entry for the sender."""
    connection.execute(_RIGHTS_OF, {"of": version_id})
    rows = [{"version_id": version_id, "name": name, "sender": sender} for name, sender in rights]
    if rows:
        connection.execute(message_rights.insert(), rows)


def some_version_names(connection: Connection, message: str, senders: Entries) -> bool:
    """Whether a version that was ever on offer lets one of `senders` send that message."""
    wanted = {"name": message, "senders": list(senders)}
    return connection.execute(_IS_NAMED, wanted).one_or_none() is not None


_PIN = for_each_database(lambda insert: insert.on_conflict_do_nothing(), shared_parts)
_PINNED = sa.select(shared_parts.c.name, shared_parts.c.sha256).where(
    shared_parts.c.name.in_(sa.bindparam("names", expanding=True))
)


def pin_parts(connection: Connection, parts: Mapping[str, str], at: datetime) -> None:
    """Remember the SHA-256 of shared parts by name, for those that are not known yet."""
    for name in sorted(parts):
        execute_for(connection, _PIN, {"name": name, "sha256": parts[name], "pinned_at": at})


def pinned_parts(connection: Connection, names: Collection[str]) -> Mapping[str, str]:
    """The SHA-256 of those of the shared parts that were published, by name."""
    return dict(connection.execute(_PINNED, {"names": list(names)}).all()) if names else {}

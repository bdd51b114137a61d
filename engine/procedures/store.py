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
from engine.kernel.vocabulary import OpenedBy, search_form
from engine.procedures.model import (
    ProcedureVersion,
    RecordHead,
    Start,
    StartKind,
    Validity,
    VersionStatus,
)
from engine.sealing.chain import GENESIS
from engine.storage import columns
from engine.storage.append_only import append_only, keep_columns, refuse_unless
from engine.storage.columns import metadata
from engine.storage.keyset import Order, fetch_page
from engine.storage.statements import AnyInsert, Row, execute_for, for_each_database
from engine.storage.types import PlainText, UtcDateTime

_NEVER_CHANGED = (
    "id",
    "key",
    "number",
    "sha256",
    "title",
    "title_en",
    "metadata",
    "created_at",
    "created_by",
)
_OVERLAPPING = (
    "SELECT 1 FROM procedure_versions AS other WHERE other.key = NEW.key AND other.id <> NEW.id "
    "AND NEW.published_at IS NOT NULL AND other.published_at IS NOT NULL "
    "AND (NEW.retired_at IS NULL OR NEW.published_at < NEW.retired_at) "
    "AND (other.retired_at IS NULL OR other.published_at < other.retired_at) "
    "AND (NEW.retired_at IS NULL OR other.published_at < NEW.retired_at) "
    "AND (other.retired_at IS NULL OR NEW.published_at < other.retired_at)"
)

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
    Column("valid_from", sa.Date),
    Column("valid_until", sa.Date),
    Column("record_length", sa.Integer, nullable=False, server_default="0"),
    Column("record_hash", PlainText(), nullable=False, server_default=GENESIS),
    Column("opened_by", PlainText(), nullable=False, server_default=OpenedBy.BRANCH.value),
    sa.UniqueConstraint("key", "number"),
    columns.one_of("status", VersionStatus),
    CheckConstraint("number >= 1", name="number"),
)
columns.partial_index(
    "ix_procedure_versions_on_offer",
    [procedure_versions.c.key],
    "published_at IS NOT NULL AND retired_at IS NULL",
    unique=True,
)
keep_columns(procedure_versions, _NEVER_CHANGED)
refuse_unless(
    procedure_versions,
    "one_on_offer",
    "(NEW.published_at IS NULL OR NEW.status IN ('published', 'superseded', 'retired')) "
    f"AND NOT EXISTS ({_OVERLAPPING})",
    "Only what was published is on offer, and one version of a procedure at a time.",
)

version_files = Table(
    "version_files",
    metadata,
    Column("version_id", sa.Uuid, ForeignKey("procedure_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("path", PlainText(binary=True), primary_key=True),
    Column("content", sa.LargeBinary, nullable=False),
)
append_only(version_files)

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

_VERSION = tuple(column for column in procedure_versions.c if column.name != "search_text")
_KEY = sa.bindparam("key", type_=procedure_versions.c.key.type)
_ID = sa.bindparam("id", type_=sa.Uuid())
_AT = sa.bindparam("at", type_=UtcDateTime)

_OF_KEY = (
    sa.select(*_VERSION).where(procedure_versions.c.key == _KEY).order_by(procedure_versions.c.number.desc())
)
_LAST = _OF_KEY.limit(1)
_LATER = procedure_versions.alias("later")
_LAST_OF_FILES = sa.select(*_VERSION).where(
    procedure_versions.c.sha256 == sa.bindparam("sha256", type_=procedure_versions.c.sha256.type),
    ~sa.exists().where(
        _LATER.c.key == procedure_versions.c.key, _LATER.c.number > procedure_versions.c.number
    ),
)
_IS_ON_OFFER = sa.and_(
    procedure_versions.c.published_at <= _AT,
    sa.or_(procedure_versions.c.retired_at.is_(None), procedure_versions.c.retired_at > _AT),
)
_ON_OFFER = sa.select(*_VERSION).where(procedure_versions.c.key == _KEY, _IS_ON_OFFER)
_BY_ID = sa.select(*_VERSION).where(procedure_versions.c.id == _ID)
# NO KEY: cases of the versions may be opened meanwhile.
_LOCKED = _OF_KEY.with_for_update(key_share=True)
# Of what was returned the newest alone: a later version is what became of it.
_UNDECIDED = (
    sa.select(*_VERSION)
    .where(
        sa.or_(
            procedure_versions.c.status.in_([VersionStatus.SUBMITTED.value, VersionStatus.CERTIFIED.value]),
            procedure_versions.c.published_at > _AT,
            sa.and_(
                procedure_versions.c.status == VersionStatus.RETURNED.value,
                ~sa.exists().where(
                    _LATER.c.key == procedure_versions.c.key, _LATER.c.number > procedure_versions.c.number
                ),
            ),
        )
    )
    .order_by(procedure_versions.c.key, procedure_versions.c.number)
    .limit(sa.bindparam("limit", type_=sa.Integer()))
)
_FILES = (
    sa.select(version_files.c.path, version_files.c.content)
    .where(version_files.c.version_id == _ID)
    .order_by(version_files.c.path)
)


def _unless_numbered_so(insert: AnyInsert) -> sa.sql.Executable:
    return insert.on_conflict_do_nothing(index_elements=["key", "number"]).returning(procedure_versions.c.id)


_ADD = for_each_database(_unless_numbered_so, procedure_versions)
_CHANGING = (
    "status",
    "published_at",
    "retired_at",
    "valid_from",
    "valid_until",
    "record_length",
    "record_hash",
)
_SAVE = (
    procedure_versions.update()
    .where(procedure_versions.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values({name: sa.bindparam(f"new_{name}", type_=procedure_versions.c[name].type) for name in _CHANGING})
)

_PRECEDENCE = sa.func.row_number().over(
    partition_by=procedure_versions.c.key,
    order_by=[sa.case((_IS_ON_OFFER, 0), else_=1), procedure_versions.c.number.desc()],
)
_PUBLISHED, _CERTIFIED, _RETIRED = (
    sa.literal(status.value, PlainText())
    for status in (VersionStatus.PUBLISHED, VersionStatus.CERTIFIED, VersionStatus.RETIRED)
)
# `ProcedureVersion.at` says the same.
_STATUS_THEN = sa.case(
    (procedure_versions.c.published_at.is_(None), procedure_versions.c.status),
    (_IS_ON_OFFER, _PUBLISHED),
    (
        sa.and_(
            procedure_versions.c.published_at > _AT,
            sa.or_(
                procedure_versions.c.retired_at.is_(None),
                procedure_versions.c.retired_at > procedure_versions.c.published_at,
            ),
        ),
        _CERTIFIED,
    ),
    (procedure_versions.c.status == VersionStatus.PUBLISHED.value, _RETIRED),
    else_=procedure_versions.c.status,
)
_RANKED = sa.select(
    *procedure_versions.c, _PRECEDENCE.label("precedence"), _STATUS_THEN.label("status_then")
).subquery("ranked")
_SHOWN = sa.select(*(_RANKED.c[column.name] for column in _VERSION)).where(_RANKED.c.precedence == 1)
_BY_KEY = Order("procedures", (_RANKED.c.key,))


def locked_versions(connection: Connection, key: str) -> Sequence[ProcedureVersion]:
    """All versions of a procedure, newest first, locked for change."""
    return [_version_of(row) for row in connection.execute(_LOCKED, {"key": key})]


def version_on_offer(connection: Connection, key: str, at: datetime) -> ProcedureVersion | None:
    """The version of a procedure that is on offer at a moment; the database keeps it from being two."""
    return _one(connection, _ON_OFFER, {"key": key, "at": at})


def last_version(connection: Connection, key: str) -> ProcedureVersion | None:
    """The version with the highest number, in whatever status."""
    return _one(connection, _LAST, {"key": key})


def last_version_of_files(connection: Connection, sha256: str) -> ProcedureVersion | None:
    """The version with the highest number of its procedure, if these are its files; in whatever status."""
    return _one(connection, _LAST_OF_FILES, {"sha256": sha256})


def version_by_id(connection: Connection, version_id: UUID) -> ProcedureVersion | None:
    """One version by its id."""
    return _one(connection, _BY_ID, {"id": version_id})


def all_versions(connection: Connection, key: str) -> Sequence[ProcedureVersion]:
    """All versions of a procedure, newest first; empty if there is none of that key."""
    return [_version_of(row) for row in connection.execute(_OF_KEY, {"key": key})]


def undecided_versions(connection: Connection, at: datetime, limit: int) -> Sequence[ProcedureVersion]:
    """What waits for an official or an analyst: submitted, certified, to come, and returned last; by key."""
    found = connection.execute(_UNDECIDED, {"at": at, "limit": limit})
    return [_version_of(row).at(at) for row in found]


def versions_after(connection: Connection, after: UUID | None, limit: int) -> Sequence[ProcedureVersion]:
    """Up to `limit` versions after one, in the order of their ids."""
    statement = sa.select(*_VERSION).order_by(procedure_versions.c.id).limit(limit)
    if after is not None:
        statement = statement.where(procedure_versions.c.id > after)
    return [_version_of(row) for row in connection.execute(statement)]


def files_of_version(connection: Connection, version_id: UUID) -> Mapping[str, bytes]:
    """The files of a version, by their path in the procedure folder."""
    return dict(connection.execute(_FILES, {"id": version_id}).all())


def add_version(connection: Connection, version: ProcedureVersion, contents: Mapping[str, bytes]) -> None:
    """Write a new version with its files; `Conflict` if the number is taken."""
    row = {
        **version.__dict__,
        **_changing(version),
        "search_text": version.search_text,
        "opened_by": version.opened_by.value,
    }
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
    new = {f"new_{name}": value for name, value in _changing(version).items()}
    connection.execute(_SAVE, {"id_": version.id, **new})


def procedures(
    connection: Connection,
    *,
    at: datetime,
    words: str | None,
    status: VersionStatus | None,
    part: Slice,
    opened_by: OpenedBy | None = None,
) -> Page[ProcedureVersion]:
    """For each procedure its version on offer, else its newest, with the status at that moment; by key.

    Each of `words`, in whatever form, is looked for in key, titles and codes. `status` keeps the
    procedures whose version so chosen has it, `opened_by` those whose cases are opened so.
    """
    statement = _SHOWN.params(at=at)
    if opened_by is not None:
        statement = statement.where(_RANKED.c.opened_by == opened_by.value)
    if status is not None:
        statement = statement.where(_RANKED.c.status_then == status.value)
    for word in search_form(words or "").split():
        statement = statement.where(_RANKED.c.search_text.contains(word, autoescape=True))
    return fetch_page(
        connection, statement, order=_BY_KEY, part=part, decode=lambda row: _version_of(row).at(at)
    )


def _one(
    connection: Connection, statement: sa.Select[Any], parameters: Mapping[str, Any]
) -> ProcedureVersion | None:
    row = connection.execute(statement, parameters).one_or_none()
    return _version_of(row) if row else None


def _changing(version: ProcedureVersion) -> dict[str, Any]:
    return {
        "status": version.status.value,
        "published_at": version.published_at,
        "retired_at": version.retired_at,
        "valid_from": version.validity.since,
        "valid_until": version.validity.until,
        "record_length": version.record.length,
        "record_hash": version.record.hash,
    }


def _version_of(row: Row) -> ProcedureVersion:
    fields = row._asdict()
    validity = Validity(since=fields.pop("valid_from"), until=fields.pop("valid_until"))
    record = RecordHead(length=fields.pop("record_length"), hash=fields.pop("record_hash"))
    fields["status"] = VersionStatus(row.status)
    fields["opened_by"] = OpenedBy(row.opened_by)
    return ProcedureVersion(**fields, validity=validity, record=record)


_START = tuple(starts.c)
_ON_OFFER_THEN = sa.select(*_START).join_from(
    starts, procedure_versions, procedure_versions.c.id == starts.c.version_id
)
_ONE = _ON_OFFER_THEN.where(starts.c.id == sa.bindparam("id", type_=sa.Uuid()), _IS_ON_OFFER)
_NAMED = _ON_OFFER_THEN.where(
    starts.c.kind == sa.bindparam("kind", type_=starts.c.kind.type),
    starts.c.name == sa.bindparam("name", type_=starts.c.name.type),
    _IS_ON_OFFER,
).order_by(starts.c.procedure_key, starts.c.element_id)


_TITLES = sa.select(
    procedure_versions.c.key, procedure_versions.c.title, procedure_versions.c.title_en
).where(_IS_ON_OFFER)


def titles_on_offer(connection: Connection, at: datetime) -> Mapping[str, Bilingual]:
    """What the procedures on offer at a moment are called, by key."""
    found = connection.execute(_TITLES, {"at": at})
    return {row.key: Bilingual(row.title, el=row.title, en=row.title_en) for row in found}


def add_starts(connection: Connection, added: Sequence[Start]) -> None:
    """Write the start events of a version; they set off cases while it is on offer."""
    rows = [
        {**start.__dict__, "kind": start.kind.value, "senders": written_entries(start.senders)}
        for start in added
    ]
    if rows:
        connection.execute(starts.insert(), rows)


def start(connection: Connection, start_id: UUID, at: datetime) -> Start | None:
    """One start event; None while its version is not on offer."""
    row = connection.execute(_ONE, {"id": start_id, "at": at}).one_or_none()
    return _start_of(row) if row else None


def starts_by_message(connection: Connection, name: str, at: datetime) -> Sequence[Start]:
    """Every start event on offer that waits for the message, by key of the procedure and element id."""
    return _starts_named(connection, StartKind.MESSAGE, name, at)


def starts_by_signal(connection: Connection, name: str, at: datetime) -> Sequence[Start]:
    """Every start event on offer that the signal sets off, by key of the procedure and element id."""
    return _starts_named(connection, StartKind.SIGNAL, name, at)


def _starts_named(connection: Connection, kind: StartKind, name: str, at: datetime) -> Sequence[Start]:
    rows = connection.execute(_NAMED, {"kind": kind.value, "name": name, "at": at})
    return [_start_of(row) for row in rows]


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

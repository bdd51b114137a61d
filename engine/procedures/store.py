"""Procedure versions and their files."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.party import search_form
from engine.kernel.refusal import Conflict
from engine.ports_reads import Page, Slice
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.sql_tables import procedure_versions as versions
from engine.sql_tables import version_files as files
from engine.storage.keyset import Order, fetch_page
from engine.storage.statements import AnyInsert, execute_for, for_each_database

_VERSION = tuple(column for column in versions.c if column.name != "search_text")
_KEY = sa.bindparam("key", type_=versions.c.key.type)
_ID = sa.bindparam("id", type_=sa.Uuid())

_OF_KEY = sa.select(*_VERSION).where(versions.c.key == _KEY).order_by(versions.c.number.desc())
_LAST = _OF_KEY.limit(1)
_PUBLISHED = _LAST.where(versions.c.status == VersionStatus.PUBLISHED.value)
_BY_ID = sa.select(*_VERSION).where(versions.c.id == _ID)
_NUMBERED = (
    sa.select(*_VERSION)
    .where(versions.c.key == _KEY, versions.c.number == sa.bindparam("number", type_=sa.Integer))
    # NO KEY: cases of the version may be opened meanwhile.
    .with_for_update(key_share=True)
)
_FILES = sa.select(files.c.path, files.c.content).where(files.c.version_id == _ID).order_by(files.c.path)


def _unless_numbered_so(insert: AnyInsert) -> sa.sql.Executable:
    return insert.on_conflict_do_nothing(index_elements=["key", "number"]).returning(versions.c.id)


_ADD = for_each_database(_unless_numbered_so, versions)
_SAVE = (
    versions.update()
    .where(versions.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values(
        status=sa.bindparam("new_status", type_=versions.c.status.type),
        published_at=sa.bindparam("new_published_at", type_=versions.c.published_at.type),
        retired_at=sa.bindparam("new_retired_at", type_=versions.c.retired_at.type),
    )
)

_PRECEDENCE = sa.func.row_number().over(
    partition_by=versions.c.key,
    order_by=[
        sa.case((versions.c.status == VersionStatus.PUBLISHED.value, 0), else_=1),
        versions.c.number.desc(),
    ],
)
_RANKED = sa.select(*versions.c, _PRECEDENCE.label("precedence")).subquery("ranked")
_SHOWN = sa.select(*(_RANKED.c[column.name] for column in _VERSION)).where(_RANKED.c.precedence == 1)
_BY_KEY = Order("procedures", (_RANKED.c.key,))


def version(connection: Connection, key: str, number: int) -> ProcedureVersion | None:
    """One version, locked for change."""
    return _one(connection, _NUMBERED, {"key": key, "number": number})


def published_version(connection: Connection, key: str) -> ProcedureVersion | None:
    """The published version with the highest number."""
    return _one(connection, _PUBLISHED, {"key": key})


def last_version(connection: Connection, key: str) -> ProcedureVersion | None:
    """The version with the highest number."""
    return _one(connection, _LAST, {"key": key})


def version_by_id(connection: Connection, version_id: UUID) -> ProcedureVersion | None:
    """One version by its id."""
    return _one(connection, _BY_ID, {"id": version_id})


def all_versions(connection: Connection, key: str) -> Sequence[ProcedureVersion]:
    """All versions of a procedure, newest first."""
    return [_version_of(row) for row in connection.execute(_OF_KEY, {"key": key})]


def version_files(connection: Connection, version_id: UUID) -> Mapping[str, bytes]:
    """The files of a version, by path."""
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
        connection.execute(files.insert(), rows)


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
    """For each procedure its version on offer, else its newest; by key."""
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


def _version_of(row: Sequence[Any]) -> ProcedureVersion:
    (
        version_id,
        key,
        number,
        sha256,
        title,
        title_en,
        created_at,
        created_by,
        status,
        published_at,
        retired_at,
        metadata,
    ) = row
    return ProcedureVersion(
        id=version_id,
        key=key,
        number=number,
        sha256=sha256,
        title=title,
        title_en=title_en,
        metadata=metadata,
        created_at=created_at,
        created_by=created_by,
        status=VersionStatus(status),
        published_at=published_at,
        retired_at=retired_at,
    )

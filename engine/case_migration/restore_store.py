"""The rows of a case as they are, as JSON: what a move has changed of them, and how they become so again.

Of a row that was changed only the columns that changed are kept, so that what happens to the others since
(an agency that takes a request in hand) stays. The journal and the versions of rows go on.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.store import cases
from engine.cases.term_store import term_entries
from engine.incidents.store import incidents
from engine.messages.subscription_store import subscriptions
from engine.payments.store import payments
from engine.service_tasks.store import service_tasks
from engine.signatures.store import signatures
from engine.tasks.store import tasks

_STAMPS = frozenset({"row_version", "journal_length", "journal_hash"})
"""What counts changes, and is not taken back."""

_TABLES: Mapping[str, sa.Table] = {
    str(table.name): table
    for table in (cases, tasks, service_tasks, subscriptions, incidents, term_entries, payments, signatures)
}

Rows = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By table, by primary key as text: the columns of each row, as JSON."""


def rows_of(connection: Connection, case_id: UUID) -> Rows:
    """Every row of a case that says how it stands."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name, table in _TABLES.items():
        of_case = table.c.id if table is cases else table.c.case_id
        rows = connection.execute(sa.select(*table.c).where(of_case == case_id)).mappings()
        found[name] = {_key(table, row): _written(table, row) for row in rows}
    return found


def what_changed(before: Rows, after: Rows) -> dict[str, Any]:
    """What it takes to come from the rows after back to those before."""
    changed: dict[str, Any] = {}
    for name in _TABLES:
        was, now = before[name], after[name]
        columns = {
            key: {column: was[key][column] for column in was[key] if was[key][column] != now[key][column]}
            for key in was.keys() & now.keys()
        }
        one = {
            "changed": {key: values for key, values in sorted(columns.items()) if values},
            "gone": {key: was[key] for key in sorted(was.keys() - now.keys())},
            "new": sorted(now.keys() - was.keys()),
        }
        if any(one.values()):
            changed[name] = one
    return changed


def restore(connection: Connection, changed: Mapping[str, Any]) -> None:
    """Let the rows be again what they were; each that changes counts one version more."""
    for name, one in changed.items():
        table = _TABLES[name]
        for key in one["new"]:
            connection.execute(table.delete().where(*_is(table, key)))
        for key, values in one["changed"].items():
            raised = {"row_version": table.c.row_version + 1} if _is_counted(table) else {}
            row = {**_read(table, values), **raised}
            connection.execute(table.update().where(*_is(table, key)).values(row))
        rows = [_read(table, values) for values in one["gone"].values()]
        if rows:
            connection.execute(table.insert(), rows)


def _is_counted(table: sa.Table) -> bool:
    """Whether changes of its rows are counted here; a case counts its own when it is saved."""
    return "row_version" in table.c and table is not cases


def _key(table: sa.Table, row: Mapping[Any, Any]) -> str:
    return "|".join(str(row[column]) for column in table.primary_key)


def _is(table: sa.Table, key: str) -> Iterator[sa.ColumnElement[bool]]:
    parts: Sequence[str] = key.split("|")
    for column, text in zip(table.primary_key, parts, strict=True):
        yield column == (int(text) if isinstance(column.type, sa.Integer) else _typed(column, text))


def _written(table: sa.Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(column.name): _json(row[column]) for column in table.c if column.name not in _STAMPS}


def _json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value if isinstance(value, bool | int | str | list | dict | None) else str(value)


def _read(table: sa.Table, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _typed(table.c[name], value) for name, value in values.items()}


def _typed(column: sa.Column[Any], value: Any) -> Any:
    """A value of JSON as its column takes it."""
    if value is None or isinstance(column.type, sa.JSON):
        return value
    kind = column.type.python_type
    if kind is bytes:
        return base64.b64decode(value)
    if kind in (datetime, date):
        return kind.fromisoformat(value)
    if kind is UUID:
        return UUID(value)
    return kind(value)

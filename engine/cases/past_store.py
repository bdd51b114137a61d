"""The cases of a procedure that were opened in a period, in the database, with what they know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.store import cases


@dataclass(frozen=True, kw_only=True)
class PastCase:
    """A case with its snapshot, which is compact once it is closed."""

    id: UUID
    number: str
    version_id: UUID
    opened_at: datetime
    snapshot: bytes


_OPENED = (
    cases.c.procedure_key == sa.bindparam("key"),
    cases.c.opened_at >= sa.bindparam("begin"),
    cases.c.opened_at < sa.bindparam("end"),
)
_COLUMNS = (cases.c.id, cases.c.number, cases.c.version_id, cases.c.opened_at, cases.c.snapshot)
_NEWEST = sa.select(*_COLUMNS).where(*_OPENED).order_by(cases.c.opened_at.desc(), cases.c.id.desc())


def newest_of_period(
    connection: Connection, key: str, *, begin: datetime, end: datetime, limit: int
) -> Iterator[PastCase]:
    """The newest cases that were opened in a period, its end excluded, whoever may see them."""
    rows = connection.execute(_NEWEST.limit(limit), {"key": key, "begin": begin, "end": end})
    return (PastCase(**row._asdict()) for row in rows)


def count_of_period(connection: Connection, key: str, *, begin: datetime, end: datetime, most: int) -> int:
    """How many they are, counted up to a number."""
    some: sa.Select[Any] = sa.select(sa.literal(1)).select_from(cases).where(*_OPENED).limit(most)
    statement = sa.select(sa.func.count()).select_from(some.subquery())
    return int(connection.execute(statement, {"key": key, "begin": begin, "end": end}).scalar_one())

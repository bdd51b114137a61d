"""What a verification reads: cases, journals, leaves and documents in the order of case ids, part by part."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.anchors.case_check import StoredCase
from engine.anchors.chain_check import AnchoredHead
from engine.anchors.model import OF_VERSION, Leaf
from engine.anchors.store import anchor_leaves, anchors
from engine.cases.journal import JournalEntry, JournalHead
from engine.cases.journal_store import journal, journal_entry_of
from engine.cases.store import cases
from engine.documents.model import Document
from engine.documents.store import document_of, documents
from engine.kernel.actor import ActorKind
from engine.kernel.vocabulary import CaseStatus
from engine.procedures.record_store import version_acts
from engine.procedures.store import procedure_versions

_AT_A_TIME = 5_000
"""Rows that are fetched from the database at a time."""


_STORED = sa.select(
    cases.c.id, cases.c.number, cases.c.status, cases.c.outcome, cases.c.journal_length, cases.c.journal_hash
).order_by(cases.c.id)
_LINES = (
    sa.select(*journal.c)
    .order_by(journal.c.case_id, journal.c.number)
    .execution_options(stream_results=True, yield_per=_AT_A_TIME)
)
_KEYS = sa.select(
    journal.c.case_id, journal.c.number, journal.c.previous_hash, journal.c.key_name, journal.c.hash
).order_by(journal.c.case_id, journal.c.number)
_LEAVES = (
    sa.select(*anchor_leaves.c, anchors.c.takes_unkeyed)
    .join(anchors, anchors.c.number == anchor_leaves.c.anchor)
    .order_by(anchor_leaves.c.case_id, anchor_leaves.c.length, anchor_leaves.c.anchor)
)
_IS_OF_VERSION = anchor_leaves.c.case_number.startswith(OF_VERSION)
_DOCUMENTS = sa.select(*documents.c).order_by(documents.c.case_id, documents.c.id)


def stored_cases(connection: Connection, after: UUID | None, limit: int) -> Sequence[StoredCase]:
    """Up to `limit` cases after one, in the order of their ids."""
    rows = connection.execute(_between(_STORED, cases.c.id, after, None).limit(limit))
    return [
        StoredCase(
            id=row.id,
            number=row.number,
            status=CaseStatus(row.status),
            outcome=row.outcome,
            journal=JournalHead(length=row.journal_length, hash=row.journal_hash),
        )
        for row in rows
    ]


def lines_between(connection: Connection, after: UUID | None, last: UUID | None) -> Iterator[JournalEntry]:
    """The journals of the cases after one, up to the `last`, or of all that follow; line by line.

    A line whose columns hold what they never should comes without them, and so with another hash.
    """
    followed: tuple[UUID, int] | None = None
    try:
        for row in connection.execute(_between(_LINES, journal.c.case_id, after, last)):
            line = journal_entry_of(row)
            yield line
            followed = line.case_id, line.number
    except ValueError:
        yield from _one_by_one(connection, _between(_KEYS, journal.c.case_id, after, last), followed)


def _one_by_one(
    connection: Connection, keys: sa.Select[Any], followed: tuple[UUID, int] | None
) -> Iterator[JournalEntry]:
    for row in connection.execute(keys).all():
        if followed is not None and (row.case_id, row.number) <= followed:
            continue
        one = sa.select(*journal.c).where(journal.c.case_id == row.case_id, journal.c.number == row.number)
        try:
            yield journal_entry_of(connection.execute(one).one())
        except ValueError:
            yield JournalEntry(
                **row._asdict(),
                at=datetime.min.replace(tzinfo=UTC),
                actor_kind=ActorKind.SYSTEM,
                actor_id=None,
                actor_name="",
                branch_code=None,
                action="",
            )


def anchored_heads(
    connection: Connection, after: UUID | None, last: UUID | None
) -> dict[UUID, list[AnchoredHead]]:
    """The leaves of those cases, of each the shortest first."""
    return _anchored(connection, _LEAVES.where(~_IS_OF_VERSION), after, last)


def anchored_records(
    connection: Connection, after: UUID | None, last: UUID | None
) -> dict[UUID, list[AnchoredHead]]:
    """The leaves of those procedure versions, of each the shortest first."""
    return _anchored(connection, _LEAVES.where(_IS_OF_VERSION), after, last)


def _anchored(
    connection: Connection, statement: sa.Select[Any], after: UUID | None, last: UUID | None
) -> dict[UUID, list[AnchoredHead]]:
    found: dict[UUID, list[AnchoredHead]] = {}
    for row in connection.execute(_between(statement, anchor_leaves.c.case_id, after, last)):
        head = AnchoredHead(
            anchor=row.anchor,
            takes_unkeyed=row.takes_unkeyed,
            name=row.case_number,
            length=row.length,
            hash=row.hash,
        )
        found.setdefault(row.case_id, []).append(head)
    return found


def documents_between(connection: Connection, after: UUID | None, last: UUID | None) -> Sequence[Document]:
    """The documents of those cases, without their contents."""
    rows = connection.execute(_between(_DOCUMENTS, documents.c.case_id, after, last)).mappings()
    return [document_of(row) for row in rows]


def hashes_at(connection: Connection, leaves: Sequence[Leaf]) -> dict[UUID, str]:
    """The hash of the line that each leaf is about, by case; those are left out that are not there."""
    wanted = {leaf.case_id: leaf.length for leaf in leaves}
    pairs = list(wanted.items())
    of_cases = sa.select(journal.c.case_id, journal.c.hash).where(
        sa.tuple_(journal.c.case_id, journal.c.number).in_(pairs)
    )
    of_versions = sa.select(version_acts.c.version_id, version_acts.c.hash).where(
        sa.tuple_(version_acts.c.version_id, version_acts.c.number).in_(pairs)
    )
    return dict(connection.execute(sa.union_all(of_cases, of_versions)).all())


def there(connection: Connection, case_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the cases and versions that are there."""
    of_cases = sa.select(cases.c.id).where(cases.c.id.in_(case_ids))
    of_versions = sa.select(procedure_versions.c.id).where(procedure_versions.c.id.in_(case_ids))
    return frozenset(connection.execute(sa.union_all(of_cases, of_versions)).scalars())


def _between(
    statement: sa.Select[Any], column: sa.Column[Any], after: UUID | None, last: UUID | None
) -> sa.Select[Any]:
    if after is not None:
        statement = statement.where(column > after)
    return statement if last is None else statement.where(column <= last)

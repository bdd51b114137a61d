"""Signatures in the database: by their link, by their service task, and with the parties of a case."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Table
from sqlalchemy.engine import Connection

from engine.bundle.party_rules import SigningMeans
from engine.cases.reception import IdentityCheck
from engine.cases.store import parties_of
from engine.kernel.signing import SignatureState
from engine.signatures.model import Signature, Signer
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.sealed_column import SealedColumn
from engine.storage.statements import Row, Values, literal
from engine.storage.types import PlainText

signatures = Table(
    "signatures",
    metadata,
    columns.identifier(),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("party_id", sa.Uuid, ForeignKey("parties.id", ondelete="CASCADE"), nullable=False, index=True),
    Column(
        "service_task_id",
        sa.Uuid,
        ForeignKey("service_tasks.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    columns.text("state"),
    columns.moment("asked_at"),
    Column("digest", PlainText(), unique=True),
    Column("sealed", sa.LargeBinary),
    columns.moment("expires_at", optional=True),
    columns.whole("failures"),
    columns.moment("opened_at", optional=True),
    columns.moment("settled_at", optional=True),
    columns.text("means", optional=True),
    columns.text("identity", optional=True),
    columns.text("reason", optional=True),
    columns.one_of("state", SignatureState),
    columns.one_of("means", SigningMeans),
    CheckConstraint("failures >= 0", name="failures"),
)

SEALED_CODES = SealedColumn(signatures.c.id, signatures.c.sealed)

_AWAITED = [literal(SignatureState.INVITED), literal(SignatureState.OPENED)]

LAPSE = (
    signatures.update()
    .where(
        signatures.c.service_task_id == sa.bindparam("of_service_task", type_=sa.Uuid()),
        signatures.c.state.in_(_AWAITED),
    )
    .values(
        state=sa.bindparam("lapsed_to", type_=signatures.c.state.type),
        settled_at=sa.bindparam("at", type_=signatures.c.settled_at.type),
        sealed=None,
    )
)
"""Let the signature of a service task that waits no more lapse, unless it was settled."""

_BY_DIGEST = sa.select(*signatures.c).where(
    signatures.c.digest == sa.bindparam("wanted", type_=signatures.c.digest.type)
)
_BY_ID = sa.select(*signatures.c).where(signatures.c.id == sa.bindparam("wanted", type_=sa.Uuid()))
_OF_SERVICE_TASK = sa.select(*signatures.c).where(
    signatures.c.service_task_id == sa.bindparam("wanted", type_=sa.Uuid())
)
_OF_CASE = (
    sa.select(*signatures.c)
    .where(signatures.c.case_id == sa.bindparam("wanted", type_=sa.Uuid()))
    .order_by(signatures.c.asked_at, signatures.c.id)
)


def signature_row(signature: Signature) -> Values:
    """The columns of a signature."""
    return {
        **signature.__dict__,
        "state": signature.state.value,
        "means": signature.means.value if signature.means else None,
        "identity": signature.identity.value if signature.identity else None,
    }


def signature_with_digest(connection: Connection, digest: str) -> Signature | None:
    """The signature whose link has the code of that digest."""
    return _one(connection, _BY_DIGEST, digest)


def signature(connection: Connection, signature_id: UUID) -> Signature | None:
    """One signature."""
    return _one(connection, _BY_ID, signature_id)


def signature_of(connection: Connection, service_task_id: UUID) -> Signature | None:
    """The signature that a service task asks for."""
    return _one(connection, _OF_SERVICE_TASK, service_task_id)


def signers_of(connection: Connection, case_id: UUID) -> Sequence[Signer]:
    """The parties of a case, the applicant first, with their newest signatures."""
    rows = connection.execute(_OF_CASE, {"wanted": case_id})
    newest = {row.party_id: _signature(row) for row in rows}
    return [Signer(party=party, signature=newest.get(party.id)) for party in parties_of(connection, case_id)]


def _one(connection: Connection, statement: sa.Select[Any], wanted: object) -> Signature | None:
    row = connection.execute(statement, {"wanted": wanted}).one_or_none()
    return None if row is None else _signature(row)


def _signature(row: Row) -> Signature:
    return Signature(
        **{
            **row._asdict(),
            "state": SignatureState(row.state),
            "means": SigningMeans(row.means) if row.means else None,
            "identity": IdentityCheck(row.identity) if row.identity else None,
        }
    )

"""What the engine needs of e-Paravolo: one attempt to have it do something, and its answer."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from engine.payments.model import Act, ParavoloStatus


@dataclass(frozen=True, kw_only=True)
class AuditRecord:
    """For whom e-Paravolo is asked, as every call of a Greek agency's service says."""

    transaction_id: UUID
    at: datetime
    unit: str
    """The code of the branch."""
    protocol: str
    """The number of the case."""
    user: str
    """The user name of the clerk, or of the system."""


@dataclass(frozen=True, kw_only=True)
class ParavoloRequest:
    """One attempt to be made.

    `reference` is ours and the same in every attempt for a payment: what was created is found again by it.
    `code` is the e-Paravolo (20 digits), None while it is not known. `amount` is in euros.
    """

    act: Act
    reference: UUID
    fee_code: str
    amount: Decimal
    code: str | None
    audit: AuditRecord


class ParavoloResult(StrEnum):
    """What came of an attempt."""

    DONE = "done"
    REFUSED = "refused"
    """It understood and said no: trying again does not help."""
    FAILED = "failed"
    """Nobody knows whether it was done: it is to be looked up."""


@dataclass(frozen=True, kw_only=True)
class ParavoloAnswer:
    """What e-Paravolo answered, `status` and what follows for one that it has.

    `bound_to` is the number of the case to which it is bound. `detail` is a sentence without personal data,
    why it was refused or failed.
    """

    result: ParavoloResult
    status: ParavoloStatus = ParavoloStatus.UNKNOWN
    code: str | None = None
    fee_code: str | None = None
    amount: Decimal | None = None
    bound_to: str | None = None
    detail: str = ""


class Paravolo(Protocol):
    """e-Paravolo. Called with no transaction open."""

    def ask(self, request: ParavoloRequest) -> ParavoloAnswer:
        """Make one attempt. Whatever the peer or the network does is an answer, never an exception."""

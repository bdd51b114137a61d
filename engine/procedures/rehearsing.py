"""What a rehearsal plays is on offer without anybody's certification; in no other engine is it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from engine.context import Command, Transaction
from engine.kernel.refusal import NotPermitted
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion, Validity, VersionStatus
from engine.procedures.publishing import put_on_offer
from engine.procedures.versions import one_of

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""A rehearsal may set its clock back: its first version was always on offer."""


@dataclass(frozen=True, kw_only=True)
class OfferForRehearsal(Command[ProcedureVersion]):
    """Put a draft on offer at once, to be played."""

    key: str
    number: int


def offer_for_rehearsal(command: OfferForRehearsal, transaction: Transaction) -> ProcedureVersion:
    """The version on offer; `NotPermitted` where real cases are."""
    if not transaction.rehearses:
        raise NotPermitted("Only a rehearsal offers what nobody certified.")
    versions = procedures_store.locked_versions(transaction.connection, command.key)
    version = one_of(versions, command.key, command.number)
    if version.at(transaction.now).status is VersionStatus.PUBLISHED:
        return version
    passed = version.submitted().certified(Validity())
    is_first = all(one.published_at is None for one in versions)
    return put_on_offer(passed, versions, _LONG_AGO if is_first else transaction.now, transaction)

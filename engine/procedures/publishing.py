"""A certified version is put on offer, at once or from a later day, and taken off again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from engine.context import Command, Transaction
from engine.kernel.procedure_rights import require_certifies
from engine.kernel.refusal import Conflict, Invalid, required
from engine.procedures import part_store, record_store
from engine.procedures import store as procedures_store
from engine.procedures.acts import ActKind
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.procedures.record import after_all_acts, recorded, require_other_eyes
from engine.procedures.starts import let_send, offer_starts
from engine.procedures.topics import require_served
from engine.procedures.versions import one_of, parts_of, require_parts_as_pinned


@dataclass(frozen=True, kw_only=True)
class PublishVersion(Command[ProcedureVersion]):
    """Put a certified version on offer, from the first moment of a day on; None is the first day it may be.

    That day is the one from which it is certified, or today.
    """

    key: str
    number: int
    since: date | None = None


def publish_version(command: PublishVersion, transaction: Transaction) -> ProcedureVersion:
    """The published version; the one on offer is superseded in the same moment.

    Its shared parts are pinned: no other version can have other files by the same name and number.
    """
    require_certifies(transaction.actor)
    versions = procedures_store.locked_versions(transaction.connection, command.key)
    version = one_of(versions, command.key, command.number)
    acts = record_store.acts_of(transaction.connection, version.id)
    require_other_eyes(version, acts, transaction)
    transaction = after_all_acts(versions, transaction)
    since = _since(command, version, transaction)
    return put_on_offer(version, versions, since, transaction).at(transaction.now)


def put_on_offer(
    version: ProcedureVersion,
    versions: Sequence[ProcedureVersion],
    since: datetime,
    transaction: Transaction,
) -> ProcedureVersion:
    """The version on offer from a moment on, and the others of its procedure no more from then on."""
    published = version.published(since, until=version.validity.ends(transaction.zone))
    parts = parts_of(procedures_store.files_of_version(transaction.connection, version.id))
    part_store.pin_parts(transaction.connection, parts, transaction.now)
    require_parts_as_pinned(parts, transaction)
    require_served(version.id, transaction)
    _supersede(published, versions, transaction)
    detail = {"since": since.isoformat(), "until": _text(published.retired_at)}
    published = recorded(published, ActKind.PUBLISHED, transaction, detail=detail)
    procedures_store.save_version(transaction.connection, published)
    offer_starts(published, transaction)
    let_send(published, transaction)
    return published


@dataclass(frozen=True, kw_only=True)
class RetireVersion(Command[ProcedureVersion]):
    """Offer a version no longer, or not from the day that was to come; its running cases go on."""

    key: str
    number: int
    reason: str


def retire_version(command: RetireVersion, transaction: Transaction) -> ProcedureVersion:
    """The retired version. Nothing is on offer in its place, unless it had not come to be on offer."""
    require_certifies(transaction.actor)
    versions = procedures_store.locked_versions(transaction.connection, command.key)
    version = one_of(versions, command.key, command.number)
    transaction = after_all_acts(versions, transaction)
    retired = version.retired(transaction.now)
    retired = recorded(retired, ActKind.RETIRED, transaction, reason=required(command.reason))
    procedures_store.save_version(transaction.connection, retired)
    if version.published_at is not None and version.published_at > transaction.now:
        _offer_again(version, versions, transaction)
    return retired


def _since(command: PublishVersion, version: ProcedureVersion, transaction: Transaction) -> datetime:
    """The moment from which it is on offer; `Invalid` for a day that is over, or not certified."""
    zone, first = transaction.zone, version.validity.since
    today = transaction.today
    earliest = max(today, first) if first else today
    day = command.since or earliest
    last = version.validity.until
    if day < earliest:
        raise Invalid.field("since", f"expected {earliest:%d/%m/%Y} or later, found {day:%d/%m/%Y}")
    if last is not None and day > last:
        raise Invalid.field(
            "since", f"expected a day until which it is certified ({last:%d/%m/%Y}), found {day:%d/%m/%Y}"
        )
    return max(transaction.now, datetime.combine(day, time(), zone).astimezone(UTC))


def _supersede(
    published: ProcedureVersion, versions: Sequence[ProcedureVersion], transaction: Transaction
) -> None:
    """End what is on offer at that moment; `Conflict` where another version is to come after it."""
    since = published.published_at or transaction.now
    for other in versions:
        if other.id == published.id or other.published_at is None:
            continue
        until = other.retired_at
        if until is not None and until <= max(since, other.published_at):
            continue
        if other.published_at > transaction.now:
            day = other.published_at.astimezone(transaction.zone)
            raise Conflict(
                f"Version {other.number} is to be on offer from {day:%d/%m/%Y}: retire it first.",
                code="version_to_come",
            )
        detail = {"by": published.number, "since": since.isoformat()}
        ended = recorded(other.superseded(since), ActKind.SUPERSEDED, transaction, detail=detail)
        procedures_store.save_version(transaction.connection, ended)


def _offer_again(
    gone: ProcedureVersion, versions: Sequence[ProcedureVersion], transaction: Transaction
) -> None:
    """Let what a version was to supersede go on, as that one does not come."""
    for other in versions:
        if other.status is VersionStatus.SUPERSEDED and other.retired_at == gone.published_at:
            again = other.offered_again(transaction.zone)
            again = recorded(again, ActKind.OFFERED_AGAIN, transaction, detail={"without": gone.number})
            procedures_store.save_version(transaction.connection, again)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

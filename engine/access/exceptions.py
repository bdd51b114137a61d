"""Exceptional access: a case is read that the reader's work does not need, with a reason, and reviewed."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from engine.access import store as access_store
from engine.access.model import Concern, ConcernKind
from engine.cases import changeset_store
from engine.cases.case_number import CaseNumber
from engine.cases.changeset_store import CaseView
from engine.context import Command, QueryContext, Transaction
from engine.kernel.office_settings import SettingKey
from engine.kernel.permission import (
    may_give_reason,
    needs_case,
    require_gives_reason,
    require_needs_case,
    require_reviews_access,
)
from engine.kernel.permission_objects import OfBranch
from engine.kernel.refusal import LONGEST, Conflict, Invalid, NotFound, NotPermitted, required


@dataclass(frozen=True, kw_only=True)
class OpenExceptionally(Command[Concern]):
    """Open a case to oneself for a while, for a reason; `case` is its number as people write it, or its id.

    It opens what is read of the case and changes nothing else; the data protection officer reviews it. It
    lasts as long as officials have decided, unless `lasts` says otherwise.
    """

    case: str | UUID
    reason: str
    lasts: timedelta | None = None


def open_exceptionally(command: OpenExceptionally, transaction: Transaction) -> Concern:
    """The access, until when it is open; `NotFound` where there is no such case."""
    actor = transaction.actor
    require_gives_reason(actor)
    reason = required(command.reason)
    view = _case(command.case, transaction)
    concern = Concern(
        id=transaction.new_id(),
        kind=ConcernKind.EXCEPTION,
        at=transaction.now,
        reader_kind=actor.kind,
        reader=actor.name,
        branch_code=actor.branch_code,
        case_id=view.case.id,
        reason=reason,
        until=transaction.now + (command.lasts or _decided(transaction)),
    )
    access_store.raise_concern(transaction.connection, concern, once=str(concern.id))
    return concern


def _decided(transaction: Transaction) -> timedelta:
    hours = transaction.decided().number(SettingKey.EXCEPTIONAL_ACCESS_HOURS, transaction.now)
    return timedelta(hours=hours)


def require_reads_case(case: OfBranch, context: QueryContext) -> None:
    """Refuse a reader for whom the case does not exist, or who looks at everything and gave no reason for it.

    An exceptional access that is not over opens the case to whoever gave its reason; what is read then is
    recorded as exceptional.
    """
    actor = context.actor
    if needs_case(actor, case):
        return
    if may_give_reason(actor):
        concern_id = access_store.open_exception(context.connection, actor.name, case.id, context.now)
        if concern_id is not None:
            context.exceptions[case.id] = concern_id
            return
    require_needs_case(actor, case)


@dataclass(frozen=True, kw_only=True)
class ReviewConcern(Command[Concern]):
    """Say what came of looking into an exceptional or unusual access."""

    concern_id: UUID
    note: str


def review_concern(command: ReviewConcern, transaction: Transaction) -> Concern:
    """The concern as it was reviewed; `Conflict` if somebody has done so before."""
    actor = transaction.actor
    require_reviews_access(actor)
    note = command.note.strip()
    if not 1 <= len(note) <= LONGEST:
        raise Invalid.field("note", f"expected from 1 to {LONGEST} characters, found {len(note)}")
    concern = access_store.concern(transaction.connection, command.concern_id)
    if concern is None:
        raise NotFound.of("concern", command.concern_id)
    if concern.reader == actor.name and concern.reader_kind is actor.kind:
        raise NotPermitted("Somebody else has to look into what you have read.", code="four_eyes")
    is_first = access_store.review(
        transaction.connection, concern.id, by=actor.name, at=transaction.now, note=note
    )
    if not is_first:
        raise Conflict("This was looked into already.", code="already_reviewed")
    return replace(concern, reviewed_at=transaction.now, reviewed_by=actor.name, note=note)


def _case(case: str | UUID, transaction: Transaction) -> CaseView:
    missing = NotFound(f"There is no case {case}.")
    if isinstance(case, UUID):
        view = changeset_store.case(transaction.connection, case)
    else:
        try:
            number = str(CaseNumber.read(case))
        except Invalid as wrong:
            raise missing from wrong
        view = changeset_store.case_numbered(transaction.connection, number)
    if view is None:
        raise missing
    return view

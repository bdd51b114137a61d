"""Organisations come into being, and change from a day on: now, or as it is planned."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.kernel.administration import (
    require_administers,
    require_administers_above,
    require_authorises,
)
from engine.kernel.refusal import Conflict, Invalid, NotFound, OutOfDate, required
from engine.organisation import entering, version_store
from engine.organisation.branch_jobs import count_anew
from engine.organisation.history import Change, version_on, withdrawn
from engine.organisation.model import Branch
from engine.organisation.organisation import (
    OFFICES,
    Changes,
    Closure,
    Decision,
    Organisation,
    OrganisationKind,
    OrganisationOnDay,
    Particulars,
    Version,
)
from engine.organisation.placement import problem_of_place
from engine.organisation.statements import problems_of, problems_of_code

_OF_CLOSING = frozenset({"status", "successor_id"})
_DECIDED_ABOVE = _OF_CLOSING | {"parent_id"}
_CALENDAR = frozenset({"local_holidays", "closures"})


def administered(context: Transaction | QueryContext, code: str) -> OrganisationOnDay:
    """The organisation of that code as it is today, or as it will be when it begins.

    `NotFound` if there is none, or it is not the actor's to administer.
    """
    connection = context.connection
    found = version_store.organisation_coded(connection, code, on=context.today)
    if found is None:
        identity = version_store.identity_coded(connection, code)
        first = next(iter(version_store.counting(connection, identity.id)), None) if identity else None
        if first is not None:
            found = version_store.organisation_coded(connection, code, on=first.valid_from)
    if found is None:
        raise NotFound.of("organisation", code)
    require_administers(context.actor, found)
    return found


@dataclass(frozen=True, kw_only=True)
class EnterOrganisation(Command[None]):
    """Let an organisation come into being on a day; its code is its for ever."""

    id: UUID
    kind: OrganisationKind
    code: str
    particulars: Particulars
    from_day: date
    reason: str
    decision: Decision | None = None


def enter_organisation(command: EnterOrganisation, transaction: Transaction) -> None:
    """Write it; `Conflict` if there is one of that code."""
    stated, connection = command.particulars, transaction.connection
    above = _above(stated.parent_id, command.from_day, transaction)
    require_authorises(transaction.actor, above)
    problems = {**problems_of_code(command.kind, command.code), **problems_of(stated)}
    misplaced = problem_of_place(command.kind, above.organisation.kind if above else None)
    if misplaced:
        problems["parent"] = [misplaced]
    elif above is not None and not above.particulars.is_open:
        problems["parent"] = [f"expected an organisation that is open on {command.from_day}"]
    if problems:
        raise Invalid(f"The organisation {command.code} cannot be entered so.", problems)
    if version_store.identity_coded(connection, command.code) is not None:
        raise Conflict(f"Expected a code that is free, but {command.code} is taken.", code="code_taken")
    version = Version(
        id=transaction.new_id(),
        organisation_id=command.id,
        valid_from=command.from_day,
        recorded_at=transaction.now,
        recorded_by=transaction.actor.name,
        particulars=stated,
        reason=required(command.reason),
        decision=command.decision,
    )
    identity = Organisation(id=command.id, kind=command.kind, code=command.code)
    entering.enter(connection, identity, version)


def _above(parent_id: UUID | None, day: date, transaction: Transaction) -> OrganisationOnDay | None:
    """What a new organisation is to be below, locked, so that nobody closes it meanwhile; None at the top."""
    if parent_id is None:
        return None
    version_store.lock_each(transaction.connection, [parent_id])
    above = version_store.organisation(transaction.connection, parent_id, on=day)
    if above is None:
        raise Invalid.field("parent", f"expected an organisation that exists on {day}")
    return above


@dataclass(frozen=True, kw_only=True)
class ChangeOrganisation(Command[None]):
    """Change what is true of an organisation from a local day on, today or later.

    `seen` is the revision that the asker saw.
    """

    code: str
    changes: Changes
    from_day: date
    reason: str
    seen: int
    decision: Decision | None = None


def change_organisation(command: ChangeOrganisation, transaction: Transaction) -> None:
    """Change it; what is planned for later keeps what it says itself."""
    found = administered(transaction, command.code)
    if not _OF_CLOSING.isdisjoint(command.changes):
        raise Invalid.field("changes", "expected what is true of it while it is open: close it instead")
    if "parent_id" in command.changes:
        require_administers_above(transaction.actor, found)
        _lock_move(command, found, transaction)
    reason = required(command.reason)
    change(
        transaction,
        found,
        changes=command.changes,
        from_day=command.from_day,
        reason=reason,
        seen=command.seen,
        decision=command.decision,
    )
    if "parent_id" in command.changes:
        _require_no_circle(found, command.from_day, transaction)
    if found.organisation.kind in OFFICES and not _CALENDAR.isdisjoint(command.changes):
        count_anew(transaction, found.code, reason=reason, from_day=command.from_day)


def _lock_move(command: ChangeOrganisation, found: OrganisationOnDay, transaction: Transaction) -> None:
    """Lock the tops of the trees between which an organisation moves, so that moves come one by one."""
    parent_id = command.changes["parent_id"]
    if parent_id is None:
        require_authorises(transaction.actor, None)
    new_line = (
        version_store.line_of(transaction.connection, parent_id, on=command.from_day) if parent_id else ()
    )
    version_store.lock_each(transaction.connection, [found.line[-1], found.id, *new_line[:1], *new_line[-1:]])


def _require_no_circle(found: OrganisationOnDay, since: date, transaction: Transaction) -> None:
    if version_store.is_below_itself(transaction.connection, found.id, since=since):
        raise Invalid.field("parent", "expected an organisation that never comes to be below this one")


def change(
    transaction: Transaction,
    found: OrganisationOnDay,
    *,
    changes: Changes,
    from_day: date,
    reason: str,
    seen: int,
    decision: Decision | None,
) -> None:
    """Write a change that the actor may make; `Invalid` with all that is wrong with it.

    `OutOfDate` if somebody changed the organisation since it was at the revision `seen`.
    """
    _lock(found, seen, transaction)
    versions = version_store.counting(transaction.connection, found.id)
    _require_possible(changes, from_day, found=found, versions=versions, transaction=transaction)
    entered = Change(
        valid_from=from_day,
        changes=changes,
        recorded_at=transaction.now,
        recorded_by=transaction.actor.name,
        reason=reason,
        decision=decision,
    )
    entering.rewrite(transaction.connection, found.id, entered)


@dataclass(frozen=True, kw_only=True)
class WithdrawChange(Command[None]):
    """Take a planned change back, before its day has come."""

    code: str
    version_id: UUID
    reason: str
    seen: int


def withdraw_change(command: WithdrawChange, transaction: Transaction) -> None:
    """Take it back; what is planned for later takes over what is true before it."""
    found = administered(transaction, command.code)
    required(command.reason)
    versions = version_store.counting(transaction.connection, found.id)
    planned = next((one for one in versions if one.id == command.version_id), None)
    if planned is None:
        raise NotFound.of("planned change", command.version_id)
    if not _DECIDED_ABOVE.isdisjoint(planned.changed):
        require_administers_above(transaction.actor, found)
        version_store.lock_each(transaction.connection, [found.line[-1], found.id])
    _lock(found, command.seen, transaction)
    if planned.valid_from <= transaction.today:
        raise Conflict(
            f"Expected a change that is planned for a later day, but it is true since {planned.valid_from}.",
            code="change_in_force",
        )
    rewritten = withdrawn(versions, planned, new_id=transaction.new_id)
    version_store.rewrite(
        transaction.connection,
        found.id,
        rewritten,
        at=transaction.now,
        by=transaction.actor.name,
    )
    if "parent_id" in planned.changed:
        _require_no_circle(found, planned.valid_from, transaction)
    if found.organisation.kind in OFFICES and not _CALENDAR.isdisjoint(planned.changed):
        count_anew(transaction, found.code, reason=command.reason, from_day=planned.valid_from)


def close_on(transaction: Transaction, branch: Branch, *, days: tuple[date, ...], decision: str) -> None:
    """Let a branch be closed on these days too, by that decision; its caller has asked whether it may."""
    found = version_store.organisation(transaction.connection, branch.id, on=transaction.today)
    if found is None:
        raise NotFound.of("branch", branch.code)
    known = {one.day: one for one in found.particulars.closures}
    more = {day: Closure(day=day, decision=decision) for day in days}
    closures = tuple(one for _, one in sorted({**more, **known}.items()))
    change = Change(
        valid_from=transaction.today,
        changes={"closures": closures},
        recorded_at=transaction.now,
        recorded_by=transaction.actor.name,
        reason=decision,
    )
    version_store.locked(transaction.connection, branch.id)
    entering.rewrite(transaction.connection, branch.id, change)
    count_anew(transaction, branch.code, reason=decision, from_day=transaction.today)


def _lock(found: OrganisationOnDay, seen: int, transaction: Transaction) -> None:
    locked = version_store.locked(transaction.connection, found.id)
    if locked is None or locked.revision != seen:
        revision = locked.revision if locked else 0
        raise OutOfDate(
            f"Expected {found.code} as you saw it, at revision {seen}, but somebody changed it meanwhile: it "
            f"is at revision {revision}. Look at it again before you change it."
        )


def _require_possible(
    changes: Changes,
    from_day: date,
    *,
    found: OrganisationOnDay,
    versions: tuple[Version, ...],
    transaction: Transaction,
) -> None:
    problems = dict(_problems_of_day(from_day, versions, transaction))
    before = version_on(versions, from_day)
    if before is not None:
        if not before.particulars.is_open:
            raise Conflict(f"Organisation {found.code} is closed on {from_day}.", code="organisation_closed")
        problems |= problems_of(Particulars(**{**before.particulars.__dict__, **changes}))
    if not changes:
        problems["changes"] = ["expected something to change, found nothing"]
    parent_id = changes.get("parent_id")
    if parent_id is not None:
        above = version_store.organisation(transaction.connection, parent_id, on=from_day)
        if above is None:
            raise NotFound.of("organisation", parent_id)
        require_administers(transaction.actor, above)
        misplaced = problem_of_place(found.organisation.kind, above.organisation.kind)
        if misplaced:
            problems["parent"] = [misplaced]
        elif not above.particulars.is_open:
            problems["parent"] = [f"expected an organisation that is open on {from_day}"]
        elif found.id in above.line:
            problems["parent"] = ["expected an organisation that is not below this one"]
    elif "parent_id" in changes and (misplaced := problem_of_place(found.organisation.kind, None)):
        problems["parent"] = [misplaced]
    if problems:
        raise Invalid(f"The organisation {found.code} cannot be changed so.", problems)


def _problems_of_day(
    from_day: date, versions: tuple[Version, ...], transaction: Transaction
) -> Iterator[tuple[str, list[str]]]:
    if from_day < transaction.today:
        yield "from", [f"expected today, {transaction.today}, or a later day: what was true stays on record"]
    elif version_on(versions, from_day) is None:
        yield "from", [f"expected a day from {versions[0].valid_from} on, when it begins"]

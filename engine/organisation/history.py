"""What a change from a day on makes of the versions of an organisation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from engine.kernel.refusal import Conflict
from engine.organisation.organisation import Changes, Closure, Decision, Particulars, Version


@dataclass(frozen=True, kw_only=True)
class Change:
    """New values from a local day on: who enters them when, why, and by which decision."""

    valid_from: date
    changes: Changes
    recorded_at: datetime
    recorded_by: str
    reason: str = ""
    decision: Decision | None = None


@dataclass(frozen=True)
class Rewritten:
    """The versions that count no more, and those that take their place."""

    revoked: tuple[Version, ...] = ()
    added: tuple[Version, ...] = ()


def version_on(versions: Sequence[Version], day: date) -> Version | None:
    """The one in force on a day, among versions that count, by day; None before the first."""
    return next((one for one in reversed(versions) if one.valid_from <= day), None)


def changed_from(versions: Sequence[Version], change: Change, *, new_id: Callable[[], UUID]) -> Rewritten:
    """The change among versions that count, by day.

    What is planned for later keeps what it says itself, and takes over the rest: so a new telephone number
    holds on after a new address that was planned before. A closure of a single day holds on in all later
    versions.
    """
    before = version_on(versions, change.valid_from)
    if before is None:
        raise Conflict(f"Expected an organisation that exists on {change.valid_from}, found none yet.")
    same_day = before if before.valid_from == change.valid_from else None
    first = Version(
        id=new_id(),
        organisation_id=before.organisation_id,
        valid_from=change.valid_from,
        recorded_at=change.recorded_at,
        recorded_by=change.recorded_by,
        particulars=replace(before.particulars, **change.changes),
        changed=frozenset(change.changes) | (same_day.changed if same_day else frozenset()),
        reason=change.reason,
        decision=change.decision or (same_day.decision if same_day else None),
    )
    revoked, added = [same_day] if same_day else [], [first]
    inherited, more_closures = dict(change.changes), _new_closures(before.particulars, change)
    for later in (one for one in versions if one.valid_from > change.valid_from):
        inherited = {name: value for name, value in inherited.items() if name not in later.changed}
        following = replace(later.particulars, **inherited)
        if more_closures and "closures" in later.changed:
            following = replace(following, closures=_joined(following.closures, more_closures))
        if following == later.particulars:
            continue
        revoked.append(later)
        added.append(replace(later, id=new_id(), particulars=following))
    return Rewritten(tuple(revoked), tuple(added))


def withdrawn(versions: Sequence[Version], version: Version, *, new_id: Callable[[], UUID]) -> Rewritten:
    """The versions without one that was planned: what came after it takes over what was before it."""
    before = version_on([one for one in versions if one is not version], version.valid_from)
    if before is None:
        raise Conflict("Expected a planned change, found the version with which the organisation begins.")
    inherited = {name: getattr(before.particulars, name) for name in version.changed}
    revoked, added = [version], []
    for later in (one for one in versions if one.valid_from > version.valid_from):
        inherited = {name: value for name, value in inherited.items() if name not in later.changed}
        following = replace(later.particulars, **inherited)
        if following != later.particulars:
            revoked.append(later)
            added.append(replace(later, id=new_id(), particulars=following))
    return Rewritten(tuple(revoked), tuple(added))


def _new_closures(before: Particulars, change: Change) -> tuple[Closure, ...]:
    known = {one.day for one in before.closures}
    return tuple(one for one in change.changes.get("closures", ()) if one.day not in known)


def _joined(closures: tuple[Closure, ...], more: tuple[Closure, ...]) -> tuple[Closure, ...]:
    by_day = {one.day: one for one in (*more, *closures)}
    return tuple(by_day[day] for day in sorted(by_day))

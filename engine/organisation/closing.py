"""An organisation closes for good, or is merged into another: its successor takes over what is left."""

from dataclasses import dataclass
from datetime import date

from engine.context import Command, Transaction
from engine.kernel.administration import require_administers_above
from engine.kernel.refusal import Conflict, Invalid, required
from engine.organisation import version_store
from engine.organisation.branch_jobs import beginning_of, leave_job
from engine.organisation.changes import administered, change
from engine.organisation.organisation import OFFICES, Decision, OrganisationOnDay, OrganisationStatus
from engine.outbox.model import JobKind

_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class CloseOrganisation(Command[None]):
    """Close an organisation for good from a local day on; `successor` is the code of who takes over.

    `seen` is the revision that the asker saw.
    """

    code: str
    from_day: date
    reason: str
    seen: int
    successor: str | None = None
    decision: Decision | None = None


def close_organisation(command: CloseOrganisation, transaction: Transaction) -> None:
    """Plan it, or do it today; a branch needs a successor that is open then.

    From that day on no case is opened there; the worker hands its cases and people over as the day begins.
    Appointments from that day on go to the successor at once, where it can receive them at the same time, and
    are cancelled where it cannot, so that those who have one know in time.
    """
    found = administered(transaction, command.code)
    require_administers_above(transaction.actor, found)
    reason = required(command.reason)
    version_store.lock_each(transaction.connection, [found.id])
    successor = _successor(command, found, transaction)
    _require_nothing_below(command, found, transaction)
    closed = {
        "status": OrganisationStatus.CLOSED,
        "successor_id": successor.id if successor else None,
    }
    change(
        transaction,
        found,
        changes=closed,
        from_day=command.from_day,
        reason=reason,
        seen=command.seen,
        decision=command.decision,
    )
    if found.organisation.kind in OFFICES:
        leave_job(transaction, JobKind.RELEASE_APPOINTMENTS, {"branch": found.code})
        leave_job(
            transaction,
            JobKind.HAND_OVER_BRANCH,
            {"branch": found.code, "reason": reason, "after": None},
            run_at=beginning_of(command.from_day, transaction),
        )


def _successor(
    command: CloseOrganisation, found: OrganisationOnDay, transaction: Transaction
) -> OrganisationOnDay | None:
    if command.successor is None:
        if found.organisation.kind in OFFICES:
            raise Invalid.field("successor", "expected the code of the branch that takes over its work")
        return None
    successor = administered(transaction, command.successor)
    then = version_store.organisation(transaction.connection, successor.id, on=command.from_day)
    if successor.id == found.id or then is None or not then.particulars.is_open:
        raise Invalid.field("successor", f"expected another that is open on {command.from_day}")
    if (successor.organisation.kind in OFFICES) != (found.organisation.kind in OFFICES):
        raise Invalid.field("successor", "expected a branch as the successor of a branch")
    return successor


def _require_nothing_below(
    command: CloseOrganisation, found: OrganisationOnDay, transaction: Transaction
) -> None:
    ids = version_store.below(transaction.connection, found.id, on=command.from_day) - {found.id}
    if not ids:
        return
    open_then = [
        organisation.code
        for organisation, version in version_store.every_organisation(
            transaction.connection, on=command.from_day, ids=ids
        )
        if version.particulars.is_open
    ]
    if open_then:
        shown = ", ".join(open_then[:_SHOWN])
        raise Conflict(
            f"Expected nothing open below {found.code} on {command.from_day}, found {len(open_then)}: "
            f"{shown}.",
            code="organisation_in_use",
        )

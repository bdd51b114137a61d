"""Pausing an agency: nothing is sent to it, and the jobs that it is to get are held until it is switched on.

Whoever holds a job, pauses an agency or switches it on locks the agency first, so that no job is held for one
that is on.
"""

from dataclasses import replace
from uuid import UUID

from engine.context import Transaction
from engine.organisation import store as organisation_store
from engine.organisation.model import AgencySwitch
from engine.outbox.model import Job


def pause(agency_id: UUID, reason: str, transaction: Transaction) -> None:
    """Pause an agency, unless it is; `reason` is a sentence without personal data."""
    if organisation_store.paused_since(transaction.connection, agency_id) is None:
        switch = switched(agency_id, transaction, is_on=False, reason=reason)
        organisation_store.switch_agency(transaction.connection, switch)


def is_still_paused(agency_id: UUID, transaction: Transaction) -> bool:
    """Whether an agency is paused, until the end of the transaction."""
    return organisation_store.paused_since(transaction.connection, agency_id) is not None


def held(job: Job, transaction: Transaction) -> Job:
    """The job as it waits for its agency; the attempt that was begun counts for nothing."""
    return replace(job, held_at=transaction.now, attempts=0, leased_by=None, leased_until=None)


def switched(agency_id: UUID, transaction: Transaction, *, is_on: bool, reason: str) -> AgencySwitch:
    """What is kept of a switch that happens now."""
    return AgencySwitch(
        id=transaction.new_id(),
        agency_id=agency_id,
        at=transaction.now,
        is_on=is_on,
        by=transaction.actor.name,
        reason=reason,
    )

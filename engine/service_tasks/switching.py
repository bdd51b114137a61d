"""Switching a paused agency on again, and looking which ones are paused and who switched when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.context import Command, QueryContext, Transaction
from engine.kernel.permission import paused_in_sight, require_reads_switches
from engine.kernel.refusal import LONGEST, Conflict, Invalid, NotFound, required
from engine.organisation import store as organisation_store
from engine.organisation.agency_sight import connected_agency
from engine.organisation.model import Agency, AgencySwitch
from engine.outbox import store as outbox_store
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.deliveries import replay
from engine.service_tasks.pausing import is_still_paused, pause, switched
from engine.storage.database import Connection

MOST_REPLAYED = 500
"""Deliveries that were given up and go out with those that were held; more are left to be sent again."""

_SWITCHES_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class SwitchAgencyOn(Command[int]):
    """Send to a paused agency again: everything that was held, and what had been given up before."""

    agency_key: str
    reason: str = ""


def switch_agency_on(command: SwitchAgencyOn, transaction: Transaction) -> int:
    """How many deliveries are to be made now; `Conflict` if the agency is not paused."""
    agency = connected_agency(command.agency_key, transaction)
    if len(command.reason) > LONGEST:
        raise Invalid.field("reason", f"expected at most {LONGEST} characters, found {len(command.reason)}")
    connection = transaction.connection
    # The cases before the agency, as whoever records a delivery locks them.
    replayed = _replay_given_up(agency, transaction)
    if not is_still_paused(agency.id, transaction):
        raise Conflict(f"Expected {agency.key} to be paused, but it is on.", code="agency_not_paused")
    switch = switched(agency.id, transaction, is_on=True, reason=command.reason.strip())
    organisation_store.switch_agency(connection, switch)
    return replayed + service_tasks_store.release_deliveries(connection, agency.id, transaction.now)


@dataclass(frozen=True, kw_only=True)
class PauseAgency(Command[None]):
    """Send nothing more to an agency until somebody switches it on; what it is to get is held."""

    agency_key: str
    reason: str


def pause_agency(command: PauseAgency, transaction: Transaction) -> None:
    """Pause it; `Conflict` if it is paused already."""
    agency = connected_agency(command.agency_key, transaction)
    reason = required(command.reason)
    if is_still_paused(agency.id, transaction):
        raise Conflict(f"Expected {command.agency_key} to be on, but it is paused.", code="agency_paused")
    pause(agency.id, reason, transaction)


@dataclass(frozen=True, kw_only=True)
class PausedAgency:
    """An agency that nothing is sent to: since when, why, and how many open requests wait for it."""

    key: str
    name: str
    name_en: str
    since: datetime
    reason: str
    waiting: int


@dataclass(frozen=True, kw_only=True)
class ListPausedAgencies:
    """The agencies that are paused: all for an operator, for a branch those that it waits for."""

    def answer(self, context: QueryContext) -> Sequence[PausedAgency]:
        """By key; `waiting` counts what the asker sees."""
        sight = paused_in_sight(context.actor)
        found = service_tasks_store.paused_agencies(context.connection, sight, on=context.today)
        return [
            PausedAgency(
                key=row.key,
                name=row.name,
                name_en=row.name_en,
                since=row.disabled_at,
                reason=_last_reason(organisation_store.switches_of(context.connection, row.id, limit=1)),
                waiting=row.waiting,
            )
            for row in found
            if row.waiting or sight.everywhere
        ]


@dataclass(frozen=True, kw_only=True)
class ListSwitches:
    """Who paused an agency and switched it on, and when."""

    agency_key: str

    def answer(self, context: QueryContext) -> Sequence[AgencySwitch]:
        """The last hundred times, newest first; `NotFound` if there is no such agency."""
        require_reads_switches(context.actor)
        agency = _agency_keyed(context.connection, self.agency_key, on=context.today)
        return organisation_store.switches_of(context.connection, agency.id, limit=_SWITCHES_SHOWN)


def _agency_keyed(connection: Connection, key: str, *, on: date) -> Agency:
    agency = organisation_store.agency_keyed(connection, key, on=on)
    if agency is None:
        raise NotFound.of("agency", key)
    return agency


def _replay_given_up(agency: Agency, transaction: Transaction) -> int:
    connection = transaction.connection
    job_ids = service_tasks_store.given_up_deliveries(connection, agency.key, limit=MOST_REPLAYED)
    jobs = [job for job_id in job_ids if (job := outbox_store.job(connection, job_id)) is not None]
    # In one order for everybody, as each locks its case.
    return sum(replay(job, transaction) is not None for job in sorted(jobs, key=lambda job: str(job.case_id)))


def _last_reason(switches: Sequence[AgencySwitch]) -> str:
    return switches[0].reason if switches else ""

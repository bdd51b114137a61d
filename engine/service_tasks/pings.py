"""Trying the connection of an agency: a call without personal data, whose result is on record."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.refusal import Conflict
from engine.organisation import connection_store
from engine.organisation import store as organisation_store
from engine.organisation.agency_secrets import usable
from engine.organisation.agency_sight import connected_agency
from engine.organisation.connection import Ping
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, leased_job
from engine.outbox.model import Job, JobKind
from engine.service_tasks.connector import Delivery, DeliveryOutcome


@dataclass(frozen=True, kw_only=True)
class PingAgency(Command[Ping]):
    """Have an agency's endpoint called once, paused or not, to see whether it takes what is sent."""

    agency_key: str


def ping_agency(command: PingAgency, transaction: Transaction) -> Ping:
    """The call as it is to be made; `Conflict` for an agency that nothing is sent to."""
    connection = transaction.connection
    agency = connected_agency(command.agency_key, transaction)
    if not agency.receives_deliveries:
        raise Conflict("Expected an agency with an endpoint: there is nothing to call.", code="no_endpoint")
    ping = Ping(
        id=transaction.new_id(),
        agency_id=agency.id,
        asked_at=transaction.now,
        asked_by=transaction.actor.name,
    )
    job = Job(
        id=ping.id,
        kind=JobKind.PING_AGENCY,
        case_id=None,
        service_task_id=None,
        run_at=transaction.now,
        created_at=transaction.now,
    )
    connection_store.save_ping(connection, ping)
    outbox_store.add_job(connection, job)
    return ping


@dataclass(frozen=True, kw_only=True)
class PreparePing(Command[Delivery | None]):
    """Say what a leased job has to call."""

    job_id: UUID
    worker: str


def prepare_ping(command: PreparePing, transaction: Transaction) -> Delivery | None:
    """The call to be made; None, with the job done, if there is nothing to call any more."""
    job = leased_job(command.job_id, command.worker, transaction)
    ping = connection_store.ping(transaction.connection, job.id) if job else None
    agency = (
        organisation_store.agency(transaction.connection, ping.agency_id, on=transaction.today)
        if ping
        else None
    )
    if job is None or agency is None:
        return None
    return Delivery(
        job_id=job.id,
        attempt=job.attempts,
        agency=usable(agency, transaction),
        service_task_id=None,
        case_id=None,
        body={"type": "ping", "timestamp": transaction.now.isoformat(), "data": {"agency": agency.key}},
        now=transaction.now,
    )


@dataclass(frozen=True, kw_only=True)
class RecordPing(Command[None]):
    """Say what came of the call; it is not made a second time."""

    job_id: UUID
    worker: str
    outcome: DeliveryOutcome


def record_ping(command: RecordPing, transaction: Transaction) -> None:
    """The result is on record and the job is done, whatever it was."""
    job = leased_job(command.job_id, command.worker, transaction)
    ping = connection_store.ping(transaction.connection, job.id) if job else None
    if job is None or ping is None:
        return
    outcome = command.outcome
    answered = replace(ping, done_at=transaction.now, result=outcome.result.value, detail=outcome.detail)
    connection_store.save_ping(transaction.connection, answered)
    outbox_store.save_job(transaction.connection, done(job))

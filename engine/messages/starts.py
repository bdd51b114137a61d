"""Begin cases by themselves: at start events that a message, a signal or a moment sets off."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.bundle.procedure import Procedure
from engine.cases.changeset import CaseChangeset, CaseState
from engine.cases.changeset_store import LockedCase
from engine.cases.model import Case
from engine.cases.new_case import facts_of, new_case
from engine.cases.party import Party, words_of
from engine.cases.surroundings import surroundings
from engine.cases.take_step import take_step
from engine.cases.terms import begin_terms
from engine.context import Command, Transaction
from engine.kernel.refusal import Conflict, NotFound
from engine.kernel.vocabulary import Channel, PartyRole, Person
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.organisation.succession import successor_of
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job
from engine.outbox.model import Job
from engine.procedures import store as procedures_store
from engine.procedures.model import Start
from engine.procedures.starts import _job, _timed
from engine.runtime.contract import Phase, StartTimer

CHANNEL = Channel.WEB
"""How somebody came who never stood at a counter: a case that begins by itself came electronically."""


@dataclass(frozen=True, kw_only=True)
class BeginCase(Command[CaseState | None]):
    """Begin the case of a leased job: a timer is due, or a signal came."""

    job_id: UUID
    worker: str


def begin_case(command: BeginCase, transaction: Transaction) -> CaseState | None:
    """The new case; None if another worker has begun it, or the start event is on offer no more.

    With it the job is done, and a timer that fires again has its next job.
    """
    job = locked_job(command.job_id, command.worker, transaction)
    if job is None:
        return None
    outbox_store.save_job(transaction.connection, done(job))
    start = procedures_store.start(transaction.connection, UUID(job.payload["start"]), transaction.now)
    if start is None:
        return None
    timer = _timer_of(job)
    after = transaction.workflow.following_start(timer, now=transaction.now) if timer else None
    if after is not None:
        outbox_store.add_job(transaction.connection, _timed(start, after, transaction))
    branch = branch_for(start, transaction, otherwise=job.payload.get("branch"))
    return begin(start, transaction, branch=branch, data=job.payload["data"])


def begin(
    start: Start,
    transaction: Transaction,
    *,
    branch: Branch,
    data: Mapping[str, Any],
    only_mapped: bool = False,
) -> CaseState:
    """A new case of the version on offer, from that start event, with what set it off as its variables.

    With `only_mapped` that is what the start event's output mapping takes of it. Whoever is `applicant` in
    the case then is a party of it. `Conflict` if it would be stuck at once.
    """
    version = procedures_store.version_by_id(transaction.connection, start.version_id)
    if version is None:
        raise NotFound.of("version", start.version_id)
    procedure = transaction.procedure(version.id)
    new = new_case(transaction, branch=branch, version=version, procedure=procedure, channel=CHANNEL)
    case = new.case
    variables = {"case": facts_of(case, branch, transaction)}
    step = transaction.workflow.start(
        procedure.definition,
        variables=variables,
        surroundings=surroundings(transaction, case, known={**data, **variables}),
        at=start.element_id,
        brought=data,
        only_mapped=only_mapped,
    )
    if step.phase is Phase.STUCK:
        why = step.incident.code if step.incident else "unknown"
        raise Conflict(f"A case of {version.key} could not begin at {start.element_id}: {why}", code=why)
    changeset = CaseChangeset(transaction, LockedCase(case=case, tasks=(), service_tasks=()), is_new=True)
    begin_terms(changeset)
    parties = _parties(case, procedure, step.variables, transaction)
    words = tuple(sorted(words_of(parties) | {case.number.replace("-", "")}))
    changeset.introduce(parties, words, sealed_code=new.code.sealed)
    detail = {
        "number": case.number,
        "procedure": version.key,
        "version": version.number,
        "channel": case.channel,
        "element": start.element_id,
        "by": start.kind,
    }
    take_step(changeset, step, ("case_opened", detail))
    return changeset.save()


def branch_for(start: Start, transaction: Transaction, *, otherwise: str | None) -> Branch:
    """The branch that works a case begun there: the one the diagram names, or else the sender's.

    A branch that is closed has a successor, which works in its place.
    """
    code = start.branch_code or otherwise
    branch = (
        organisation_store.branch_coded(transaction.connection, code, on=transaction.today) if code else None
    )
    if branch is not None and not branch.is_open:
        branch = successor_of(transaction.connection, branch, on=transaction.today)
    if branch is None:
        found = f"there is no branch {code}" if code else "neither the diagram nor the sender names one"
        raise Conflict(
            f"Expected a branch for a case of {start.procedure_key} that begins at {start.element_id}, "
            f"but {found}.",
            code="branch_unknown",
        )
    return branch


def beginning(
    start: Start, transaction: Transaction, *, branch_code: str | None, data: Mapping[str, Any]
) -> Job:
    """The job that begins a case at that start event, as soon as there is a worker."""
    payload = {"start": str(start.id), "branch": branch_code, "data": dict(data), "timer": None}
    return _job(payload, transaction.now, transaction)


def _timer_of(job: Job) -> StartTimer | None:
    detail = job.payload["timer"]
    if detail is None:
        return None
    return StartTimer(
        due_at=datetime.fromisoformat(detail["due_at"]), times=detail["times"], every=detail["every"]
    )


def _parties(
    case: Case, procedure: Procedure, data: Mapping[str, Any], transaction: Transaction
) -> tuple[Party, ...]:
    detail = data.get("applicant")
    named = (
        {field.name: detail.get(field.name) for field in fields(Person)} if isinstance(detail, dict) else {}
    )
    known = {name: value for name, value in named.items() if isinstance(value, str)}
    if not {"given_name", "family_name"} <= known.keys():
        return ()
    person = Person(**known)
    possible = [rule.role for rule in procedure.parties if rule.may_be_applicant]
    return (
        Party(
            id=transaction.new_id(),
            case_id=case.id,
            role=PartyRole.APPLICANT,
            person=person,
            declared_role=possible[0] if len(possible) == 1 else None,
        ),
    )

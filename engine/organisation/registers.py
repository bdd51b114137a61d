"""The registers of branches and agencies: what an operator sets up, and everybody may look up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.context import Command, QueryContext, Transaction
from engine.kernel.bilingual import Bilingual
from engine.kernel.permission import require_operates
from engine.kernel.refusal import Invalid
from engine.organisation import store as organisation_store
from engine.organisation.agency_secrets import opened, sealed, usable
from engine.organisation.model import Agency, Branch
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobKind
from engine.topics import store as topics_store


@dataclass(frozen=True, kw_only=True)
class SaveBranch(Command[None]):
    """Write a new or changed branch."""

    branch: Branch


def save_branch(command: SaveBranch, transaction: Transaction) -> None:
    """Write it; the worker cancels appointments on days on which it does not work any more."""
    require_operates(transaction.actor)
    connection, branch = transaction.connection, command.branch
    known = organisation_store.branch(connection, branch.id)
    organisation_store.save_branch(connection, branch)
    if known is not None and (known.closures, known.local_holidays) != (
        branch.closures,
        branch.local_holidays,
    ):
        now = transaction.now
        job = Job(
            id=transaction.new_id(),
            kind=JobKind.RELEASE_APPOINTMENTS,
            case_id=None,
            service_task_id=None,
            run_at=now,
            created_at=now,
            payload={"branch": branch.code},
        )
        outbox_store.add_job(connection, job)


@dataclass(frozen=True, kw_only=True)
class SaveAgency(Command[None]):
    """Write a new or changed agency; whether one that is there is paused stays as it is."""

    agency: Agency


def save_agency(command: SaveAgency, transaction: Transaction) -> None:
    """Write it; `Invalid` if the connector that serves its endpoint does not take it, or its secrets."""
    require_operates(transaction.actor)
    agency = opened(command.agency, transaction.seals)
    problems = transaction.check_agency(agency.endpoint, agency.secrets)
    if problems:
        raise Invalid(f"The agency {agency.key} cannot be connected so.", problems)
    known = organisation_store.agency(transaction.connection, agency.id)
    topics_store.register_unknown(
        transaction.connection, agency.topics, at=transaction.now, by=transaction.actor.name
    )
    kept = replace(agency, disabled_at=known.disabled_at) if known else agency
    organisation_store.save_agency(transaction.connection, sealed(kept, transaction.seals))


@dataclass(frozen=True, kw_only=True)
class WhoSends:
    """Who sends a webhook: the agency of a key, with its secrets, which no other question gives out.

    It is asked before anything is proven.
    """

    agency_key: str

    def answer(self, context: QueryContext) -> Agency | None:
        """The agency with its secrets in the clear; None if there is none of that key."""
        found = organisation_store.agency_keyed(context.connection, self.agency_key)
        return usable(found, context) if found else None


@dataclass(frozen=True, kw_only=True)
class NameAgencies:
    """What agencies are called; everybody who is known may ask."""

    def answer(self, context: QueryContext) -> Mapping[str, Bilingual]:
        """Names in both languages, by key."""
        return {agency.key: agency.called for agency in organisation_store.all_agencies(context.connection)}


@dataclass(frozen=True, kw_only=True)
class ShowBranch:
    """A branch with its calendar, the asker's own where no code is given."""

    code: str | None = None

    def answer(self, context: QueryContext) -> Branch | None:
        """The branch; None if there is none of that code."""
        code = self.code or context.actor.branch_code
        return organisation_store.branch_coded(context.connection, code) if code else None

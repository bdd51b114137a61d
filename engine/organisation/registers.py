"""The registers of branches and agencies: what an operator sets up, and everybody may look up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.context import Command, QueryContext, Transaction
from engine.kernel.bilingual import Bilingual
from engine.kernel.permission import require_operates
from engine.kernel.refusal import Invalid
from engine.organisation import entering
from engine.organisation import store as organisation_store
from engine.organisation.agency_secrets import opened, sealed, usable
from engine.organisation.branch_jobs import count_anew
from engine.organisation.model import Agency, Branch
from engine.organisation.organisation import BEGINNING
from engine.topics import store as topics_store


@dataclass(frozen=True, kw_only=True)
class EnterBranch(Command[None]):
    """Put in a branch with its municipality, both true from the beginning.

    The short way of installations that are set up at once: demonstrations, rehearsals, tests.
    """

    branch: Branch


def enter_branch(command: EnterBranch, transaction: Transaction) -> None:
    """Put it in, or correct it from the beginning on; what it did before stays as it was done."""
    require_operates(transaction.actor)
    connection, branch = transaction.connection, command.branch
    known = organisation_store.branch(connection, branch.id, on=transaction.today)
    entering.enter_branch(connection, branch, at=transaction.now, by=transaction.actor.name)
    if known and (known.closures, known.local_holidays) != (branch.closures, branch.local_holidays):
        count_anew(transaction, branch.code, reason="", from_day=BEGINNING)


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
    known = organisation_store.agency(transaction.connection, agency.id, on=transaction.today)
    topics_store.register_unknown(
        transaction.connection, agency.topics, at=transaction.now, by=transaction.actor.name
    )
    kept = replace(agency, disabled_at=known.disabled_at) if known else agency
    entering.enter_agency(
        transaction.connection,
        sealed(kept, transaction.seals),
        on=transaction.today,
        at=transaction.now,
        by=transaction.actor.name,
        new_id=transaction.new_id,
    )


@dataclass(frozen=True, kw_only=True)
class WhoSends:
    """Who sends a webhook: the agency of a key, with its secrets, which no other question gives out.

    It is asked before anything is proven.
    """

    agency_key: str

    def answer(self, context: QueryContext) -> Agency | None:
        """The agency with its secrets in the clear; None if there is none of that key."""
        found = organisation_store.agency_keyed(context.connection, self.agency_key, on=context.today)
        return usable(found, context) if found else None


@dataclass(frozen=True, kw_only=True)
class NameAgencies:
    """What agencies are called; everybody who is known may ask."""

    def answer(self, context: QueryContext) -> Mapping[str, Bilingual]:
        """Names in both languages, by key."""
        return organisation_store.agency_names(context.connection, on=context.today)


@dataclass(frozen=True, kw_only=True)
class ShowBranch:
    """A branch with its calendar, the asker's own where no code is given."""

    code: str | None = None

    def answer(self, context: QueryContext) -> Branch | None:
        """The branch; None if there is none of that code."""
        code = self.code or context.actor.branch_code
        return organisation_store.branch_coded(context.connection, code, on=context.today) if code else None

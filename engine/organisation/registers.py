"""The registers of branches and agencies: what an operator sets up."""

from dataclasses import dataclass

from engine.context import Command, Transaction
from engine.kernel.actor import Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import Invalid
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency, Branch


@dataclass(frozen=True, kw_only=True)
class SaveBranch(Command[None]):
    """Write a new or changed branch."""

    branch: Branch


def save_branch(command: SaveBranch, transaction: Transaction) -> None:
    """Write it."""
    require_role(transaction.actor, Role.OPERATOR)
    organisation_store.save_branch(transaction.connection, command.branch)


@dataclass(frozen=True, kw_only=True)
class SaveAgency(Command[None]):
    """Write a new or changed agency."""

    agency: Agency


def save_agency(command: SaveAgency, transaction: Transaction) -> None:
    """Write it; `Invalid` if the connector that serves its endpoint does not take it, or its secrets."""
    require_role(transaction.actor, Role.OPERATOR)
    problems = transaction.check_agency(command.agency.endpoint, command.agency.secrets)
    if problems:
        raise Invalid(f"The agency {command.agency.key} cannot be connected so.", problems)
    organisation_store.save_agency(transaction.connection, command.agency)

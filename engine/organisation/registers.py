"""The registers of branches and agencies: what an operator sets up."""

from dataclasses import dataclass

from engine.context import Command, Transaction
from engine.kernel.actor import Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import Invalid
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency, Branch
from engine.organisation.ports_rules import AgencyRules


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
    """Write it; `Invalid` for an endpoint that may not be called and for secrets that cannot sign."""
    require_role(transaction.actor, Role.OPERATOR)
    problems = _problems_of(command.agency, transaction.agency_rules)
    if problems:
        raise Invalid(f"The agency {command.agency.key} cannot be connected so.", problems)
    organisation_store.save_agency(transaction.connection, command.agency)


def _problems_of(agency: Agency, rules: AgencyRules) -> dict[str, list[str]]:
    endpoint = rules.endpoint_refusal(agency.endpoint) if agency.endpoint is not None else None
    secrets = [problem for secret in agency.secrets if (problem := rules.secret_refusal(secret))]
    if agency.endpoint is not None and not agency.secrets:
        secrets = ["Expected a secret, as what is sent to an endpoint is signed."]
    found = {"endpoint": [endpoint] if endpoint else [], "secrets": secrets}
    return {field: problems for field, problems in found.items() if problems}

"""Identify a caller: the agent types what the caller says, and learns whether it is right."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.commands.command import Command, Transaction
from engine.commands.lookup import case_file
from engine.domain.actor import Role
from engine.domain.caller import Fact, is_recognised
from engine.domain.permission import require_role
from engine.domain.refusal import Conflict


@dataclass(frozen=True, kw_only=True)
class IdentifyCaller(Command[bool]):
    """Check the facts that a caller names against the applicant of a case."""

    case_id: UUID
    answers: Mapping[Fact, str]


def identify_caller(command: IdentifyCaller, transaction: Transaction) -> bool:
    """Whether the caller is recognised; the journal says so either way, and which facts were asked."""
    require_role(transaction.actor, Role.AGENT)
    file = case_file(transaction, command.case_id)
    parties = transaction.work.casebook.parties(command.case_id)
    if not parties:
        raise Conflict(f"Case {file.case.number} has no applicant to compare with.", code="no_applicant")
    recognised = is_recognised(parties[0].person, command.answers, tracking_code=file.case.tracking_code)
    asked = {"asked": sorted(fact.value for fact in command.answers)}
    file.note("caller_recognised" if recognised else "caller_not_recognised", asked)
    file.save()
    return recognised

"""Withdraw a case: the citizen does not want it any more."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases.changeset import CaseState
from engine.cases.lookup import case_file, require_version
from engine.context import Command, Transaction
from engine.kernel.case_words import CaseStatus
from engine.kernel.permission import require_works_case
from engine.kernel.reasons import required


@dataclass(frozen=True, kw_only=True)
class WithdrawCase(Command[CaseState]):
    """Withdraw a case that is under way."""

    case_id: UUID
    reason: str
    expected_version: int | None = None


def withdraw_case(command: WithdrawCase, transaction: Transaction) -> CaseState:
    """The case, withdrawn, with nothing open in it."""
    reason = required(command.reason)
    changeset = case_file(transaction, command.case_id)
    require_works_case(transaction.actor, changeset.case)
    require_version(changeset.case.row_version, command.expected_version)
    changeset.close(CaseStatus.WITHDRAWN, outcome=None, reason=reason)
    return changeset.save()

"""Suspend a case: its tasks and clocks rest."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases.changeset import CaseState
from engine.cases.lookup import case_file, require_version
from engine.context import Command, Transaction
from engine.kernel.permission import require_works_case
from engine.kernel.reasons import required


@dataclass(frozen=True, kw_only=True)
class SuspendCase(Command[CaseState]):
    """Put an open case on hold."""

    case_id: UUID
    reason: str
    expected_version: int | None = None


def suspend_case(command: SuspendCase, transaction: Transaction) -> CaseState:
    """The case, suspended. An agency may still answer; nobody else moves it until it is resumed."""
    reason = required(command.reason)
    changeset = case_file(transaction, command.case_id)
    require_works_case(transaction.actor, changeset.case)
    require_version(changeset.case.row_version, command.expected_version)
    changeset.case = changeset.case.suspended(transaction.now)
    changeset.record("case_suspended", reason=reason)
    return changeset.save()

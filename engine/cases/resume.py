"""Resume a case: its tasks and clocks go on where they rested."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases.changeset import CaseState
from engine.cases.lookup import case_file, require_version
from engine.context import Command, Transaction
from engine.kernel.permission import require_works_case
from engine.kernel.reasons import required
from engine.messages import subscription_store


@dataclass(frozen=True, kw_only=True)
class ResumeCase(Command[CaseState]):
    """Take a suspended case up again."""

    case_id: UUID
    reason: str
    expected_version: int | None = None


def resume_case(command: ResumeCase, transaction: Transaction) -> CaseState:
    """The open case. Its term, the due dates of its tasks and its timers have moved by the time it rested.

    Messages that came for it meanwhile, and were kept, are delivered.
    """
    reason = required(command.reason)
    file = case_file(transaction, command.case_id)
    require_works_case(transaction.actor, file.case)
    require_version(file.case.row_version, command.expected_version)
    suspended_at = file.case.suspended_at or transaction.now
    file.case = file.case.resumed(transaction.now)
    file.postpone(transaction.now - suspended_at)
    file.note(
        "case_resumed",
        {"rested_seconds": int((transaction.now - suspended_at).total_seconds())},
        reason=reason,
    )
    file.keep_term()
    file.take_kept_messages(subscription_store.subscriptions_of(transaction.connection, file.case.id))
    return file.save()

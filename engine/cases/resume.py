"""Resume a case: its tasks and clocks go on where they rested."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases.changeset import CaseState
from engine.cases.lookup import case_file, require_version
from engine.cases.take_step import take_kept_messages
from engine.cases.terms import keep_term, postpone
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
    changeset = case_file(transaction, command.case_id)
    require_works_case(transaction.actor, changeset.case)
    require_version(changeset.case.row_version, command.expected_version)
    suspended_at = changeset.case.suspended_at or transaction.now
    changeset.case = changeset.case.resumed(transaction.now)
    postpone(changeset, transaction.now - suspended_at)
    changeset.record(
        "case_resumed",
        {"rested_seconds": int((transaction.now - suspended_at).total_seconds())},
        reason=reason,
    )
    keep_term(changeset)
    take_kept_messages(
        changeset, subscription_store.subscriptions_of(transaction.connection, changeset.case.id)
    )
    return changeset.save()

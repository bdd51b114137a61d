"""Suspend, resume and withdraw a case."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases.changeset import CaseState, case_file, require_version
from engine.cases.take_step import take_kept_messages
from engine.cases.terms import end_terms, resume_terms, suspend_terms
from engine.context import Command, Transaction
from engine.kernel.permission import require_works_case
from engine.kernel.refusal import required
from engine.kernel.vocabulary import CaseStatus
from engine.messages import subscription_store
from engine.terms.ledger import TermCause


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
    suspend_terms(changeset)
    changeset.record("case_suspended", reason=reason)
    return changeset.save()


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
    end_terms(changeset, TermCause.CLOSED)
    changeset.close(CaseStatus.WITHDRAWN, outcome=None, reason=reason)
    return changeset.save()


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
    on_hold = resume_terms(changeset)
    changeset.record("case_resumed", {"rested_seconds": int(on_hold.total_seconds())}, reason=reason)
    take_kept_messages(
        changeset, subscription_store.subscriptions_of(transaction.connection, changeset.case.id)
    )
    return changeset.save()

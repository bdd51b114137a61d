"""Transfer a case to another branch: its work, and its terms on the calendar of that branch."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset, CaseState, case_file, require_version
from engine.cases.terms import follow_clocks, recount
from engine.context import Command, Transaction
from engine.kernel.permission import require_repairs
from engine.kernel.refusal import Conflict, Invalid, required
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch


@dataclass(frozen=True, kw_only=True)
class TransferCase(Command[CaseState]):
    """Let another branch work on a case from now on; for the manager of its branch, and for operators."""

    case_id: UUID
    branch: str
    reason: str
    expected_version: int | None = None


def transfer_case(command: TransferCase, transaction: Transaction) -> CaseState:
    """The case in its new branch: its open tasks are nobody's, and its terms end as that branch works.

    Its number stays, and so does what was written into its variables when it was opened.
    """
    reason = required(command.reason)
    changeset = case_file(transaction, command.case_id)
    case = changeset.case
    require_repairs(transaction.actor, case)
    require_version(case.row_version, command.expected_version)
    if case.is_closed:
        raise Conflict(f"Expected case {case.number} to be under way, but it is closed.", code="case_closed")
    branch = organisation_store.branch_coded(transaction.connection, command.branch, on=transaction.today)
    if branch is None or branch.id == case.branch_id:
        raise Invalid.field("branch", f"expected the code of another branch, found {command.branch!r:.20}")
    if not branch.is_open:
        raise Invalid.field("branch", f"expected a branch that is open, but {branch.code} is closed")
    return hand_over(changeset, branch, reason=reason)


def hand_over(changeset: CaseChangeset, branch: Branch, *, reason: str) -> CaseState:
    """The case under way in that branch, saved; whoever calls it has asked whether it may be."""
    case, transaction = changeset.case, changeset.transaction
    changeset.case = replace(case, branch_id=branch.id, branch_code=branch.code, holder_id=None)
    for task in changeset.tasks:
        changeset.put(replace(task, branch_id=branch.id, assignee_id=None, assignee_name=None))
    for service_task in changeset.service_tasks:
        changeset.put(replace(service_task, branch_id=branch.id))
    recount(changeset)
    due_at = changeset.case.work_due_at
    detail = {"from": case.branch_code, "to": branch.code, "due_at": _text(due_at)}
    changeset.record("case_transferred", detail, reason=reason)
    follow_clocks(changeset)
    state = changeset.save()
    changeset_store.move_to_branch(transaction.connection, case.id, branch.id)
    return state


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment is not None else None

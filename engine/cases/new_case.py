"""What every new case has, however it begins: a number, a term, and the facts that its diagram can read."""

from dataclasses import dataclass
from typing import Any

from engine.bundle.procedure import Procedure
from engine.cases import store as cases_store
from engine.cases.case_number import CaseNumber
from engine.cases.model import Case, Notify
from engine.cases.receipt_code import IssuedCode, issued_code
from engine.cases.terms import first_end
from engine.context import Transaction
from engine.kernel.actor import ActorKind
from engine.kernel.vocabulary import Channel
from engine.organisation.model import Branch
from engine.procedures.model import ProcedureVersion


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """A case that has not moved yet, and the code for the citizen's receipt."""

    case: Case
    code: IssuedCode


def new_case(
    transaction: Transaction,
    *,
    branch: Branch,
    version: ProcedureVersion,
    procedure: Procedure,
    channel: Channel,
    notify: Notify | None = None,
) -> NewCase:
    """A case that has not moved yet, with the branch's next number of the year."""
    today = transaction.today
    number = CaseNumber(
        branch=branch.code,
        year=today.year,
        running=cases_store.next_running_number(transaction.connection, branch.id, today.year),
    )
    case_id = transaction.new_id()
    code = issued_code(case_id, transaction.seals)
    case = Case(
        id=case_id,
        number=str(number),
        procedure_key=version.key,
        version_id=version.id,
        version_number=version.number,
        branch_id=branch.id,
        branch_code=branch.code,
        channel=channel,
        opened_at=transaction.now,
        opened_by=transaction.actor.id if transaction.actor.kind is ActorKind.USER else None,
        due_at=first_end(procedure, branch, transaction),
        tracking_digest=code.digest,
        snapshot=b"",
        notify=notify or Notify(),
    )
    return NewCase(case=case, code=code)


def facts_of(case: Case, branch: Branch, transaction: Transaction) -> dict[str, Any]:
    """The variable `case`."""
    opened_on = transaction.today
    return {
        "number": case.number,
        "branch": branch.code,
        "branch_name": branch.name,
        "municipality": branch.municipality,
        "channel": case.channel.value,
        "opened_on": opened_on.isoformat(),
        "due_on": case.due_at.astimezone(transaction.zone).date().isoformat() if case.due_at else None,
    }

"""Change a term by hand: extend it by a decision, or set the day of an entry right."""

from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID

from engine.cases.changeset import CaseChangeset, CaseState, case_file, require_version
from engine.cases.further_terms import local_day
from engine.cases.surroundings import calendar_of
from engine.cases.terms import change_term, follow_clocks, ledger_of
from engine.context import Command, Transaction
from engine.kernel.permission import require_repairs, require_works_case
from engine.kernel.refusal import LONGEST, Conflict, Invalid, required
from engine.organisation import store as organisation_store
from engine.terms.ledger import Ledger, TermCause, TermCount
from engine.terms.length import Length
from engine.terms.term import Term, TermKind

_LONGEST_LAW = 200
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class ExtendTerm(Command[CaseState]):
    """Give a term more time, by a decision: `by` is in the unit of the procedure's limit.

    `law` names law and article, or the decision.
    """

    case_id: UUID
    by: int
    law: str
    reason: str
    term: TermKind = TermKind.LEGAL
    expected_version: int | None = None


def extend_term(command: ExtendTerm, transaction: Transaction) -> CaseState:
    """The case with its later end.

    `Conflict` where the procedure allows no extension or the term is over, `Invalid` beyond the limit.
    """
    changeset = case_file(transaction, command.case_id)
    require_works_case(transaction.actor, changeset.case)
    require_version(changeset.case.row_version, command.expected_version)
    ledger, term = _running(changeset, command.term)
    count, today = _count(changeset, ledger), local_day(transaction.now, transaction.zone)
    left = extension_left(term, count)
    if left is None:
        raise Conflict("Expected a term that may be extended; this one may not.", code="term_not_extendable")
    if count.is_over(today):
        raise Conflict(f"Expected a term that is not over; it was on {count.last_day}.", code="term_is_over")
    _require_decision(command, left)
    law, reason = command.law.strip(), command.reason.strip()
    by = Length(command.by, left.unit)
    day = max(today, ledger.latest)
    change_term(changeset, command.term, ledger.extended(day, by, cause=TermCause.DECISION, law=law))
    detail = {"term": command.term.value, "by": by.amount, "unit": by.unit.value, "law": law}
    changeset.record("term_extended", {**detail, "due_at": _due_at(changeset)}, reason=reason)
    follow_clocks(changeset)
    return changeset.save()


@dataclass(frozen=True, kw_only=True)
class CorrectTerm(Command[CaseState]):
    """Set the day of an entry of a term right, by its number; for the manager of the branch."""

    case_id: UUID
    number: int
    day: date
    reason: str
    term: TermKind = TermKind.LEGAL
    expected_version: int | None = None


def correct_term(command: CorrectTerm, transaction: Transaction) -> CaseState:
    """The case as it stands with that day; `Conflict` for a day on which it could not have happened."""
    reason = required(command.reason)
    changeset = case_file(transaction, command.case_id)
    require_repairs(transaction.actor, changeset.case)
    require_version(changeset.case.row_version, command.expected_version)
    if changeset.case.is_closed:
        raise Conflict("Expected a case that is under way, but it is closed.", code="case_closed")
    ledger = ledger_of(changeset, command.term)
    today = local_day(transaction.now, transaction.zone)
    was = ledger.day_of(command.number)
    change_term(changeset, command.term, corrected(ledger, command.number, command.day, today=today))
    detail = {"term": command.term.value, "entry": command.number, "was": was.isoformat()}
    moved = {"day": command.day.isoformat(), "due_at": _due_at(changeset)}
    changeset.record("term_corrected", {**detail, **moved}, reason=reason)
    follow_clocks(changeset)
    return changeset.save()


def corrected(ledger: Ledger, number: int, day: date, *, today: date) -> Ledger:
    """The ledger with that day; nothing happens on a day that has not come."""
    if day > today:
        raise Invalid.field("day", f"expected a day until today, {today}, found {day}")
    return ledger.corrected(number, day)


def extension_left(term: Term, count: TermCount) -> Length | None:
    """By how much a term may still be extended; None where it may not, or that is used up."""
    if term.extension is None:
        return None
    unit = term.extension.unit
    given = (entry.length for entry in count.extensions if entry.length is not None)
    left = term.extension.amount - sum(length.amount for length in given if length.unit is unit)
    return Length(left, unit) if left > 0 else None


def _require_decision(command: ExtendTerm, left: Length) -> None:
    """Refuse a decision that lacks something, with all that it lacks."""
    problems = {
        "by": [f"expected from 1 to {left.amount} {left.unit}, found {command.by}"],
        "law": [f"expected from 1 to {_LONGEST_LAW} characters, found {len(command.law.strip())}"],
        "reason": [f"expected from 1 to {LONGEST} characters, found {len(command.reason.strip())}"],
    }
    kept = (
        ("by", 1 <= command.by <= left.amount),
        ("law", 1 <= len(command.law.strip()) <= _LONGEST_LAW),
        ("reason", 1 <= len(command.reason.strip()) <= LONGEST),
    )
    wrong = {name: problems[name] for name, is_kept in kept if not is_kept}
    if wrong:
        raise Invalid("The term cannot be extended so.", wrong)


def _running(changeset: CaseChangeset, kind: TermKind) -> tuple[Ledger, Term]:
    term = changeset.procedure.terms.get(kind)
    if term is None:
        raise Invalid.field("term", f"this procedure has no {kind} term")
    ledger = ledger_of(changeset, kind)
    ledger.require_running()
    return ledger, term


def _count(changeset: CaseChangeset, ledger: Ledger) -> TermCount:
    branch = organisation_store.branch(
        changeset.transaction.connection, changeset.case.branch_id, on=changeset.transaction.today
    )
    return ledger.count(calendar_of(branch))


def _due_at(changeset: CaseChangeset) -> str | None:
    due_at = changeset.case.due_at
    return due_at.astimezone(UTC).isoformat() if due_at is not None else None

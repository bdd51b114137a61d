"""The term of a case: when it is over, and what becomes of it while the citizen is awaited."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from engine.bundle.term import SupplementRule, Term
from engine.cases.changeset import CaseChangeset
from engine.cases.surroundings import calendar_of, end_of
from engine.context import Transaction
from engine.kernel.vocabulary import Flag
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch

_INSTANT = timedelta(microseconds=1)
"""A term that ends at midnight ends on the day before."""


def end_of_term(term: Term, branch: Branch, transaction: Transaction) -> datetime:
    """When a term is over that begins today."""
    today = transaction.now.astimezone(transaction.zone).date()
    return end_of(term.last_day(today, calendar_of(branch)), transaction)


def keep_term(changeset: CaseChangeset) -> None:
    """Suspend the term of an open case while its citizen is awaited, if the procedure says so.

    Afterwards it goes on or begins anew; timers and due dates of the open tasks move as far as it does.
    """
    case, term = changeset.case, changeset.procedure.term
    if not case.is_open or case.due_at is None:
        return
    awaits_citizen = Flag.AWAITING_CITIZEN in case.flags
    if case.term_rests_since is None:
        if awaits_citizen and term.supplement is not SupplementRule.RUNS_ON:
            changeset.case = case.with_term_at_rest(changeset.transaction.now)
            _move_tasks_due(changeset, case.due_at, until=None)
            changeset.record("term_rests", {"rule": term.supplement.value})
    elif not awaits_citizen:
        _resume_term(changeset, case.due_at, case.term_rests_since)


def postpone(changeset: CaseChangeset, by: timedelta) -> None:
    """Move the timers and the due dates of the open tasks by the time that the case was suspended."""
    transaction = changeset.transaction
    step = transaction.workflow.postpone_timers(
        changeset.procedure.definition, changeset.case.snapshot, by=by, surroundings=changeset.surroundings
    )
    changeset.case = replace(changeset.case, snapshot=step.snapshot, next_timer_at=step.next_timer_at)
    for task in changeset.tasks:
        if task.due_at is not None:
            changeset.put(replace(task, due_at=task.due_at + by))


def _resume_term(changeset: CaseChangeset, was_due_at: datetime, rested_since: datetime) -> None:
    transaction = changeset.transaction
    calendar = calendar_of(organisation_store.branch(transaction.connection, changeset.case.branch_id))
    last, asked, brought = (
        moment.astimezone(transaction.zone).date()
        for moment in (was_due_at - _INSTANT, rested_since, transaction.now)
    )
    term = changeset.procedure.term
    day = term.last_day_after_rest(last, asked=asked, brought=brought, calendar=calendar)
    due_at = end_of(day, transaction)
    changeset.case = changeset.case.with_term_until(due_at, now=transaction.now)
    if due_at != was_due_at:
        postpone(changeset, due_at - was_due_at)
    _move_tasks_due(changeset, None, until=due_at)
    changeset.record("term_goes_on", {"due_at": due_at.astimezone(UTC).isoformat()})


def _move_tasks_due(changeset: CaseChangeset, day: datetime | None, *, until: datetime | None) -> None:
    """Let the open tasks that are due with the term be due until then: while it rests, on no day."""
    for task in changeset.tasks:
        if task.due_at == day:
            changeset.put(replace(task, due_at=until))

"""The terms of a case: every change of them is an entry in their ledgers, and all else follows from these.

What follows is in the case for those who look for it: when the term of law is over, since when it rests,
when it ended. The due dates of tasks that are due with it, and the timers that go by a clock of the law, move
in the same changeset.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from uuid import UUID

from engine.bundle.procedure import Procedure
from engine.cases.changeset import CaseChangeset
from engine.cases.further_terms import (
    INSTANT,
    begin_term,
    calendar_of_case,
    day_for,
    end_further,
    end_term,
    is_under_way,
    last_day_of,
    local_day,
    move_tasks,
    note_appeal,
    settle_further,
)
from engine.cases.model import Case
from engine.cases.surroundings import calendar_of, end_of
from engine.context import Transaction
from engine.kernel.actor import ActorKind
from engine.kernel.calendar import WorkingCalendar
from engine.kernel.legal_time import LAW, LEGAL_EFFECT, MILESTONE, TERM, LegalEffect, Milestone
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.organisation.model import Branch
from engine.runtime.contract import PassedElement
from engine.terms.ledger import Ledger, TermCause
from engine.terms.length import LONGEST, Length, Unit
from engine.terms.term import FURTHER, SupplementRule, Term, TermKind

_ENDS = {
    Milestone.DECIDED: TermCause.DECIDED,
    Milestone.NOTIFIED: TermCause.NOTIFIED,
    Milestone.DELIVERED: TermCause.DELIVERED,
}

Act = Callable[[Ledger, Term, date], Ledger]
"""What happens to each term that has begun and not ended, on a day."""


def first_end(procedure: Procedure, branch: Branch, transaction: Transaction) -> datetime | None:
    """When the term of law is over of a case that is opened now; None where that has yet to begin it."""
    if Milestone.COMPLETE_FILE in procedure.milestones:
        return None
    calendar, today = calendar_of(branch), local_day(transaction.now, transaction.zone)
    end = procedure.term.length.after(today, calendar)
    return end_of(calendar.next_working_day(end), transaction)


def begin_terms(changeset: CaseChangeset) -> None:
    """Begin the terms of a new case, unless its diagram says that the complete file does."""
    procedure, first_day = changeset.procedure, changeset.transaction.today
    if Milestone.COMPLETE_FILE in procedure.milestones:
        return
    for kind, term in procedure.first_terms.items():
        begun = Ledger().begun(first_day, term.length, cause=TermCause.OPENED, law=term.law)
        changeset.enter(kind, begun)


def pass_moments(changeset: CaseChangeset, passed: Iterable[PassedElement], *, goes_on: bool) -> None:
    """Let the terms begin and end at the legal moments that a step has passed, one after the other.

    Where the case `goes_on`, its timers follow.
    """
    before = changeset.case.further_ends
    for element in passed:
        effect, law = element.legal.get(LEGAL_EFFECT), element.legal.get(LAW)
        if effect is not None:
            _take_effect(changeset, element, goes_on=goes_on)
        milestone = element.legal.get(MILESTONE)
        if milestone == Milestone.COMPLETE_FILE:
            _count_from_complete_file(changeset, goes_on=goes_on)
        elif milestone in _ENDS:
            _pass_end(changeset, Milestone(milestone), law=law, goes_on=goes_on)
        elif milestone == Milestone.APPEALABLE_UNTIL:
            end_term(changeset, TermKind.APPEAL, cause=TermCause.EXPIRED, law=law)
    if goes_on and changeset.case.further_ends != before:
        follow_clocks(changeset)


def follow_appeal(changeset: CaseChangeset, *, goes_on: bool) -> None:
    """Let the case be appealed against, or not any more if it was; where it `goes_on`, its timers follow."""
    is_appealed = Flag.APPEALED not in changeset.case.flags
    changeset.record("appeal_began" if is_appealed else "appeal_ended")
    note_appeal(changeset, is_appealed=is_appealed)
    if goes_on:
        follow_clocks(changeset)


def _take_effect(changeset: CaseChangeset, element: PassedElement, *, goes_on: bool) -> None:
    """What silence brings by law: a term ends on its last day; where it approves, the act must follow."""
    effect, law = element.legal[LEGAL_EFFECT], element.legal.get(LAW)
    changeset.record(effect.replace("-", "_"), {"element": element.element_id, "law": law})
    if element.legal.get(TERM) == TermKind.ANSWER:
        last_day = _silent_day(changeset, changeset.case.answer_due_at)
        end_term(changeset, TermKind.ANSWER, cause=TermCause.SILENCE, law=law, day=last_day)
        return
    last_day = _silent_day(changeset, changeset.case.due_at)
    end_terms(changeset, TermCause.SILENCE, law=law, goes_on=goes_on)
    if effect == LegalEffect.SILENCE_APPROVES:
        begin_term(changeset, TermKind.ACT, cause=TermCause.SILENCE, day=last_day)


def _pass_end(changeset: CaseChangeset, milestone: Milestone, *, law: str | None, goes_on: bool) -> None:
    """What was asked for is done: the first terms end, and whoever was told of it may appeal from then on."""
    end_terms(changeset, _ENDS[milestone], law=law, goes_on=goes_on)
    end_term(changeset, TermKind.ACT, cause=_ENDS[milestone], law=law)
    if milestone is Milestone.DECIDED or Flag.APPEALED in changeset.case.flags:
        return
    if milestone is Milestone.NOTIFIED or not changeset.ledger(TermKind.APPEAL).has_begun:
        begin_term(changeset, TermKind.APPEAL, cause=_ENDS[milestone])


def keep_terms(changeset: CaseChangeset, *, awaits_citizen: bool) -> None:
    """Let the terms rest while the citizen is awaited, as the procedure says, and go on afterwards.

    Timers without a clock move by the whole days for which the term of law rested, or as far as one that
    begins anew does.
    """
    terms = changeset.procedure.terms
    if all(term.supplement is SupplementRule.RUNS_ON for term in terms.values()):
        follow_clocks(changeset)
        return

    def kept(ledger: Ledger, term: Term, day: date) -> Ledger:
        rests = TermCause.CITIZEN_AWAITED in ledger.causes_to_rest
        if awaits_citizen and not rests and term.supplement is not SupplementRule.RUNS_ON:
            return ledger.rested(day, cause=TermCause.CITIZEN_AWAITED, law=term.law)
        if awaits_citizen or not rests:
            return ledger
        resumed = ledger.resumed(day, cause=TermCause.CITIZEN_AWAITED, law=term.law)
        if term.supplement is not SupplementRule.RESTARTS:
            return resumed
        return resumed.restarted(day, term.length, cause=TermCause.COMPLETE_FILE, law=term.law)

    before, by = changeset.case, timedelta()
    if TermKind.LEGAL in change_terms(changeset, kept):
        rule, due_at = terms[TermKind.LEGAL].supplement, changeset.case.due_at
        if awaits_citizen:
            changeset.record("term_rests", {"rule": rule.value})
        elif before.status is not CaseStatus.SUSPENDED and due_at is not None and before.due_at is not None:
            changeset.record("term_goes_on", {"due_at": due_at.astimezone(UTC).isoformat()})
            is_whole = rule is SupplementRule.RESTARTS
            by = due_at - before.due_at if is_whole else _days_since(before.term_rests_since, changeset)
    follow_clocks(changeset, by=by)


def suspend_terms(changeset: CaseChangeset) -> None:
    """Let the terms of a case rest that is put on hold."""
    cause = TermCause.SUSPENDED
    change_terms(changeset, lambda ledger, _, day: ledger.rested(day, cause=cause))
    follow_clocks(changeset)


def resume_terms(changeset: CaseChangeset) -> timedelta:
    """Take up a case that was on hold, and let its terms go on; how long it was on hold.

    Due dates of its own that a task has, and timers without a clock, move by that time. Where the citizen is
    awaited besides, the term rests for that time once: it is taken to rest since a later moment.
    """

    def resumed(ledger: Ledger, _: Term, day: date) -> Ledger:
        is_suspended = TermCause.SUSPENDED in ledger.causes_to_rest
        return ledger.resumed(day, cause=TermCause.SUSPENDED) if is_suspended else ledger

    # A ledger that is made of the columns must know of the suspension, which ends here.
    changeset.enter(TermKind.LEGAL, ledger_of(changeset, TermKind.LEGAL))
    now = changeset.transaction.now
    on_hold = by = now - (changeset.case.suspended_at or now)
    before = changeset.case = changeset.case.resumed()
    for task in changeset.tasks:
        if task.due_at is not None and task.due_at != before.due_at:
            changeset.put(replace(task, due_at=task.due_at + by))
    rested_since = before.term_rests_since + by if before.term_rests_since else None
    changeset.case = replace(before, term_rests_since=rested_since)
    change_terms(changeset, resumed)
    if changeset.case.term_rests_since is None:
        by += _days_since(rested_since, changeset)
    follow_clocks(changeset, by=by)
    return on_hold


def end_terms(
    changeset: CaseChangeset, cause: TermCause, *, law: str | None = None, goes_on: bool = False
) -> None:
    """End the first terms of a case: what they ask for was done, or silence has done it, on the last day.

    Its tasks are not due with the term any more. Where the case `goes_on`, its timers follow.
    """
    if cause is TermCause.CLOSED:
        end_further(changeset, cause)
    case = changeset.case
    if case.term_ended_at is not None or case.due_at is None:
        return
    if case.term_rests_since is not None:
        _settle(changeset)
    is_silence = cause is TermCause.SILENCE
    for kind in changeset.procedure.first_terms:
        ledger = ledger_of(changeset, kind)
        if ledger.has_begun and not ledger.has_ended:
            day = _silent_day(changeset, case.due_at) if is_silence else day_for(changeset, ledger)
            changeset.enter(kind, ledger.ended(max(day, ledger.latest), cause=cause, law=law))
    ended_at = changeset.transaction.now
    if is_silence and case.due_at is not None:
        ended_at = min(ended_at, case.due_at - INSTANT)
    _take(changeset, changeset.case.due_at, rests_since=None, ended_at=ended_at)
    if goes_on:
        changeset.case = replace(changeset.case, holder_id=_holder(changeset))
        changeset.record("term_ended", {"cause": cause.value})
        follow_clocks(changeset)


def _holder(changeset: CaseChangeset) -> UUID | None:
    """Who holds the case from now on: whoever of its branch decided; nobody if an agency or the time did."""
    actor = changeset.transaction.actor
    is_of_branch = actor.kind is ActorKind.USER and actor.branch_id == changeset.case.branch_id
    return actor.id if is_of_branch else None


def change_terms(changeset: CaseChangeset, act: Act) -> frozenset[TermKind]:
    """Let something happen today to each term of the office under way; those that changed by it.

    The term to appeal is the citizen's, and nothing that happens to the case moves it.
    """
    changed = set()
    for kind, term in changeset.procedure.terms.items():
        if kind is TermKind.APPEAL or (kind in FURTHER and not is_under_way(changeset.case, kind)):
            continue
        ledger = ledger_of(changeset, kind)
        if not ledger.has_begun or ledger.has_ended:
            continue
        after = act(ledger, term, day_for(changeset, ledger))
        if after is not ledger:
            changeset.enter(kind, after)
            changed.add(kind)
    if TermKind.LEGAL in changed:
        _settle(changeset)
    settle_further(changeset, changed.intersection(FURTHER))
    return frozenset(changed)


def change_term(changeset: CaseChangeset, kind: TermKind, ledger: Ledger) -> None:
    """Let one term have this ledger, with further entries."""
    before = changeset.case
    changeset.enter(kind, ledger)
    if kind is TermKind.LEGAL:
        _settle(changeset)
    elif kind in FURTHER:
        settle_further(changeset, (kind,))
    _note_change(changeset, before)


def follow_clocks(changeset: CaseChangeset, *, by: timedelta = timedelta()) -> None:
    """Let the timers follow the term of law and what is awaited; those without a clock move by `by`."""
    if not by and not changeset.procedure.has_clocks:
        return
    transaction = changeset.transaction
    step = transaction.workflow.postpone_timers(
        changeset.procedure.definition, changeset.case.snapshot, by=by, surroundings=changeset.surroundings
    )
    is_on_hold = changeset.case.status is CaseStatus.SUSPENDED
    changeset.case = replace(
        changeset.case, snapshot=step.snapshot, next_timer_at=None if is_on_hold else step.next_timer_at
    )


def ledger_of(changeset: CaseChangeset, kind: TermKind) -> Ledger:
    """What has happened to a term, also of a case from before there were ledgers."""
    ledger = changeset.ledger(kind)
    if ledger.has_begun or kind is not TermKind.LEGAL:
        return ledger
    term, zone = changeset.procedure.term, changeset.transaction.zone
    return ledger_of_before(changeset.case, term, calendar=calendar_of_case(changeset), zone=zone)


def ledger_of_before(case: Case, term: Term, *, calendar: WorkingCalendar, zone: tzinfo) -> Ledger:
    """A ledger that comes to what the columns of the case say; empty for a case whose term has not begun.

    Where the term was moved before there were ledgers, it is as long as it became by that.
    """
    if case.due_at is None:
        return Ledger()
    begun, last = local_day(case.opened_at, zone), last_day_of(case.due_at, zone)
    length = term.length
    if calendar.next_working_day(length.after(begun, calendar)) != last:
        days = [begun + timedelta(days=day) for day in range(1, (last - begun).days + 1)]
        unit = Unit.WORKING_DAYS if length.unit is Unit.WORKING_DAYS else Unit.DAYS
        counted = [day for day in days if unit is Unit.DAYS or calendar.is_working_day(day)]
        length = Length(min(len(counted), LONGEST), unit)
    ledger = Ledger().begun(begun, length, cause=TermCause.OPENED, law=term.law)
    rests = (
        (case.term_rests_since, TermCause.CITIZEN_AWAITED),
        (case.suspended_at, TermCause.SUSPENDED),
    )
    for since, cause in rests:
        if since is not None:
            ledger = ledger.rested(max(begun, local_day(since, zone)), cause=cause)
    return ledger


def _count_from_complete_file(changeset: CaseChangeset, *, goes_on: bool) -> None:
    """Begin the terms, or begin them anew, on the day on which the file is complete."""
    if changeset.case.term_ended_at is not None:
        return
    cause, awaits = TermCause.COMPLETE_FILE, Flag.AWAITING_CITIZEN in changeset.case.flags
    for kind, term in changeset.procedure.first_terms.items():
        ledger = ledger_of(changeset, kind)
        day = day_for(changeset, ledger)
        if ledger.has_begun:
            changeset.enter(kind, ledger.restarted(day, term.length, cause=cause, law=term.law))
            continue
        begun = ledger.begun(day, term.length, cause=cause, law=term.law)
        if awaits and term.supplement is not SupplementRule.RUNS_ON:
            begun = begun.rested(day, cause=TermCause.CITIZEN_AWAITED, law=term.law)
        changeset.enter(kind, begun)
    _settle(changeset)
    due_at = changeset.case.due_at
    changeset.record("term_begun", {"due_at": due_at.astimezone(UTC).isoformat() if due_at else None})
    if goes_on:
        follow_clocks(changeset)


def recount(changeset: CaseChangeset) -> None:
    """Let the case say what the ledgers of its terms come to, as after a closure of its branch."""
    before = changeset.case
    if before.term_ended_at is None and ledger_of(changeset, TermKind.LEGAL).has_begun:
        _settle(changeset)
    settle_further(changeset, [kind for kind in FURTHER if is_under_way(before, kind)])
    _note_change(changeset, before)


def _note_change(changeset: CaseChangeset, before: Case) -> None:
    """Note for those who work on the case when a day has moved that they knew."""
    after = changeset.case
    if (after.due_at, after.further_ends) != (before.due_at, before.further_ends):
        changeset.case = replace(after, term_changed_at=changeset.transaction.now)


def _settle(changeset: CaseChangeset) -> None:
    """Let the case say what the ledger of its term of law comes to today."""
    case, transaction = changeset.case, changeset.transaction
    ledger, calendar = ledger_of(changeset, TermKind.LEGAL), calendar_of_case(changeset)
    count = ledger.count(calendar)
    last_day, ended_at, rests_since, due_at = count.last_day, case.term_ended_at, None, case.due_at
    if ended_at is not None and count.ended not in {None, local_day(ended_at, transaction.zone)}:
        ended_at = end_of(count.ended, transaction) - INSTANT
    if last_day is None:
        rests_since = case.term_rests_since or transaction.now
        if case.status is not CaseStatus.SUSPENDED:
            last_day = ledger.if_it_went_on(day_for(changeset, ledger)).count(calendar).last_day
    if last_day is not None:
        due_at = end_of(last_day, transaction)
    _take(changeset, due_at, rests_since=rests_since, ended_at=ended_at)


def _take(
    changeset: CaseChangeset,
    due_at: datetime | None,
    *,
    rests_since: datetime | None,
    ended_at: datetime | None,
) -> None:
    """Let the case have its term so, and the tasks that are due with the term follow: perhaps on no day."""
    before, now = changeset.case.work_due_at, changeset.transaction.now
    changeset.case = changeset.case.with_term(due_at, rests_since=rests_since, ended_at=ended_at, now=now)
    move_tasks(changeset, before)


def _days_since(moment: datetime | None, changeset: CaseChangeset) -> timedelta:
    """The whole days from that moment's to today; none where there was no such moment."""
    zone = changeset.transaction.zone
    return changeset.transaction.today - local_day(moment, zone) if moment is not None else timedelta()


def _silent_day(changeset: CaseChangeset, end: datetime | None) -> date:
    """The last day of a term with that end, or today if that has not come."""
    if end is None:
        return changeset.transaction.today
    return min(changeset.transaction.today, last_day_of(end, changeset.transaction.zone))

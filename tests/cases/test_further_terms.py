"""Claims about what comes after a decision: the term to appeal, an appeal, the act after silence."""

from datetime import date, datetime

import pytest

from engine.cases.changeset import CaseState
from engine.cases.figures import ShowFigures
from engine.cases.lifecycle import ResumeCase, SuspendCase, WithdrawCase
from engine.cases.model import Case
from engine.cases.queries import ShowCase
from engine.cases.term_queries import ShowTerms
from engine.kernel.actor import CITIZEN, SYSTEM
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.messages.desk_actions import TakeActionFromCitizen
from engine.messages.timers import FireTimer
from engine.operations.housekeeping import MarkOverdue
from engine.terms.term import TermKind, TermState
from tests.messages.drawn import offer_drawn
from tests.messages.test_desk_actions import action
from tests.office import Office, an_office
from tests.runtime.diagrams import (
    chain,
    element,
    end,
    message,
    on_message,
    property_,
    start,
    timer,
    user,
)

WHY = "Εκκρεμεί δίκη."
APPEAL = "appeal: {days: 15, law: ν. 2690/1999 άρθρο 24}"


@pytest.fixture
def office() -> Office:
    """On Monday, 9 March 2026, at 14:00."""
    office = an_office()
    offers_licence(office)
    return office


def offers_licence(office: Office) -> None:
    """Offer a procedure in which a clerk judges a case and tells the citizen; they may appeal within 15 days.

    An appeal is examined in a sub-process of its own; without one the case ends.
    """
    offer_drawn(
        office,
        "licence",
        start(),
        user("judge", extensions=property_("stoa:milestone", "decided")),
        user("tell", extensions=property_("stoa:milestone", "notified")),
        element("eventBasedGateway", "may_appeal"),
        element(
            "intermediateCatchEvent",
            "appealed",
            on_message("appeal"),
            extensions=action("appeal", "citizen, clerk", "citizen, role:clerk"),
            name="Ένσταση",
        ),
        element(
            "subProcess",
            "appeal_scope",
            start("appeal_begun"),
            user("examine_appeal"),
            end("appeal_over"),
            chain("appeal_begun", "examine_appeal", "appeal_over"),
            extensions=property_("stoa:flag", "appealed"),
        ),
        element(
            "boundaryEvent",
            "not_answered",
            timer(date="=stoa.term_end()"),
            extensions=property_("stoa:clock", "legal", term="answer"),
            attachedToRef="appeal_scope",
            cancelActivity="false",
        ),
        user("hurry"),
        element(
            "intermediateCatchEvent",
            "final",
            timer(date="=stoa.term_end()"),
            extensions=property_("stoa:clock", "legal", term="appeal", milestone="appealable_until"),
        ),
        user("file"),
        end("done"),
        end("hurried"),
        chain("start", "judge", "tell", "may_appeal", "appealed", "appeal_scope", "file"),
        chain("may_appeal", "final", "file"),
        chain("file", "done"),
        chain("not_answered", "hurry", "hurried"),
        declares=message("appeal", "appeal"),
        further=APPEAL,
    )


def decided(office: Office) -> CaseState:
    """A case in which the citizen was told on 9 March, so that they may appeal until the 24th."""
    opened = office.opens_case(procedure="licence", data={})
    judged = office.completes(opened.tasks[0], {})
    return office.completes(judged.tasks[0], {})


def goes_to(office: Office, moment: str) -> None:
    """A moment in Athens."""
    wanted = datetime.fromisoformat(moment).replace(tzinfo=office.engine.zone)
    office.clock.advance(wanted - office.clock.now())


def now(office: Office, state: CaseState) -> Case:
    return office.engine.ask(ShowCase(case_id=state.case.id), actor=office.clerk).case


def waits_for(office: Office, state: CaseState) -> list[str]:
    view = office.engine.ask(ShowCase(case_id=state.case.id), actor=office.clerk)
    return sorted(task.element_id for task in view.tasks)


def day(moment: datetime | None, office: Office) -> str | None:
    return moment.astimezone(office.engine.zone).strftime("%d/%m %H:%M") if moment else None


def fires(office: Office, state: CaseState) -> bool:
    return office.does(FireTimer(case_id=state.case.id), actor=SYSTEM)


def appeals(office: Office, state: CaseState) -> Case:
    command = TakeActionFromCitizen(number=state.case.number, code=office.code_of(state.case), name="appeal")
    office.does(command, actor=CITIZEN)
    return now(office, state)


def words(office: Office, state: CaseState) -> dict[TermKind, str]:
    terms = office.engine.ask(ShowTerms(case_id=state.case.id), actor=office.clerk)
    return {term.kind: term.words.en for term in terms}


def test_the_term_to_appeal_begins_when_the_citizen_is_told_and_the_case_stays_and_has_a_holder(
    office: Office,
) -> None:
    told = decided(office)

    case = now(office, told)
    assert (case.status, case.term_state, case.holder_id) == (
        CaseStatus.OPEN,
        TermState.IN_TIME,
        office.clerk.id,
    )
    assert day(case.appealable_until, office) == "25/03 00:00"
    assert case.next_timer_at == case.appealable_until
    assert words(office, told)[TermKind.APPEAL] == "15 days from 9 March; ends on 24 March"


def test_nobody_appeals_and_the_decision_is_final_when_the_term_is_over(office: Office) -> None:
    told = decided(office)
    goes_to(office, "2026-03-24 23:59")
    early = fires(office, told)
    goes_to(office, "2026-03-25 00:00")

    fired = fires(office, told)

    case = now(office, told)
    assert (early, fired, waits_for(office, told)) == (False, True, ["file"])
    assert (case.appealable_until, case.further_ends[TermKind.ANSWER]) == (None, None)
    assert words(office, told)[TermKind.APPEAL].endswith("passed unused on 25 March")


def test_an_appeal_is_on_the_case_while_it_runs_and_is_answered_in_a_term_of_its_own(office: Office) -> None:
    told = decided(office)
    goes_to(office, "2026-03-11 10:00")

    appealed = appeals(office, told)

    task = office.engine.ask(ShowCase(case_id=told.case.id), actor=office.clerk).tasks[0]
    assert (appealed.flags, appealed.appealable_until) == (frozenset({Flag.APPEALED}), None)
    # 30 days after 11 March is 10 April 2026, Good Friday: so on Tuesday after Easter, the 14th.
    assert day(appealed.answer_due_at, office) == "15/04 00:00"
    assert (task.element_id, task.due_at) == ("examine_appeal", appealed.answer_due_at)
    assert appealed.next_timer_at == appealed.answer_due_at

    office.completes(task, {})

    answered = now(office, told)
    assert (answered.flags, answered.answer_due_at, waits_for(office, told)) == (frozenset(), None, ["file"])
    said = words(office, told)
    assert said[TermKind.APPEAL].endswith("appealed on 11 March, in time")
    assert said[TermKind.ANSWER].endswith("decided on 11 March, in time")


def test_the_answer_overdue_is_told_apart_from_the_first_term_overdue(office: Office) -> None:
    told = decided(office)
    appeals(office, told)
    goes_to(office, "2026-06-01 10:00")
    office.does(MarkOverdue(), actor=SYSTEM)

    case = now(office, told)

    assert Flag.OVERDUE not in case.flags
    assert case.term_state is TermState.IN_TIME
    assert case.overdue_term(office.clock.now()) is TermKind.ANSWER
    assert fires(office, told)
    assert waits_for(office, told) == ["examine_appeal", "hurry"]


def test_a_suspension_gives_the_answer_its_days_back_and_leaves_the_term_to_appeal_alone(
    office: Office,
) -> None:
    told, other = decided(office), decided(office)
    appealed = appeals(office, told)
    for state in (told, other):
        office.does(SuspendCase(case_id=state.case.id, reason=WHY))
    goes_to(office, "2026-03-19 14:00")
    on_hold = now(office, told)

    for state in (told, other):
        office.does(ResumeCase(case_id=state.case.id, reason=WHY))

    resumed = now(office, told)
    assert (on_hold.work_due_at, day(appealed.answer_due_at, office)) == (None, "09/04 00:00")
    assert day(resumed.answer_due_at, office) == "21/04 00:00"
    assert day(now(office, other).appealable_until, office) == "25/03 00:00"


def test_a_case_that_is_withdrawn_is_appealed_against_no_more(office: Office) -> None:
    told = decided(office)
    appeals(office, told)

    office.does(WithdrawCase(case_id=told.case.id, reason="Παραιτήθηκε."))

    case = now(office, told)
    assert (case.flags, case.further_ends) == (frozenset(), dict.fromkeys(case.further_ends))
    assert words(office, told)[TermKind.ANSWER].endswith("the case was closed on 9 March, in time")


def test_the_journal_says_when_an_appeal_began_and_ended(office: Office) -> None:
    told = decided(office)
    appeals(office, told)
    office.completes(office.engine.ask(ShowCase(case_id=told.case.id), actor=office.clerk).tasks[0], {})

    actions = [line.action for line in office.journal(told)]

    assert [one for one in actions if "appeal" in one] == ["appeal_began", "appeal_ended"]
    assert actions.index("action_taken") < actions.index("appeal_began")


def silent(office: Office) -> CaseState:
    """A licence that silence approves on 8 April; the act follows, and then the citizen is told."""
    offer_drawn(
        office,
        "silent",
        start(),
        user("examine"),
        element(
            "boundaryEvent",
            "silence",
            timer(date="=stoa.term_end()"),
            extensions=property_("stoa:clock", "legal", legal_effect="silence-approves", law="ν. 4442/2016"),
            attachedToRef="examine",
        ),
        user("act", extensions=property_("stoa:milestone", "decided")),
        user("tell", extensions=property_("stoa:milestone", "delivered")),
        end("done"),
        chain("start", "examine", "done"),
        chain("silence", "act", "tell", "done"),
        term="{days: 30, law: ν. 4442/2016 άρθρο 7}",
    )
    return office.opens_case(procedure="silent", data={})


def test_after_silence_the_act_must_follow_in_ten_days(office: Office) -> None:
    opened = silent(office)
    goes_to(office, "2026-04-12 10:00")
    fires(office, opened)

    case = now(office, opened)

    task = office.engine.ask(ShowCase(case_id=opened.case.id), actor=office.clerk).tasks[0]
    # From the last day of the term, 8 April, whenever the timer fired: the 18th is a Saturday, so the 20th.
    assert day(case.act_due_at, office) == "21/04 00:00"
    assert (task.element_id, task.due_at, case.term_state) == ("act", case.act_due_at, TermState.IN_TIME)
    goes_to(office, "2026-04-22 10:00")
    assert now(office, opened).overdue_term(office.clock.now()) is TermKind.ACT

    office.completes(task, {})

    assert now(office, opened).act_due_at is None
    assert words(office, opened)[TermKind.ACT].endswith("decided on 22 April, late")


def test_the_figures_tell_in_time_late_and_overdue_apart_and_a_further_term_from_the_first(
    office: Office,
) -> None:
    told, appealed, late = decided(office), decided(office), office.opens_case(procedure="licence", data={})
    office.opens_case(procedure="licence", data={})
    appeals(office, appealed)
    goes_to(office, "2026-06-01 10:00")
    office.completes(late.tasks[0], {})
    office.does(MarkOverdue(), actor=SYSTEM)

    figures = office.engine.ask(ShowFigures(), actor=office.manager)
    later = office.engine.ask(ShowFigures(since=date(2026, 4, 1)), actor=office.manager)

    assert (figures.in_time, figures.late, figures.overdue) == (2, 1, 1)
    assert (figures.answer_overdue, figures.act_overdue, figures.appealed) == (1, 0, 1)
    assert (later.in_time, later.late, later.overdue, later.appealed) == (0, 0, 0, 0)
    assert now(office, told).term_state is TermState.IN_TIME

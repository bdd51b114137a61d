"""Claims about terms that rest while the citizen has something to bring, and go on afterwards."""

from datetime import date, datetime, timedelta

import pytest

from engine.cases.changeset import CaseState
from engine.cases.lifecycle import ResumeCase, SuspendCase, WithdrawCase
from engine.cases.model import Case
from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM
from engine.kernel.vocabulary import Flag
from engine.messages.timers import FireTimer
from engine.operations.housekeeping import MarkOverdue
from engine.service_tasks.answer import AnswerServiceTask
from engine.supplements.supplement import AskSupplement, BringSupplement
from engine.supplements.tracking import TrackCase
from engine.terms.term import SupplementRule
from tests.builders import an_agency_actor
from tests.messages.drawn import offer_drawn
from tests.office import Office, an_office
from tests.runtime.diagrams import boundary, chain, end, service, start, timer, user

A_DAY = timedelta(days=1)


@pytest.fixture
def office() -> Office:
    """On Monday, 9 March 2026, at 14:00."""
    return an_office()


def sent(office: Office, rule: SupplementRule) -> CaseState:
    """A case with a term of five days, at the municipality, which is reminded after three."""
    offer_drawn(
        office,
        "opinion",
        start(),
        service("ask", topic="municipality.residence"),
        boundary("late", "ask", timer(duration="P3D"), interrupting=False),
        user("remind"),
        end("done"),
        chain("start", "ask", "done"),
        chain("late", "remind", "done"),
        term=f"{{days: 5, working_days: false, supplement: {rule}}}",
    )
    return office.opens_case(procedure="opinion", data={})


def asks(office: Office, state: CaseState) -> CaseState:
    command = AskSupplement(service_task_id=state.service_tasks[0].id, wanted="Ένα ακόμη έγγραφο.")
    return office.does(command, actor=an_agency_actor(office.agency))


def brings(office: Office, state: CaseState) -> CaseState:
    return office.does(BringSupplement(service_task_id=state.service_tasks[0].id))


def last_day(office: Office, case: Case) -> date:
    assert case.due_at is not None
    return (case.due_at.astimezone(office.engine.zone) - timedelta(seconds=1)).date()


@pytest.mark.parametrize(
    ("rule", "last"),
    [
        (SupplementRule.RUNS_ON, date(2026, 3, 16)),
        (SupplementRule.PAUSES, date(2026, 3, 17)),
        (SupplementRule.RESTARTS, date(2026, 3, 17)),
    ],
)
def test_a_supplement_moves_the_term_as_the_procedure_says(
    office: Office, rule: SupplementRule, last: date
) -> None:
    state = asks(office, sent(office, rule))
    office.clock.advance(3 * A_DAY)

    after = brings(office, state)

    assert (last_day(office, after.case), after.case.term_rests_since) == (last, None)


def test_the_timers_of_the_case_move_as_far_as_its_term(office: Office) -> None:
    state = sent(office, SupplementRule.PAUSES)
    before = state.case.next_timer_at
    assert before is not None
    asks(office, state)
    office.clock.advance(2 * A_DAY)

    after = brings(office, state)

    assert after.case.next_timer_at == before + 2 * A_DAY


def test_the_journal_tells_when_a_term_rests_and_until_when_it_runs(office: Office) -> None:
    state = asks(office, sent(office, SupplementRule.PAUSES))
    office.clock.advance(2 * A_DAY)

    after = brings(office, state)

    lines = [(line.action, dict(line.detail)) for line in office.journal(state) if "term" in line.action]
    assert after.case.due_at is not None
    assert [action for action, _ in lines] == ["term_rests", "term_goes_on"]
    assert datetime.fromisoformat(lines[1][1]["due_at"]) == after.case.due_at


def test_what_was_brought_on_the_same_day_moves_nothing(office: Office) -> None:
    state = sent(office, SupplementRule.PAUSES)
    asks(office, state)

    after = brings(office, state)

    assert (after.case.due_at, after.case.next_timer_at) == (state.case.due_at, state.case.next_timer_at)


def test_a_case_whose_term_rests_does_not_become_overdue(office: Office) -> None:
    asks(office, sent(office, SupplementRule.PAUSES))
    office.clock.advance(30 * A_DAY)

    marked = office.does(MarkOverdue(), actor=SYSTEM)

    assert marked == 0


def test_a_term_that_begins_anew_is_not_overdue_any_more(office: Office) -> None:
    state = sent(office, SupplementRule.RESTARTS)
    office.clock.advance(10 * A_DAY)
    office.does(MarkOverdue(), actor=SYSTEM)
    late = asks(office, state)

    after = brings(office, state)

    assert Flag.OVERDUE in late.case.flags
    assert Flag.OVERDUE not in after.case.flags


def test_an_agency_that_answers_without_it_lets_the_term_go_on(office: Office) -> None:
    state = sent(office, SupplementRule.PAUSES)
    asks(office, state)
    office.clock.advance(3 * A_DAY)
    office.does(FireTimer(case_id=state.case.id), actor=SYSTEM)
    office.clock.advance(A_DAY)

    after = office.does(AnswerServiceTask(service_task_id=state.service_tasks[0].id), actor=SYSTEM)

    assert after.case.is_open
    assert (after.case.term_rests_since, last_day(office, after.case)) == (None, date(2026, 3, 18))


def test_time_on_hold_and_time_at_rest_are_counted_once(office: Office) -> None:
    state = asks(office, sent(office, SupplementRule.PAUSES))
    office.clock.advance(A_DAY)
    office.does(SuspendCase(case_id=state.case.id, reason="Εκκρεμεί δίκη."))
    office.clock.advance(A_DAY)
    office.does(ResumeCase(case_id=state.case.id, reason="Η δίκη έγινε."))
    office.clock.advance(A_DAY)

    after = brings(office, state)

    assert last_day(office, after.case) == date(2026, 3, 17)


def test_an_answer_while_the_case_is_on_hold_lets_the_term_go_on_once_it_is_resumed(office: Office) -> None:
    state = asks(office, sent(office, SupplementRule.PAUSES))
    task = state.service_tasks[0]
    office.clock.advance(A_DAY)
    office.does(SuspendCase(case_id=state.case.id, reason="Εκκρεμεί δίκη."))
    office.clock.advance(4 * A_DAY)
    resting = office.engine.ask(ShowCase(case_id=state.case.id), actor=office.clerk).case

    office.does(ResumeCase(case_id=state.case.id, reason="Η δίκη έγινε."))
    office.does(BringSupplement(service_task_id=task.id))

    after = office.engine.ask(ShowCase(case_id=state.case.id), actor=office.clerk).case
    assert resting.term_rests_since is not None
    assert (after.term_rests_since, last_day(office, after)) == (None, date(2026, 3, 19))


def test_a_closed_case_has_no_term_that_rests(office: Office) -> None:
    state = asks(office, sent(office, SupplementRule.PAUSES))

    after = office.does(WithdrawCase(case_id=state.case.id, reason="Δεν τη θέλει πια."))

    assert after.case.term_rests_since is None


def test_a_task_that_awaits_the_citizen_lets_the_term_rest_too(office: Office) -> None:
    flag = '<zeebe:properties><zeebe:property name="stoa:flag" value="awaiting_citizen"/></zeebe:properties>'
    parts = (start(), user("bring", extensions=flag), end("done"), chain("start", "bring", "done"))
    offer_drawn(office, "to-be-brought", *parts, term="{days: 5, working_days: true, supplement: pauses}")

    state = office.opens_case(procedure="to-be-brought", data={})

    assert state.case.term_rests_since == office.clock.now()


def test_the_citizen_is_told_what_the_term_does(office: Office) -> None:
    state = asks(office, sent(office, SupplementRule.RESTARTS))
    question = TrackCase(number=state.case.number, code=office.code_of(state.case))

    found = office.engine.ask(question, actor=SYSTEM)

    assert found.resting_term is SupplementRule.RESTARTS


def test_a_task_that_is_due_with_the_term_is_due_on_no_day_while_it_rests(office: Office) -> None:
    state = sent(office, SupplementRule.PAUSES)
    office.clock.advance(4 * A_DAY)
    office.does(FireTimer(case_id=state.case.id), actor=SYSTEM)

    resting = asks(office, state)
    office.clock.advance(2 * A_DAY)
    after = brings(office, state)

    assert [task.due_at for task in resting.tasks] == [None]
    assert [task.due_at for task in after.tasks] == [after.case.due_at]

"""Claims about timers that go by a clock of the law: no licence is granted while its citizen is awaited."""

from datetime import datetime, timedelta

import pytest

from engine.cases.changeset import CaseState
from engine.cases.lifecycle import ResumeCase, SuspendCase
from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM
from engine.messages.timers import FireTimer
from engine.supplements.tracking import TrackCase
from engine.terms.ledger import TermCause
from tests.cases.test_term_ledgers import entries
from tests.messages.drawn import offer_drawn
from tests.office import Office, an_office
from tests.runtime.diagrams import chain, element, end, property_, start, timer, user

A_DAY = timedelta(days=1)
BRINGS = property_("stoa:flag", "awaiting_citizen")
LAW = "ν. 4442/2016 άρθρο 7 παρ. 3"
SILENCE = {"legal_effect": "silence-approves", "law": LAW}


@pytest.fixture
def office() -> Office:
    """On Monday, 9 March 2026, at 14:00."""
    return an_office()


def a_licence(
    office: Office, clock: str, *, supplement: str = "pauses", extension: str = "{days: 30}"
) -> CaseState:
    """A day-care licence: a clerk examines it, the citizen brings more, it is judged; silence approves.

    The term of two months ends on Saturday, 9 May: so on Monday, the 11th.
    """
    when = timer(date="=stoa.term_end()") if clock == "legal" else timer(duration="P2M")
    offer_drawn(
        office,
        "day-care",
        start(),
        element(
            "subProcess",
            "examination",
            start("begun"),
            user("examine"),
            user("bring", extensions=BRINGS),
            user("judge"),
            end("over"),
            chain("begun", "examine", "bring", "judge", "over"),
        ),
        element(
            "boundaryEvent",
            "silence",
            when,
            extensions=property_("stoa:clock", clock, **({} if clock == "runs" else SILENCE)),
            attachedToRef="examination",
        ),
        user("licence", extensions=property_("stoa:milestone", "decided")),
        end("done"),
        chain("start", "examination", "done"),
        chain("silence", "licence", "done"),
        term=f"{{months: 2, law: ν. 4442/2016 άρθρο 7, supplement: {supplement}, extension: {extension}}}",
    )
    return office.opens_case(procedure="day-care", data={})


def waits_for(office: Office, state: CaseState) -> list[str]:
    view = office.engine.ask(ShowCase(case_id=state.case.id), actor=office.clerk)
    return [task.element_id for task in view.tasks]


def fires(office: Office, state: CaseState) -> bool:
    return office.does(FireTimer(case_id=state.case.id), actor=SYSTEM)


def goes_to(office: Office, moment: str) -> None:
    """A moment in Athens."""
    wanted = datetime.fromisoformat(moment).replace(tzinfo=office.engine.zone)
    office.clock.advance(wanted - office.clock.now())


def due(state: CaseState, office: Office) -> str:
    assert state.case.next_timer_at is not None
    return state.case.next_timer_at.astimezone(office.engine.zone).strftime("%d/%m %H:%M")


@pytest.mark.parametrize(
    ("clock", "first", "after_rest"),
    [("legal", "12/05 00:00", "22/07 00:00"), ("rests", "09/05 15:00", "21/07 14:00")],
)
def test_no_licence_is_granted_by_silence_while_the_citizen_is_awaited(
    office: Office, clock: str, first: str, after_rest: str
) -> None:
    opened = a_licence(office, clock)
    goes_to(office, "2026-03-20 14:00")
    awaited = office.completes(opened.tasks[0], {})
    goes_to(office, "2026-05-20 12:00")
    fired_meanwhile = fires(office, awaited)
    waited_for = waits_for(office, awaited)
    goes_to(office, "2026-06-01 14:00")
    brought = office.completes(awaited.tasks[0], {})
    before = fires(office, brought)
    office.clock.moment = brought.case.next_timer_at or office.clock.moment
    at_the_end = fires(office, brought)

    assert due(opened, office) == first
    assert (fired_meanwhile, waited_for, awaited.case.next_timer_at) == (False, ["bring"], None)
    assert (before, due(brought, office)) == (False, after_rest)
    assert (at_the_end, waits_for(office, opened), fires(office, opened)) == (True, ["licence"], False)


def test_a_timer_that_runs_is_moved_by_nothing(office: Office) -> None:
    opened = a_licence(office, "runs")
    awaited = office.completes(opened.tasks[0], {})
    office.does(SuspendCase(case_id=opened.case.id, reason="Εκκρεμεί δίκη."))
    goes_to(office, "2026-05-20 12:00")
    fired_on_hold = fires(office, opened)

    office.does(ResumeCase(case_id=opened.case.id, reason="Η δίκη έγινε."))

    assert (due(awaited, office), fired_on_hold) == ("09/05 15:00", False)
    assert (fires(office, opened), waits_for(office, opened)) == (True, ["licence"])


@pytest.mark.parametrize(
    ("clock", "expected"), [("legal", "20/05 00:00"), ("rests", "19/05 15:00"), ("runs", "09/05 15:00")]
)
def test_timers_follow_a_suspension_as_their_clock_does(office: Office, clock: str, expected: str) -> None:
    opened = a_licence(office, clock)
    office.does(SuspendCase(case_id=opened.case.id, reason="Εκκρεμεί δίκη."))
    goes_to(office, "2026-03-19 14:00")

    resumed = office.does(ResumeCase(case_id=opened.case.id, reason="Η δίκη έγινε."))

    assert due(resumed, office) == expected


def test_a_timer_that_rests_does_so_where_the_term_runs_on(office: Office) -> None:
    opened = a_licence(office, "rests", supplement="runs_on")
    awaited = office.completes(opened.tasks[0], {})
    goes_to(office, "2026-03-19 14:00")

    brought = office.completes(awaited.tasks[0], {})

    assert (awaited.case.term_rests_since, awaited.case.next_timer_at) == (None, None)
    assert due(brought, office) == "19/05 15:00"


def test_what_silence_brings_is_the_laws_act_in_the_journal_and_ends_the_term_in_time(office: Office) -> None:
    opened = a_licence(office, "legal")
    goes_to(office, "2026-05-12 09:30")

    fires(office, opened)

    lines = {line.action: (line.actor_name, dict(line.detail)) for line in office.journal(opened)}
    after = office.engine.ask(ShowCase(case_id=opened.case.id), actor=office.clerk)
    assert lines["silence_approves"] == ("stoa", {"element": "silence", "law": LAW})
    assert entries(office, opened.case)[-1][:2] == ("ended", TermCause.SILENCE)
    assert entries(office, opened.case)[-1][2].isoformat() == "2026-05-11"
    assert (after.case.term_state, [task.due_at for task in after.tasks]) == (
        "in_time",
        [after.case.act_due_at],
    )


def test_a_decision_in_time_leaves_silence_nothing_to_do(office: Office) -> None:
    opened = a_licence(office, "legal")

    state = opened
    for _ in ("examine", "bring", "judge"):
        state = office.completes(state.tasks[0], {})

    assert (state.case.is_closed, state.case.next_timer_at) == (True, None)
    assert entries(office, opened.case)[-1][:2] == ("ended", TermCause.CLOSED)


def test_a_legal_timer_that_is_opened_while_the_term_rests_waits_for_its_end(office: Office) -> None:
    when = timer(date="=stoa.term_end()")
    legal = property_("stoa:clock", "legal")
    offer_drawn(
        office,
        "with-a-limit",
        start(),
        element("parallelGateway", "split"),
        user("bring", extensions=BRINGS),
        user("prepare"),
        element("intermediateCatchEvent", "limit", when, extensions=legal),
        element("parallelGateway", "join"),
        end("done"),
        chain("start", "split", "bring", "join", "done"),
        chain("split", "prepare", "limit", "join"),
        term="{days: 10, supplement: pauses}",
    )
    opened = office.opens_case(procedure="with-a-limit", data={})
    bring, prepare = sorted(opened.tasks, key=lambda task: task.element_id)
    office.clock.advance(2 * A_DAY)
    waiting = office.completes(prepare, {})

    brought = office.completes(bring, {})

    assert waiting.case.next_timer_at is None
    assert due(brought, office) == "24/03 00:00"
    tracked = office.engine.ask(
        TrackCase(number=opened.case.number, code=office.code_of(opened.case)), actor=SYSTEM
    )
    assert tracked.due_at == brought.case.due_at

"""What people know of a case beside its rows: notes, next steps, timeline, related cases, callers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.cases.callers import AskCaller, IdentifyCaller, SearchTracking
from engine.cases.case_details import ListNotes, ListRelatedCases, ShowNextSteps
from engine.cases.case_page import ShowCaseFile
from engine.cases.changeset import CaseState
from engine.cases.expectations import Expectation, WaitsFor
from engine.cases.lifecycle import SuspendCase, WithdrawCase
from engine.cases.notes import LONGEST, AddNote
from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.kernel.vocabulary import Fact
from engine.people.attempts import TooManyAttempts
from engine.people.users import SaveUser
from engine.service_tasks.answer import AnswerServiceTask
from engine.tasks.saved_filters import ForgetFilter, SaveFilter
from engine.tasks.worklist_model import MOST_FILTERS
from engine.tasks.worklist_queries import FeelPulse, ListFilters
from tests.builders import a_branch, a_clerk, a_person, a_user, an_agency_actor, an_id
from tests.messages.drawn import offer_drawn
from tests.messages.test_desk_actions import action, under_way
from tests.office import CONFIRMED, PAPERS_COMPLETE, Office, an_office
from tests.runtime.diagrams import chain, element, end, message, on_message, start, user

CALLER = a_person(
    amka="01018012345",
    birth_date="1980-01-01",
    patronymic="Γεώργιος",
    phone="+30 694 123 4567",
)

FLAGGED = '<zeebe:properties><zeebe:property name="stoa:flag" value="ready_for_pickup"/></zeebe:properties>'


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.fixture
def agent(office: Office) -> Actor:
    user = a_user(username="aris")
    office.does(SaveUser(user=user, branch_id=office.branch.id, roles=frozenset({Role.AGENT})), actor=SYSTEM)
    return Actor(kind=ActorKind.USER, id=user.id, name="aris", roles=frozenset({Role.AGENT}))


def next_steps(office: Office, state: CaseState) -> tuple[Expectation, ...]:
    return office.engine.ask(ShowNextSteps(case_id=state.case.id), actor=office.clerk)


def told(office: Office, state: CaseState) -> list[tuple[str, str, str | None]]:
    sheet = office.engine.ask(ShowCaseFile(case_id=state.case.id), actor=office.clerk)
    return [(entry.line.action, entry.who, entry.what) for entry in sheet.lines]


# Notes


def test_a_note_is_read_by_the_branch_and_mentioned_in_the_journal(office: Office) -> None:
    state = office.opens_case()

    note = office.does(AddNote(case_id=state.case.id, text="  Θα φέρει το πρωτότυπο. "))

    read = office.engine.ask(ListNotes(case_id=state.case.id), actor=office.colleague)
    line = office.journal(state)[-1]
    assert (read.items, note.text) == ((note,), "Θα φέρει το πρωτότυπο.")
    assert (line.action, line.detail) == ("note_added", {"note": str(note.id)})


def test_a_note_may_be_written_on_a_closed_case(office: Office) -> None:
    state = office.does(WithdrawCase(case_id=office.opens_case().case.id, reason="Δεν το χρειάζεται."))

    note = office.does(AddNote(case_id=state.case.id, text="Ζήτησε πίσω τα χαρτιά."))

    assert note.author_name == "maria"


@pytest.mark.parametrize("text", ["", " \n ", "α" * (LONGEST + 1)])
def test_a_note_has_a_text_of_some_length(office: Office, text: str) -> None:
    with pytest.raises(Invalid, match="text"):
        office.does(AddNote(case_id=office.opens_case().case.id, text=text))


def test_notes_are_not_for_agents_nor_for_other_branches(office: Office, agent: Actor) -> None:
    case_id = office.opens_case().case.id

    with pytest.raises(NotFound):
        office.engine.ask(ListNotes(case_id=case_id), actor=agent)
    with pytest.raises(NotFound):
        office.does(AddNote(case_id=case_id, text="…"), actor=agent)
    with pytest.raises(NotFound):
        office.engine.ask(ListNotes(case_id=case_id), actor=a_clerk(a_branch(code="0182")))


# What happens next


def test_the_next_step_names_who_has_the_task(office: Office) -> None:
    state = office.opens_case()
    free = next_steps(office, state)
    office.claims(state.tasks[0])

    (step,) = next_steps(office, state)

    assert (free[0].waits_for, free[0].who) == (WaitsFor.CLERK, None)
    assert (step.what, step.who, step.task_id) == (state.tasks[0].name, "maria", state.tasks[0].id)


def test_a_case_may_wait_for_an_agency_and_for_a_moment(office: Office) -> None:
    state = office.sends_to_municipality()

    agency, time = next_steps(office, state)

    assert (agency.waits_for, agency.who, agency.service_task_id) == (
        WaitsFor.AGENCY,
        "municipality",
        state.service_tasks[0].id,
    )
    assert (time.waits_for, time.due_at) == (WaitsFor.TIME, state.case.next_timer_at)


def test_a_case_that_is_ready_waits_for_its_citizen(office: Office) -> None:
    parts = (start(), user("fetch", extensions=FLAGGED), end("done"), chain("start", "fetch", "done"))
    offer_drawn(office, "to-be-fetched", *parts)

    (step,) = next_steps(office, office.opens_case(procedure="to-be-fetched", data={}))

    assert step.waits_for is WaitsFor.CITIZEN


def test_a_case_may_wait_for_a_message(office: Office) -> None:
    paid = element("intermediateCatchEvent", "paid", on_message("paid_message"))
    declares = message("paid_message", "payment_received", "case.number")
    parts = (start(), paid, end("done"), chain("start", "paid", "done"))
    offer_drawn(office, "to-be-paid", *parts, declares=declares)

    (step,) = next_steps(office, office.opens_case(procedure="to-be-paid", data={}))

    assert (step.waits_for, step.what) == (WaitsFor.MESSAGE, "payment_received")


def test_a_case_does_not_wait_for_what_somebody_may_do_and_need_not(office: Office) -> None:
    state = under_way(office)

    (step,) = next_steps(office, state)

    assert (step.waits_for, step.task_id) == (WaitsFor.CLERK, state.tasks[0].id)


def test_a_case_in_which_nothing_but_an_action_leads_on_waits_for_it_by_its_name(office: Office) -> None:
    offered = action("collect", "clerk", "role:clerk")
    event = element(
        "intermediateCatchEvent", "later", on_message("collect"), extensions=offered, name="Παραλαβή"
    )
    declares = message("collect", "collect_message")
    parts = (start(), event, end("done"), chain("start", "later", "done"))
    offer_drawn(office, "to-be-collected", *parts, declares=declares)

    (step,) = next_steps(office, office.opens_case(procedure="to-be-collected", data={}))

    assert (step.waits_for, step.what) == (WaitsFor.MESSAGE, "Παραλαβή")


def test_a_suspended_case_waits_first_of_all_to_be_resumed(office: Office) -> None:
    state = office.opens_case()
    office.does(SuspendCase(case_id=state.case.id, reason="Λείπει ο φάκελος."))

    first, _task = next_steps(office, state)

    assert (first.waits_for, first.since) == (WaitsFor.RESUMPTION, office.clock.now())


def test_a_closed_case_waits_for_nothing(office: Office) -> None:
    state = office.does(WithdrawCase(case_id=office.opens_case().case.id, reason="Δεν το χρειάζεται."))

    assert next_steps(office, state) == ()


# The timeline


def test_the_timeline_names_people_and_work(office: Office) -> None:
    state = office.opens_case()
    task = state.tasks[0]
    after = office.completes(task, PAPERS_COMPLETE)

    assert told(office, state) == [
        ("case_opened", "Μαρία Παπαδοπούλου", None),
        ("task_opened", "Μαρία Παπαδοπούλου", task.name),
        ("task_claimed", "Μαρία Παπαδοπούλου", task.name),
        ("task_completed", "Μαρία Παπαδοπούλου", task.name),
        ("service_task_opened", "Μαρία Παπαδοπούλου", after.service_tasks[0].name),
    ]


# The citizen's other cases


def test_other_cases_of_the_applicant_are_found_newest_first(office: Office) -> None:
    first = office.opens_case(applicant=CALLER)
    second = office.opens_case(applicant=a_person(given_name="Ε.", amka=CALLER.amka, afm=None))
    office.opens_case(applicant=a_person(afm="123456783"))

    related = office.engine.ask(ListRelatedCases(case_id=first.case.id), actor=office.clerk)

    assert [case.id for case in related] == [second.case.id]
    assert related[0].snapshot == b""


def test_a_case_without_afm_and_amka_has_no_related_cases(office: Office) -> None:
    office.opens_case()
    state = office.opens_case(applicant=a_person(afm=None))

    assert office.engine.ask(ListRelatedCases(case_id=state.case.id), actor=office.clerk) == ()


# Callers


def identified(office: Office, state: CaseState, agent: Actor, answers: Mapping[Fact, str]) -> bool:
    return office.does(IdentifyCaller(case_id=state.case.id, answers=answers), actor=agent)


@pytest.mark.parametrize("text", ["dimitriou", "Δημητρίου Ελένη", "+30 694 123 4567", "number"])
def test_an_agent_finds_the_case_that_a_caller_means(office: Office, agent: Actor, text: str) -> None:
    state = office.opens_case(applicant=CALLER)
    office.opens_case(applicant=a_person(family_name="Άλλου"))
    searched = state.case.number if text == "number" else text

    found = office.engine.ask(SearchTracking(text=searched), actor=agent).items

    assert [case.number for case in found] == [state.case.number]


def test_an_agent_searches_for_something(office: Office, agent: Actor) -> None:
    with pytest.raises(Invalid, match="text"):
        office.engine.ask(SearchTracking(text=" - "), actor=agent)
    with pytest.raises(NotPermitted):
        office.engine.ask(SearchTracking(text="dimitriou"), actor=office.clerk)


def test_an_agent_is_told_what_to_ask_and_not_what_to_hear(office: Office, agent: Actor) -> None:
    state = office.opens_case(applicant=CALLER)

    facts = office.engine.ask(AskCaller(case_id=state.case.id), actor=agent)

    assert facts == (Fact.TRACKING_CODE, Fact.AMKA, Fact.AFM, Fact.BIRTH_DATE)


def test_a_caller_who_names_two_facts_is_recognised(office: Office, agent: Actor) -> None:
    state = office.opens_case(applicant=CALLER)

    recognised = identified(
        office, state, agent, {Fact.PATRONYMIC: "ΓΕΩΡΓΙΟΣ", Fact.BIRTH_DATE: "1980 01 01"}
    )

    line = office.journal(state)[-1]
    assert recognised
    assert (line.action, line.detail) == ("caller_recognised", {"asked": ["birth_date", "patronymic"]})


@pytest.mark.parametrize(
    "wrong",
    [
        {Fact.AFM: CALLER.afm, Fact.BIRTH_DATE: "1981-01-01"},
        {Fact.AFM: CALLER.afm, Fact.MATRONYMIC: ""},
        {Fact.AFM: CALLER.afm, Fact.AMKA: CALLER.amka, Fact.TRACKING_CODE: "K7QX9PZZ"},
    ],
)
def test_one_wrong_fact_is_enough_not_to_be_recognised(
    office: Office, agent: Actor, wrong: dict[Fact, Any]
) -> None:
    state = office.opens_case(applicant=CALLER)

    assert not identified(office, state, agent, wrong)
    assert office.journal(state)[-1].action == "caller_not_recognised"


WRONG = {Fact.AFM: CALLER.afm or "", Fact.BIRTH_DATE: "1981-01-01"}


def test_five_wrong_answers_close_a_case_to_every_agent_for_a_while(office: Office, agent: Actor) -> None:
    state, other = office.opens_case(applicant=CALLER), office.opens_case(applicant=CALLER)
    right = {Fact.AFM: CALLER.afm or "", Fact.AMKA: CALLER.amka or ""}

    wrong = [identified(office, state, agent, WRONG) for _ in range(5)]
    with pytest.raises(TooManyAttempts) as refused:
        identified(office, state, replace(agent, id=an_id(), name="another"), right)

    lines = [line.action for line in office.journal(state)]
    assert wrong == [False] * 5
    assert refused.value.wait_seconds == 15 * 60
    assert lines[-6:] == ["caller_not_recognised"] * 5 + ["caller_questions_closed"]
    assert identified(office, other, agent, right)
    office.clock.advance(timedelta(minutes=15))
    assert identified(office, state, agent, right)


def test_right_answers_are_not_counted(office: Office, agent: Actor) -> None:
    state = office.opens_case(applicant=CALLER)
    right = {Fact.AFM: CALLER.afm or "", Fact.AMKA: CALLER.amka or ""}

    assert all(identified(office, state, agent, right) for _ in range(30))


def test_an_agent_who_is_told_wrong_things_in_case_after_case_has_to_wait(
    office: Office, agent: Actor
) -> None:
    cases = [office.opens_case(applicant=CALLER) for _ in range(5)]
    for number in range(20):
        assert not identified(office, cases[number % 5], agent, WRONG)

    with pytest.raises(TooManyAttempts):
        identified(office, office.opens_case(applicant=CALLER), agent, WRONG)


def test_one_fact_is_not_enough_to_be_asked(office: Office, agent: Actor) -> None:
    state = office.opens_case(applicant=CALLER)

    with pytest.raises(Invalid, match="at least 2"):
        identified(office, state, agent, {Fact.AFM: "094014201"})
    with pytest.raises(NotPermitted):
        identified(office, state, office.clerk, {Fact.AFM: "1", Fact.AMKA: "2"})


# Saved filters and the pulse


def test_a_person_keeps_filters_by_name(office: Office) -> None:
    office.does(SaveFilter(name="Ληξιπρόθεσμα", query="?overdue=true"))
    kept = office.does(SaveFilter(name=" Ληξιπρόθεσμα ", query="overdue=true&order=priority"))

    assert list(office.engine.ask(ListFilters(), actor=office.clerk)) == [kept]
    assert list(office.engine.ask(ListFilters(), actor=office.colleague)) == []
    with pytest.raises(NotFound):
        office.does(ForgetFilter(filter_id=kept.id), actor=office.colleague)

    office.does(ForgetFilter(filter_id=kept.id))

    assert list(office.engine.ask(ListFilters(), actor=office.clerk)) == []


def test_a_filter_has_a_name_and_a_short_query(office: Office) -> None:
    with pytest.raises(Invalid, match="name"):
        office.does(SaveFilter(name=" ", query=""))
    with pytest.raises(Invalid, match="query"):
        office.does(SaveFilter(name="Όλα", query="a" * 1001))
    with pytest.raises(NotPermitted):
        office.does(SaveFilter(name="Όλα", query=""), actor=SYSTEM)


def test_nobody_keeps_endless_filters(office: Office) -> None:
    for number in range(MOST_FILTERS):
        office.does(SaveFilter(name=f"Φίλτρο {number}", query=""))

    with pytest.raises(Conflict) as refusal:
        office.does(SaveFilter(name="Ένα ακόμη", query=""))

    assert refusal.value.code == "too_many_filters"


def test_a_branch_and_an_agency_feel_what_is_done(office: Office) -> None:
    of_agency = an_agency_actor(office.agency)
    before = [office.engine.ask(FeelPulse(), actor=actor) for actor in (office.clerk, of_agency)]

    state = office.sends_to_municipality()
    asked = [office.engine.ask(FeelPulse(), actor=actor) for actor in (office.clerk, of_agency)]
    office.does(AnswerServiceTask(service_task_id=state.service_tasks[0].id, data=CONFIRMED), actor=of_agency)
    answered = [office.engine.ask(FeelPulse(), actor=actor) for actor in (office.clerk, of_agency)]

    assert before[0] != asked[0] != answered[0]
    assert before[1] != asked[1] != answered[1]


def test_who_works_nowhere_feels_nothing(office: Office, agent: Actor) -> None:
    with pytest.raises(NotPermitted):
        office.engine.ask(FeelPulse(), actor=agent)

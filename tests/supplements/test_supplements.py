"""Agencies that people work for, and what they ask of the citizen before they can answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.cases.case_details import ShowNextSteps
from engine.cases.changeset import CaseState
from engine.cases.expectations import WaitsFor
from engine.cases.lifecycle import SuspendCase
from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.kernel.vocabulary import Flag
from engine.operations.queries import ListJobs
from engine.people.officers import AppointOfficer, DismissOfficer, ListOfficers, ListOwnAgencies
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.fail import FailServiceTask
from engine.service_tasks.lease import LeaseServiceTasks
from engine.service_tasks.model import ServiceTask
from engine.supplements.supplement import AskSupplement, BringSupplement
from engine.supplements.tracking import TrackCase, Tracking
from engine.tasks.queries import ListServiceTasks, ListTasks, ShowServiceTask
from tests.builders import an_agency, an_agency_actor, an_id
from tests.messages.drawn import offer_drawn
from tests.office import CONFIRMED, Office, an_office
from tests.runtime.diagrams import chain, end, start, user

WANTED = "Αντίγραφο λογαριασμού των τελευταίων τριών μηνών."


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.fixture
def officer(office: Office) -> Actor:
    """Petros, who works for the municipality and not in the branch."""
    return replace(
        office.colleague,
        roles=frozenset({Role.OFFICER}),
        branch_id=None,
        branch_code=None,
        agency_id=office.agency.id,
        agency_key=office.agency.key,
    )


def asked(office: Office, actor: Actor, wanted: str = WANTED) -> CaseState:
    """A case in which the municipality wants something more."""
    task = office.sends_to_municipality().service_tasks[0]
    return office.does(AskSupplement(service_task_id=task.id, wanted=wanted), actor=actor)


def tracked(office: Office, state: CaseState) -> Tracking:
    question = TrackCase(number=state.case.number, code=office.code_of(state.case))
    return office.engine.ask(question, actor=SYSTEM)


def leased(office: Office) -> list[ServiceTask]:
    command = LeaseServiceTasks(
        topics=("municipality.residence",), limit=5, lock=timedelta(minutes=1), worker="poller"
    )
    found: Sequence[ServiceTask] = office.does(command, actor=an_agency_actor(office.agency))
    return list(found)


# Officers


def test_an_officer_sees_and_answers_what_waits_for_the_agency(office: Office, officer: Actor) -> None:
    task = office.sends_to_municipality().service_tasks[0]

    listed = office.engine.ask(ListServiceTasks(), actor=officer)
    shown = office.engine.ask(ShowServiceTask(service_task_id=task.id), actor=officer)
    answered = office.does(AnswerServiceTask(service_task_id=task.id, data=CONFIRMED), actor=officer)

    assert ([found.id for found in listed.items], shown.id) == ([task.id], task.id)
    assert answered.service_tasks == ()


def test_an_officer_refuses_with_a_code(office: Office, officer: Actor) -> None:
    task = office.sends_to_municipality().service_tasks[0]
    command = FailServiceTask(service_task_id=task.id, code="NOT_RESIDENT", message="Δεν βρέθηκε.")

    state = office.does(command, actor=officer)

    assert state.service_tasks == ()


def test_an_officer_of_another_agency_knows_nothing_of_it(office: Office, officer: Actor) -> None:
    task = office.sends_to_municipality().service_tasks[0]
    stranger = replace(officer, agency_id=an_id(), agency_key="police")

    assert office.engine.ask(ListServiceTasks(), actor=stranger).items == ()
    for command in (
        AnswerServiceTask(service_task_id=task.id, data=CONFIRMED),
        AskSupplement(service_task_id=task.id, wanted=WANTED),
    ):
        with pytest.raises(NotFound):
            office.does(command, actor=stranger)


def test_an_officer_has_no_part_in_the_work_of_branches(office: Office, officer: Actor) -> None:
    state = office.sends_to_municipality()

    assert office.engine.ask(ListTasks(), actor=officer).items == ()
    with pytest.raises(NotFound):
        office.engine.ask(ShowNextSteps(case_id=state.case.id), actor=officer)


def test_an_operator_appoints_and_dismisses_officers(office: Office, officer: Actor) -> None:
    assert officer.id is not None
    place = {"user_id": officer.id, "agency_id": office.agency.id}
    office.does(AppointOfficer(**place), actor=SYSTEM)

    officers = office.engine.ask(ListOfficers(agency_id=office.agency.id), actor=SYSTEM)
    agencies = office.engine.ask(ListOwnAgencies(), actor=officer)
    office.does(DismissOfficer(**place), actor=SYSTEM)

    assert ([person.username for person in officers], list(agencies)) == (["petros"], [office.agency])
    with pytest.raises(NotFound):
        office.does(DismissOfficer(**place), actor=SYSTEM)


def test_an_officer_is_a_known_user_of_a_known_agency(office: Office, officer: Actor) -> None:
    assert officer.id is not None
    with pytest.raises(Invalid, match="user"):
        office.does(AppointOfficer(user_id=an_id(), agency_id=office.agency.id), actor=SYSTEM)
    with pytest.raises(Invalid, match="agency"):
        office.does(AppointOfficer(user_id=officer.id, agency_id=an_agency().id), actor=SYSTEM)
    with pytest.raises(NotPermitted):
        office.does(AppointOfficer(user_id=officer.id, agency_id=office.agency.id))


# Supplements


def test_a_case_awaits_its_citizen_while_something_is_wanted(office: Office, officer: Actor) -> None:
    state = asked(office, officer)

    line, resting = office.journal(state)[-2:]
    (step, _timer) = office.engine.ask(ShowNextSteps(case_id=state.case.id), actor=office.clerk)
    assert state.case.flags == {Flag.AWAITING_CITIZEN}
    assert (step.waits_for, step.wanted) == (WaitsFor.CITIZEN, WANTED)
    assert (line.action, line.actor_name, line.detail["agency"]) == (
        "supplement_asked",
        "petros",
        "municipality",
    )
    assert resting.action == "term_rests"
    assert WANTED not in str(line)


def test_what_the_citizen_brings_reaches_the_agency(office: Office, officer: Actor) -> None:
    state = asked(office, officer)
    task = state.service_tasks[0]
    command = BringSupplement(service_task_id=task.id, data={"document": "ΔΕΗ 4471"})

    after = office.does(command)

    shown = office.engine.ask(ShowServiceTask(service_task_id=task.id), actor=officer)
    assert after.case.flags == {Flag.AWAITING_AGENCY}
    assert (shown.supplement_wanted, shown.variables["supplement"]) == (None, {"document": "ΔΕΗ 4471"})
    assert [line.action for line in office.journal(state)[-2:]] == ["supplement_brought", "term_goes_on"]


def test_an_agency_without_patience_may_answer_before_it_gets_it(office: Office, officer: Actor) -> None:
    task = asked(office, officer).service_tasks[0]

    state = office.does(AnswerServiceTask(service_task_id=task.id, data=CONFIRMED), actor=officer)

    assert Flag.AWAITING_CITIZEN not in state.case.flags


def test_a_task_that_wants_something_is_not_leased_until_it_came(office: Office) -> None:
    state = asked(office, an_agency_actor(office.agency))
    while_wanted = leased(office)

    office.does(BringSupplement(service_task_id=state.service_tasks[0].id))

    assert (while_wanted, len(leased(office))) == ([], 1)


def test_a_connected_agency_is_told_again_once_it_came() -> None:
    office = an_office(endpoint="https://agency.example/hooks", secrets=(new_secret(),))
    state = asked(office, an_agency_actor(office.agency))
    before = office.engine.ask(ListJobs(), actor=SYSTEM).items

    office.does(BringSupplement(service_task_id=state.service_tasks[0].id))

    after = office.engine.ask(ListJobs(), actor=SYSTEM).items
    assert (len(before), len(after)) == (1, 2)


def test_one_thing_is_wanted_at_a_time_and_brought_once(office: Office, officer: Actor) -> None:
    task = asked(office, officer).service_tasks[0]

    with pytest.raises(Conflict) as twice:
        office.does(AskSupplement(service_task_id=task.id, wanted=WANTED), actor=officer)
    office.does(BringSupplement(service_task_id=task.id))
    with pytest.raises(Conflict) as unasked:
        office.does(BringSupplement(service_task_id=task.id))

    assert (twice.value.code, unasked.value.code) == ("supplement_wanted_already", "no_supplement_wanted")


@pytest.mark.parametrize("wanted", ["", "  ", "α" * 1001])
def test_what_is_wanted_is_said_in_some_words(office: Office, officer: Actor, wanted: str) -> None:
    with pytest.raises(Invalid, match="wanted"):
        asked(office, officer, wanted)


def test_only_its_agency_asks_and_only_the_branch_brings(office: Office, officer: Actor) -> None:
    task = office.sends_to_municipality().service_tasks[0]
    with pytest.raises(NotFound):
        office.does(AskSupplement(service_task_id=task.id, wanted=WANTED))
    office.does(AskSupplement(service_task_id=task.id, wanted=WANTED), actor=officer)
    with pytest.raises(NotFound):
        office.does(BringSupplement(service_task_id=task.id), actor=officer)


def test_a_suspended_case_asks_nothing_of_its_citizen(office: Office, officer: Actor) -> None:
    state = office.sends_to_municipality()
    office.does(SuspendCase(case_id=state.case.id, reason="Εκκρεμεί δίκη."))

    with pytest.raises(Conflict):
        office.does(AskSupplement(service_task_id=state.service_tasks[0].id, wanted=WANTED), actor=officer)


# What the citizen sees


def test_the_citizen_sees_what_to_bring_and_not_who_asks(office: Office, officer: Actor) -> None:
    state = asked(office, officer)

    (thing,) = tracked(office, state).awaited

    assert (thing.wanted, thing.who) == (WANTED, None)
    assert thing.service_task_id == state.service_tasks[0].id


def test_a_task_that_awaits_the_citizen_is_offered_to_them(office: Office) -> None:
    flag = '<zeebe:property name="stoa:flag" value="awaiting_citizen"/>'
    extensions = f"<zeebe:properties>{flag}</zeebe:properties>"
    parts = (start(), user("bring", extensions=extensions), end("done"), chain("start", "bring", "done"))
    offer_drawn(office, "to-be-brought", *parts)
    state = office.opens_case(procedure="to-be-brought", data={})

    (thing,) = tracked(office, state).awaited

    assert thing.task_id == state.tasks[0].id


def test_nothing_is_awaited_where_nothing_is_wanted(office: Office) -> None:
    assert tracked(office, office.opens_case()).awaited == ()

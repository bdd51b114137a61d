"""Claims about cases within a shared part: roles, agencies, messages, clocks and repairs work there too."""

from datetime import timedelta

import pytest

from engine.bootstrap import build
from engine.cases.changeset import CaseState
from engine.cases.queries import ShowCase
from engine.incidents.queries import ListIncidents
from engine.incidents.repair import MoveToken
from engine.kernel.actor import CITIZEN, SYSTEM
from engine.kernel.refusal import NotPermitted
from engine.kernel.vocabulary import CaseStatus
from engine.messages.deliver import DeliverMessage
from engine.messages.timers import FireTimer
from engine.service_tasks.answer import AnswerServiceTask
from engine.settings import from_environment
from engine.tasks.assign import ClaimTask
from engine.tasks.complete import CompleteTask
from tests.builders import NOON
from tests.messages.drawn import drawn, message_from
from tests.office import MovableClock, Office, an_office, offer_files
from tests.runtime.diagrams import (
    chain,
    diagram,
    element,
    end,
    mapping,
    message,
    on_message,
    process,
    property_,
    service,
    start,
    timer,
    user,
)

A_DAY = timedelta(days=1)
FOR_MANAGERS = '<zeebe:assignmentDefinition candidateGroups="manager"/>'
DECLARATION = """key: visit
version: 1
title: {el: Επίσκεψη, en: Visit}
summary: {el: Επίσκεψη, en: Visit}
inputs:
  topic: {type: text, needed: true, title: {el: Θέμα, en: Topic}}
outputs:
  paid: {type: boolean, title: {el: Πληρωμή, en: Paid}}
"""


@pytest.fixture
def office() -> Office:
    return an_office()


def offers(office: Office, *inside: str, declares: str = "") -> None:
    """Put a procedure on offer that does nothing but call a part with this inside."""
    given = mapping(inputs={"topic": '"municipality.residence"'}, outputs={"paid": "paid"})
    call = element(
        "callActivity", "call", extensions='<zeebe:calledElement processId="shared/visit@1"/>' + given
    )
    files = drawn("visiting", start("opened"), call, end("done"), chain("opened", "call", "done"))
    files["shared/visit@1/shared.yaml"] = DECLARATION.encode()
    part = diagram(process(*inside, process_id="visit"), declares=declares)
    files["shared/visit@1/visit.bpmn"] = part
    offer_files(office.engine, files)


def opened(office: Office) -> CaseState:
    return office.opens_case(procedure="visiting", data={})


def now(office: Office, state: CaseState) -> CaseState:
    return office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM)


def steps(*nodes: str) -> tuple[str, ...]:
    """A part in which one follows the other."""
    ids = [node.split('id="', 1)[1].split('"', 1)[0] for node in nodes]
    return (start("visit_a"), *nodes, end("visit_z"), chain("visit_a", *ids, "visit_z"))


def test_a_task_in_a_part_is_for_its_roles(office: Office) -> None:
    offers(office, *steps(user("visit_check", extensions=FOR_MANAGERS)))
    (task,) = opened(office).tasks

    with pytest.raises(NotPermitted):
        office.claims(task)
    office.does(ClaimTask(task_id=task.id), actor=office.manager)
    state = office.does(CompleteTask(task_id=task.id, data={}), actor=office.manager)

    assert (state.case.status, state.case.outcome) == (CaseStatus.COMPLETED, "done")


def test_an_agency_is_found_by_the_topic_that_the_caller_gives(office: Office) -> None:
    offers(office, *steps(service("visit_asks", topic="=topic")))

    (asked,) = opened(office).service_tasks
    state = office.does(AnswerServiceTask(service_task_id=asked.id, data={}), actor=SYSTEM)

    assert (asked.topic, asked.agency_id) == ("municipality.residence", office.agency.id)
    assert state.case.status is CaseStatus.COMPLETED


def test_a_message_in_a_part_is_taken_from_whom_the_part_names(office: Office) -> None:
    waits = element(
        "intermediateCatchEvent",
        "visit_pays",
        on_message("pays"),
        extensions=message_from("citizen") + mapping(outputs={"paid": "paid"}),
    )
    offers(office, *steps(waits), declares=message("pays", "fee_paid", "case.number"))
    state = opened(office)
    key = state.case.number
    sent = DeliverMessage(name="fee_paid", correlation_key=key, data={"paid": True}, case_id=state.case.id)

    with pytest.raises(NotPermitted):
        office.does(sent)
    office.does(sent, actor=CITIZEN)

    assert now(office, state).case.status is CaseStatus.COMPLETED


def test_a_timer_in_a_part_rests_while_the_citizen_is_awaited(office: Office) -> None:
    awaits = property_("stoa:flag", "awaiting_citizen")
    late = element(
        "boundaryEvent",
        "visit_late",
        timer(duration="P10D"),
        extensions=property_("stoa:clock", "rests"),
        attachedToRef="visit_bring",
    )
    offers(
        office,
        start("visit_a"),
        user("visit_bring", extensions=awaits),
        late,
        end("visit_z"),
        end("visit_over"),
        chain("visit_a", "visit_bring", "visit_z"),
        chain("visit_late", "visit_over"),
    )
    state = opened(office)

    office.clock.advance(30 * A_DAY)
    office.does(FireTimer(case_id=state.case.id), actor=SYSTEM)

    assert [task.element_id for task in now(office, state).tasks] == ["visit_bring"]


def test_a_case_is_moved_within_a_part(office: Office) -> None:
    offers(office, *steps(user("visit_one"), user("visit_two")))
    state = opened(office)
    move = MoveToken(case_id=state.case.id, source="visit_one", target="visit_two", reason="Έγινε ήδη.")

    moved = office.does(move, actor=office.manager)

    assert [task.element_id for task in moved.tasks] == ["visit_two"]


def test_a_case_stuck_in_a_part_names_where_it_is_there(office: Office) -> None:
    gateway = element("exclusiveGateway", "visit_which", default="visit_else")
    offers(
        office,
        start("visit_a"),
        user("visit_one"),
        gateway,
        end("visit_z"),
        end("visit_y"),
        chain("visit_a", "visit_one", "visit_which"),
        '<sequenceFlow id="visit_else" sourceRef="visit_which" targetRef="visit_y"/>',
        '<sequenceFlow id="visit_if" sourceRef="visit_which" targetRef="visit_z">'
        "<conditionExpression>=number(topic) > 1</conditionExpression></sequenceFlow>",
    )

    office.completes(opened(office).tasks[0], {})

    found = office.engine.ask(ListIncidents(), actor=SYSTEM).items
    assert [incident.element_id for incident in found] == ["visit_if"]


def test_another_process_of_the_engine_goes_on_with_the_pinned_part(sqlite_url: str) -> None:
    clock = MovableClock(NOON)
    settings = from_environment({"STOA_DATABASE_URL": sqlite_url})
    first = build(settings, clock=clock)
    office = an_office(first, clock=clock)
    offers(office, *steps(user("visit_one"), user("visit_two")))
    state = opened(office)
    state = office.completes(state.tasks[0], {})
    first.close()
    office.engine = build(settings, clock=clock)

    ended = office.completes(state.tasks[0], {})

    assert ended.case.outcome == "done"
    office.engine.close()

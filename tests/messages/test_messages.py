"""Messages: delivered to the case that waits, kept for the one that will, and passed from case to case."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.cases.changeset import CaseState
from engine.cases.lifecycle import ResumeCase, SuspendCase
from engine.cases.queries import ShowCase
from engine.kernel.actor import CITIZEN, SYSTEM, ActorKind, Role
from engine.kernel.refusal import NotPermitted
from engine.kernel.vocabulary import CaseStatus
from engine.messages.deliver import DeliverMessage, MessageReceipt
from engine.messages.store import messages
from engine.outbox.model import JobKind
from engine.service_tasks.deliveries import LeaseJobs, PassMessageOn
from tests.builders import a_branch, a_clerk, an_id
from tests.messages.drawn import around
from tests.office import Office, an_office, offer_files

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'targetNamespace="http://stoa.example/tests"'
)

WAITING = f"""\
<bpmn:definitions {NAMESPACES}>
  <bpmn:process id="waiting" isExecutable="true">
    <bpmn:startEvent id="opened"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="opened" targetRef="await_supplement" />
    <bpmn:intermediateCatchEvent id="await_supplement" name="Supplement">
      <bpmn:extensionElements><zeebe:properties>
        <zeebe:property name="stoa:message-from" value="SENDERS" />
      </zeebe:properties></bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
      <bpmn:messageEventDefinition id="m1" messageRef="supplement" />
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="await_supplement" targetRef="done" />
    <bpmn:endEvent id="done"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
  <bpmn:message id="supplement" name="supplement">
    <bpmn:extensionElements><zeebe:subscription correlationKey="=applicant.afm" /></bpmn:extensionElements>
  </bpmn:message>
</bpmn:definitions>
"""

SENDING = f"""\
<bpmn:definitions {NAMESPACES}>
  <bpmn:process id="sending" isExecutable="true">
    <bpmn:startEvent id="opened"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="opened" targetRef="send_supplement" />
    <bpmn:intermediateThrowEvent id="send_supplement" name="Supplement">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
      <bpmn:messageEventDefinition id="m1" messageRef="supplement" />
    </bpmn:intermediateThrowEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="send_supplement" targetRef="done" />
    <bpmn:endEvent id="done"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
  <bpmn:message id="supplement" name="supplement">
    <bpmn:extensionElements><zeebe:subscription correlationKey="=applicant.afm" /></bpmn:extensionElements>
  </bpmn:message>
</bpmn:definitions>
"""

AFM = "094014201"


@pytest.fixture
def office() -> Office:
    office = an_office()
    waiting = WAITING.replace("SENDERS", "role:clerk, agency:municipality, system:sending, citizen")
    for key, diagram in (("waiting", waiting), ("sending", SENDING)):
        offer_files(office.engine, around(key, diagram.encode()))
    return office


def opens(office: Office, procedure: str) -> CaseState:
    return office.opens_case(procedure=procedure, data={})


def status(office: Office, state: CaseState) -> CaseStatus:
    return office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM).case.status


def supplement(**changes: Any) -> DeliverMessage:
    return DeliverMessage(name="supplement", **{"correlation_key": AFM, "data": {"papers": 2}, **changes})


def test_a_message_moves_the_case_that_waits_for_it(office: Office) -> None:
    waiting = opens(office, "waiting")

    receipt = office.does(supplement())

    assert receipt.case_id == waiting.case.id
    assert status(office, waiting) is CaseStatus.COMPLETED
    assert "message_received" in [line.action for line in office.journal(waiting)]


def test_a_message_goes_to_the_case_that_waited_longest_and_to_no_other(office: Office) -> None:
    first = opens(office, "waiting")
    office.clock.advance(timedelta(seconds=1))
    second = opens(office, "waiting")

    office.does(supplement())

    assert (status(office, first), status(office, second)) == (CaseStatus.COMPLETED, CaseStatus.OPEN)


def test_a_message_with_another_key_moves_nothing(office: Office) -> None:
    waiting = opens(office, "waiting")

    receipt = office.does(supplement(correlation_key="094014202"))

    assert (receipt.case_id, receipt.message_id) == (None, None)
    assert status(office, waiting) is CaseStatus.OPEN


def test_a_message_that_comes_early_is_kept_for_the_case_that_will_wait(office: Office) -> None:
    receipt = office.does(supplement(ttl=timedelta(hours=1)))

    later, latest = opens(office, "waiting"), opens(office, "waiting")

    assert receipt.message_id is not None
    assert (later.case.status, latest.case.status) == (CaseStatus.COMPLETED, CaseStatus.OPEN)


def test_a_kept_message_is_worth_nothing_after_its_time(office: Office) -> None:
    office.does(supplement(ttl=timedelta(hours=1)))
    office.clock.advance(timedelta(hours=2))

    assert opens(office, "waiting").case.status is CaseStatus.OPEN


def test_a_case_that_rested_gets_the_message_that_was_kept_for_it(office: Office) -> None:
    waiting = opens(office, "waiting")
    office.does(SuspendCase(case_id=waiting.case.id, reason="Αναμονή"))
    office.does(supplement(ttl=timedelta(hours=1)))
    resting = status(office, waiting)

    resumed = office.does(ResumeCase(case_id=waiting.case.id, reason="Ήρθε"))

    assert (resting, resumed.case.status) == (CaseStatus.SUSPENDED, CaseStatus.COMPLETED)
    assert opens(office, "waiting").case.status is CaseStatus.OPEN


def test_of_two_kept_messages_each_case_that_comes_to_wait_gets_one(office: Office) -> None:
    for papers in (1, 2):
        office.does(supplement(ttl=timedelta(hours=1), data={"papers": papers}))
        office.clock.advance(timedelta(seconds=1))

    statuses = [opens(office, "waiting").case.status for _ in range(3)]

    assert statuses == [CaseStatus.COMPLETED, CaseStatus.COMPLETED, CaseStatus.OPEN]


def test_a_clerk_sends_no_message_to_a_case_of_another_branch(office: Office) -> None:
    waiting = opens(office, "waiting")

    receipt = office.does(supplement(), actor=a_clerk(a_branch(code="0010")))

    assert receipt == MessageReceipt()
    assert status(office, waiting) is CaseStatus.OPEN


def test_an_officer_sends_what_the_agency_may_send(office: Office) -> None:
    waiting = opens(office, "waiting")
    officer = a_clerk(roles=frozenset({Role.OFFICER}), branch_id=None, branch_code=None)
    with pytest.raises(NotPermitted):
        office.does(supplement(), actor=replace(officer, agency_key="registry"))
    office.does(supplement(), actor=replace(officer, agency_key="municipality"))

    assert status(office, waiting) is CaseStatus.COMPLETED


def test_a_citizen_whose_case_is_not_known_reaches_none(office: Office) -> None:
    waiting = opens(office, "waiting")

    receipt = office.does(supplement(), actor=CITIZEN)
    of_another = office.does(supplement(case_id=an_id()), actor=CITIZEN)

    assert receipt == of_another == MessageReceipt()
    assert status(office, waiting) is CaseStatus.OPEN


def test_a_citizen_sends_it_to_their_own_case(office: Office) -> None:
    opens(office, "waiting")
    own = opens(office, "waiting")

    receipt = office.does(supplement(case_id=own.case.id), actor=CITIZEN)

    assert receipt.case_id == own.case.id
    (line,) = [line for line in office.journal(own) if line.action == "message_received"]
    assert (line.actor_kind, line.detail["from"]) == (ActorKind.CITIZEN, "citizen")


def test_of_the_cases_here_only_those_that_the_diagram_names_send_the_message(office: Office) -> None:
    waiting = opens(office, "waiting")

    others = [office.does(supplement(procedure=key), actor=SYSTEM) for key in ("other", None)]
    of_the_same = office.does(supplement(procedure="waiting"), actor=SYSTEM)

    assert others == [MessageReceipt(), MessageReceipt()]
    assert of_the_same.case_id == waiting.case.id


def test_who_is_no_case_here_cannot_say_that_it_is(office: Office) -> None:
    opens(office, "waiting")

    with pytest.raises(NotPermitted):
        office.does(supplement(procedure="sending"), actor=office.manager)


def test_a_message_that_an_earlier_version_kept_is_taken_by_nobody(office: Office) -> None:
    office.does(supplement(ttl=timedelta(hours=1)))
    with office.engine.store.begin() as connection:
        connection.execute(messages.update().values(sender=None))
        connection.commit()

    assert opens(office, "waiting").case.status is CaseStatus.OPEN


def test_a_message_from_one_case_reaches_the_other_through_the_worker(office: Office) -> None:
    waiting = opens(office, "waiting")
    sender = opens(office, "sending")
    (job,) = office.does(LeaseJobs(worker="w", limit=5, lease=timedelta(minutes=1)), actor=SYSTEM)

    office.does(PassMessageOn(job_id=job.id, worker="w"), actor=SYSTEM)
    office.does(PassMessageOn(job_id=job.id, worker="w"), actor=SYSTEM)

    assert job.kind is JobKind.DELIVER_MESSAGE
    assert sender.case.status is CaseStatus.COMPLETED
    assert status(office, waiting) is CaseStatus.COMPLETED

"""A rehearsal passes on what cases send, and delivers what arrives from outside."""

import pytest

from engine.kernel.refusal import Invalid
from engine.rehearsal import ScenarioResult, run

METADATA = """key: letter
title: {el: Επιστολή, en: Letter}
summary: {el: Επιστολή., en: A letter.}
codes: {}
agency: kep
fee_cents: 0
process: letter
channels: [counter]
papers: []
outcomes:
  done:
    status: completed
    text: {el: Τέλος., en: Done.}
"""

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="letter" isExecutable="true">
    <bpmn:startEvent id="asked"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:parallelGateway id="both">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing><bpmn:outgoing>f3</bpmn:outgoing>
    </bpmn:parallelGateway>
    <bpmn:receiveTask id="wait" name="Αναμονή" messageRef="letter_message">
      <bpmn:extensionElements>
        <zeebe:properties>
          <zeebe:property name="stoa:message-from"
              value="agency:registry, role:manager, citizen, system:other" />
        </zeebe:properties>
        <zeebe:ioMapping><zeebe:output source="=stamp" target="stamp" /></zeebe:ioMapping>
      </bpmn:extensionElements>
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing>
    </bpmn:receiveTask>
    SENDER
    <bpmn:parallelGateway id="joined">
      <bpmn:incoming>f4</bpmn:incoming><bpmn:incoming>f5</bpmn:incoming><bpmn:outgoing>f6</bpmn:outgoing>
    </bpmn:parallelGateway>
    <bpmn:endEvent id="done"><bpmn:incoming>f6</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="both" />
    <bpmn:sequenceFlow id="f2" sourceRef="both" targetRef="wait" />
    <bpmn:sequenceFlow id="f3" sourceRef="both" targetRef="other" />
    <bpmn:sequenceFlow id="f4" sourceRef="wait" targetRef="joined" />
    <bpmn:sequenceFlow id="f5" sourceRef="other" targetRef="joined" />
    <bpmn:sequenceFlow id="f6" sourceRef="joined" targetRef="done" />
  </bpmn:process>
  <bpmn:message id="letter_message" name="letter">
    <bpmn:extensionElements><zeebe:subscription correlationKey="=case.number" /></bpmn:extensionElements>
  </bpmn:message>
</bpmn:definitions>
"""

THROWN = """<bpmn:intermediateThrowEvent id="other">
      <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f5</bpmn:outgoing>
      <bpmn:messageEventDefinition id="thrown" messageRef="letter_message" />
    </bpmn:intermediateThrowEvent>"""

BY_HAND = """<bpmn:manualTask id="other" name="Άλλο">
      <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f5</bpmn:outgoing>
    </bpmn:manualTask>"""

GIVEN = """title: A letter
given:
  applicant: {given_name: Μαρία, family_name: Παπαδοπούλου}
"""

END = "expect: {status: completed, outcome: done, through: [wait, joined, done]}\n"


def played(sender: str, steps: str) -> ScenarioResult:
    """How a case that waits for a letter goes, with something else beside the waiting."""
    files = {
        "procedure.yaml": METADATA.encode(),
        "letter.bpmn": DIAGRAM.replace("SENDER", sender).encode(),
        "scenarios/a-try.yaml": (GIVEN + steps + END).encode(),
    }
    return run(files)[0]


def test_a_message_that_a_case_sends_reaches_the_case_that_waits() -> None:
    result = played(THROWN, "")

    assert result.problem is None, result.problem


SENT = "steps:\n  - complete: other\n  - message: letter\n    key: 0009-26-000001-6\n"


@pytest.mark.parametrize("sender", ["agency:registry", "role:manager", "citizen", "system:other"])
def test_a_message_from_outside_reaches_the_case_that_waits(sender: str) -> None:
    result = played(BY_HAND, f"{SENT}    from: {sender}\n")

    assert result.problem is None, result.problem


@pytest.mark.parametrize("sender", ["agency:municipality", "role:clerk"])
def test_a_message_of_somebody_who_may_not_send_it_is_refused(sender: str) -> None:
    result = played(BY_HAND, f"{SENT}    from: {sender}\n")

    assert result.problem is not None
    assert result.problem.problem == "Refused: You may not send the message letter."


def test_a_sender_that_no_diagram_could_name_is_refused_with_its_line() -> None:
    with pytest.raises(Invalid) as refused:
        played(BY_HAND, f"{SENT}    from: somebody\n")

    assert "found 'somebody'" in refused.value.errors["scenarios/a-try.yaml"][0]


def test_a_message_with_another_key_does_not_reach_it() -> None:
    result = played(BY_HAND, "steps:\n  - message: letter\n    key: another\n")

    assert result.problem is not None
    assert result.problem.problem == "Expected the case to wait for the message letter, but it does not."

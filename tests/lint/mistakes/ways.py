"""Mistakes in the ways of a case: what waits for ever, never happens, comes too late, or leads nowhere."""

from tests.lint.mistakes.mistake import Mistake

DIAGRAM = "residence-certificate.bpmn"
COMPLETE = '=papers_verdict = "complete"'
RECORD = "criminal-record.bpmn"
PARKING = "disabled-parking-card.bpmn"

CONFIRMED = '<bpmn:exclusiveGateway id="residence_confirmed"'
BOTH = """<bpmn:parallelGateway id="both">
      <bpmn:incoming>municipality_certifies__residence_confirmed</bpmn:incoming>
      <bpmn:incoming>remind_municipality__reminder_recorded</bpmn:incoming>
      <bpmn:outgoing>both__confirmed</bpmn:outgoing>
    </bpmn:parallelGateway>
    <bpmn:sequenceFlow id="both__confirmed" sourceRef="both" targetRef="residence_confirmed" />
    """
REMINDED = """    <bpmn:endEvent id="reminder_recorded" name="Η υπενθύμιση καταγράφηκε">
      <bpmn:extensionElements>
        <zeebe:properties>
          <zeebe:property name="stoa:name-en" value="Reminder recorded" />
        </zeebe:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>remind_municipality__reminder_recorded</bpmn:incoming>
    </bpmn:endEvent>
"""
ENTITLED = '<bpmn:sequenceFlow id="entitled__justice_issues"'
AGAIN = """<bpmn:sequenceFlow id="again" sourceRef="entitled" targetRef="entitled">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=identity_verdict = "not_entitled"\
</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
"""

MISTAKES = (
    Mistake(
        name="a timer longer than the term",
        made=((DIAGRAM, ">P5D<", ">P30D<"),),
        rule="timer-within-term",
        at=">P30D<",
        element="municipality_late",
        says=("P30D", "5 days"),
        remedy="shorter time",
    ),
    Mistake(
        name="a message without a correlation key",
        procedure="closest-relatives",
        made=(("closest-relatives.bpmn", '<zeebe:subscription correlationKey="=case.number" />', ""),),
        rule="message-key-needed",
        at='<bpmn:boundaryEvent id="revoke"',
        element="revoke",
        says=("closest_relatives_revoke",),
        remedy="=case.number",
    ),
    Mistake(
        name="an end that leaves a reminder open",
        made=((DIAGRAM, '<bpmn:terminateEventDefinition id="handed_over_event" />', ""),),
        rule="end-leaves-work",
        at='<bpmn:endEvent id="handed_over"',
        element="handed_over",
        says=("remind_municipality", "may still be open"),
        remedy="terminate",
    ),
    Mistake(
        name="a reminder that joins the answer, which may come without it",
        made=(
            (DIAGRAM, CONFIRMED, BOTH + CONFIRMED),
            (
                DIAGRAM,
                "<bpmn:incoming>municipality_certifies__residence_confirmed</bpmn:incoming>\n      <bpmn:out",
                "<bpmn:incoming>both__confirmed</bpmn:incoming>\n      <bpmn:out",
            ),
            (
                DIAGRAM,
                'sourceRef="municipality_certifies" targetRef="residence_confirmed"',
                'sourceRef="municipality_certifies" targetRef="both"',
            ),
            (
                DIAGRAM,
                'sourceRef="remind_municipality" targetRef="reminder_recorded"',
                'sourceRef="remind_municipality" targetRef="both"',
            ),
            (DIAGRAM, REMINDED, ""),
        ),
        rule="no-deadlock",
        at='<bpmn:parallelGateway id="both"',
        element="both",
        says=("may wait for ever", "remind_municipality__reminder_recorded"),
        remedy="Join with a gateway",
    ),
    Mistake(
        name="ways that part by a choice and join as if all were taken",
        procedure="disabled-parking-card",
        made=(
            (
                PARKING,
                '<bpmn:parallelGateway id="ask_agencies">',
                '<bpmn:exclusiveGateway id="ask_agencies">',
            ),
            (PARKING, "</bpmn:parallelGateway>", "</bpmn:exclusiveGateway>"),
        ),
        rule="no-deadlock",
        at='id="agencies_answered"',
        element="agencies_answered",
        says=("may wait for ever",),
        remedy="Join with a gateway",
    ),
    Mistake(
        name="a loop whose exit reads what nothing in it changes",
        procedure="criminal-record",
        made=((RECORD, ENTITLED, AGAIN + ENTITLED),),
        rule="loop-can-end",
        at='<bpmn:exclusiveGateway id="entitled"',
        element="entitled",
        says=("identity_verdict", "nothing within the loop changes"),
        remedy="Write within the loop",
    ),
    Mistake(
        name="a condition that no choice fulfils",
        made=((DIAGRAM, COMPLETE, f'{COMPLETE} and papers_verdict = "incomplete"'),),
        rule="condition-can-hold",
        at='papers_verdict = "complete"',
        element="papers_complete__municipality_certifies",
        says=("never holds",),
        remedy="Correct the condition",
    ),
)

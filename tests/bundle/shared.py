"""A small shared part for tests, and a procedure that calls it."""

from tests.bundle.samples import a_component, form_json

DECLARATION = """key: {key}
version: {version}
title: {{el: Παραλαβή, en: {title}}}
summary: {{el: Το έγγραφο παραδίδεται., en: What was issued is handed over.}}
inputs:
  document:
    type: text
    needed: true
    title: {{el: Έγγραφο, en: Document}}
outputs:
  result:
    type: text
    title: {{el: Αποτέλεσμα, en: Result}}
    one_of: [collected, left]
"""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">
"""

PART = (
    _HEAD
    + """  <bpmn:process id="pickup" isExecutable="true">
    <bpmn:startEvent id="pickup_begin"><bpmn:outgoing>pickup_1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="pickup_task" name="Παράδοση">
      <bpmn:extensionElements>
        <zeebe:formDefinition formId="pickup-hand-over" />
        <zeebe:userTask />
        <zeebe:assignmentDefinition candidateGroups="clerk" />
      </bpmn:extensionElements>
      <bpmn:incoming>pickup_1</bpmn:incoming>
      <bpmn:outgoing>pickup_2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="pickup_done"><bpmn:incoming>pickup_2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="pickup_1" sourceRef="pickup_begin" targetRef="pickup_task" />
    <bpmn:sequenceFlow id="pickup_2" sourceRef="pickup_task" targetRef="pickup_done" />
  </bpmn:process>
</bpmn:definitions>
"""
)

CALLER = (
    _HEAD
    + """  <bpmn:process id="certificate" isExecutable="true">
    <bpmn:startEvent id="asked">
      <bpmn:extensionElements><zeebe:formDefinition formId="intake" /></bpmn:extensionElements>
      <bpmn:outgoing>to_call</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:callActivity id="hand_over">
      <bpmn:extensionElements>
        <zeebe:calledElement processId="shared/pickup@1" />
        <zeebe:ioMapping>
          <zeebe:input source="=name" target="document" />
          <zeebe:output source="=result" target="outcome" />
        </zeebe:ioMapping>
      </bpmn:extensionElements>
      <bpmn:incoming>to_call</bpmn:incoming>
      <bpmn:outgoing>to_end</bpmn:outgoing>
    </bpmn:callActivity>
    <bpmn:endEvent id="done"><bpmn:incoming>to_end</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="to_call" sourceRef="asked" targetRef="hand_over" />
    <bpmn:sequenceFlow id="to_end" sourceRef="hand_over" targetRef="done" />
  </bpmn:process>
</bpmn:definitions>
"""
)

FORM = form_json(a_component("textfield", "result"), form_id="pickup-hand-over")


def declaration(*, key: str = "pickup", version: int | str = 1, title: str = "Pickup") -> str:
    return DECLARATION.format(key=key, version=version, title=title)


def part_files(*, version: int = 1, title: str = "Pickup") -> dict[str, bytes]:
    """The files of the part as they are pinned with a procedure."""
    home = f"shared/pickup@{version}"
    return {
        f"{home}/shared.yaml": declaration(version=version, title=title).encode(),
        f"{home}/pickup.bpmn": PART.encode(),
        f"{home}/forms/pickup-hand-over.form": FORM,
    }

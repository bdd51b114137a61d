"""A procedure that does nothing but call a shared part: so a part is played through its own scenarios."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape
from typing import Any, Final

from engine.bpmn.shared_parts import FILE, ValueType, divided
from engine.bundle.contract import Files
from engine.bundle.scenario import Scenario
from engine.bundle.shared_part import Declaration, check_part
from engine.kernel.refusal import Invalid
from engine.kernel.vocabulary import CaseStatus

CALLER: Final = "caller_"
"""How the ids of the elements begin that are not the part's."""

_RETURNED: Final = f"{CALLER}returned"
_THROWN: Final = f"{CALLER}thrown"

_METADATA = """key: calls-{key}
title: {{el: Κοινό μέρος, en: Shared part}}
summary: {{el: Κοινό μέρος, en: Shared part}}
codes: {{}}
agency: none
fees:
  - id: fee
    title: {{el: Παράβολο, en: Fee}}
    law: ν. 4270/2014
    beneficiary: {{el: Ελληνικό Δημόσιο, en: Greek State}}
    amount: "10.00"
  - id: nothing
    title: {{el: Παράβολο με απαλλαγή, en: Fee of which everybody is exempt}}
    law: ν. 4270/2014
    beneficiary: {{el: Ελληνικό Δημόσιο, en: Greek State}}
    amount: "0.00"
term: {{days: 365, supplement: pauses}}
appeal: {{days: 15, law: ν. 2690/1999 άρθρο 24}}
process: caller
channels: [counter, post, phone, web, video]
papers: []
outcomes:
  {returned}: {{status: completed, text: {{el: Τέλος, en: Returned}}}}
  {thrown}: {{status: rejected, text: {{el: Σφάλμα, en: Thrown}}}}
"""

_DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="caller" isExecutable="true">
    <bpmn:startEvent id="{caller}begins"><bpmn:outgoing>{caller}in</bpmn:outgoing></bpmn:startEvent>
    <bpmn:callActivity id="{caller}calls">
      <bpmn:extensionElements>
        <zeebe:calledElement processId="{part}" />
        <zeebe:ioMapping>{mappings}</zeebe:ioMapping>
      </bpmn:extensionElements>
      <bpmn:incoming>{caller}in</bpmn:incoming>
      <bpmn:outgoing>{caller}out</bpmn:outgoing>
    </bpmn:callActivity>
    <bpmn:boundaryEvent id="{caller}failed" attachedToRef="{caller}calls">
      <bpmn:outgoing>{caller}over</bpmn:outgoing>
      <bpmn:errorEventDefinition />
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="{returned}"><bpmn:incoming>{caller}out</bpmn:incoming></bpmn:endEvent>
    <bpmn:endEvent id="{thrown}"><bpmn:incoming>{caller}over</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="{caller}in" sourceRef="{caller}begins" targetRef="{caller}calls" />
    <bpmn:sequenceFlow id="{caller}out" sourceRef="{caller}calls" targetRef="{returned}" />
    <bpmn:sequenceFlow id="{caller}over" sourceRef="{caller}failed" targetRef="{thrown}" />
  </bpmn:process>
</bpmn:definitions>
"""


def is_part(files: Files) -> bool:
    """Whether these are the files of a shared part by itself, and not of a procedure."""
    return FILE in files


def calling(files: Files, scenario: Scenario) -> tuple[Files, Scenario, str]:
    """The procedure that calls the part of these files with what the scenario gives, and the scenario for it.

    The data of the scenario are the inputs of the part, and what must have come of it are its outputs. With
    them comes the folder in which the procedure has the part (`shared/pickup@1`).
    `Invalid` if the part is not sound, or the data are not its inputs.
    """
    part = check_part(files)
    own, _ = divided(files)
    pinned = {name: content for name, content in files.items() if name not in own}
    pinned |= {f"{part.name}/{name}": own[name] for name in own if not name.startswith("scenarios/")}
    diagram = _DIAGRAM.format(
        part=part.name,
        mappings="".join(_mappings(part, scenario)),
        caller=CALLER,
        returned=_RETURNED,
        thrown=_THROWN,
    )
    metadata = _METADATA.format(key=part.name.key, returned=_RETURNED, thrown=_THROWN)
    procedure = {**pinned, "procedure.yaml": metadata.encode(), "caller.bpmn": diagram.encode()}
    end = scenario.end
    if end.outcome is None and end.status == CaseStatus.COMPLETED:
        end = replace(end, outcome=_RETURNED)
    called = replace(scenario, given=replace(scenario.given, data={}), end=end)
    return procedure, called, str(part.name)


def _mappings(part: Declaration, scenario: Scenario) -> Iterator[str]:
    place = f"line {scenario.given.line}, given.data"
    for name, value in scenario.given.data.items():
        if name not in part.inputs:
            there = ", ".join(part.inputs) or "none"
            sentence = f"{place}.{name}: Expected an input of {part.name} ({there})."
            raise Invalid("The scenario cannot be played.", {scenario.file: [sentence]})
        yield _mapping("input", f"={_literal(value, part.inputs[name])}", name)
    yield from (_mapping("output", f"={name}", name) for name in part.outputs)


def _mapping(direction: str, source: str, target: str) -> str:
    return f'<zeebe:{direction} source="{escape(source)}" target="{target}" />'


def _literal(value: Any, type_: ValueType) -> str:
    """A value of YAML as FEEL writes it: JSON is FEEL too, and what JSON has no word for is a function's."""
    functions: Mapping[ValueType, str] = {
        ValueType.DATE: "date",
        ValueType.DATE_TIME: "date and time",
        ValueType.DURATION: "duration",
    }
    written = json.dumps(value, ensure_ascii=False)
    return f"{functions[type_]}({written})" if type_ in functions and value is not None else written

"""Writes a drawn diagram as the files of a procedure: BPMN in the dialect, metadata and one form."""

import json
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from tests.difference.drawing import Diagram, Flow, Loop, Node, Scope, Trigger
from tests.runtime.diagrams import element, process
from tests.runtime.diagrams import flow as drawn_flow

FORM = "answer"
"""The form of every user task that writes: one number."""

CORRELATION = "k"
"""The correlation key of every message."""

PERSON = "maria"
"""The user to whom every user task is given."""


def files(diagram: Diagram) -> Mapping[str, bytes]:
    """The files of a procedure that runs the diagram."""
    written = {"procedure.yaml": _metadata(diagram).encode(), f"{diagram.key}.bpmn": bpmn(diagram)}
    if any(node.kind == "userTask" and node.writes is not None for node in diagram.nodes()):
        written[f"forms/{FORM}.form"] = _FORM_FILE
    return written


def bpmn(diagram: Diagram) -> bytes:
    """The diagram as BPMN."""
    writer = _Writer(diagram)
    processes = [process(*writer.scope(each), process_id=each.id) for each in diagram.processes]
    return "\n".join([_HEAD, *writer.declared.values(), *processes, "</definitions>"]).encode()


def message_name(diagram: Diagram, name: str) -> str:
    """The name of a message of the diagram; no other diagram in the same store has it."""
    return f"{diagram.key}-{name}"


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="urn:difference">'
)

_FORM_FILE = json.dumps(
    {
        "type": "default",
        "id": FORM,
        "schemaVersion": 18,
        "components": [
            {
                "type": "number",
                "key": "value",
                "id": "Field_value",
                "label": "Τιμή",
                "properties": {"stoa:label-en": "Value"},
            }
        ],
    }
).encode()


def _metadata(diagram: Diagram) -> str:
    end = next(node.id for node in diagram.processes[0].nodes.values() if node.kind == "endEvent")
    lines = [
        f"key: {diagram.key}",
        "title: {el: Δοκιμή, en: Test}",
        "summary: {el: Δοκιμή, en: Test}",
        'codes: {mitos: "000000", kep: "0000"}',
        "agency: kep",
        "fee_cents: 0",
        "term: {days: 3000, working_days: false}",
        "channels: [counter]",
        "papers: []",
        f"process: {diagram.key}",
        f"outcomes: {{{end}: {{status: completed, text: {{el: Έγινε, en: Done}}}}}}",
    ]
    return "\n".join(lines)


class _Writer:
    """Writes scopes, and keeps what must be declared beside the processes: messages, signals, codes."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.declared: dict[str, str] = {}

    def scope(self, scope: Scope) -> list[str]:
        parts = [self._node(node, scope) for node in scope.nodes.values()]
        parts += [_flow(flow) for flow in scope.flows]
        for node in scope.nodes.values():
            if node.handler is not None:
                ends = {"sourceRef": node.id, "targetRef": node.handler, "associationDirection": "One"}
                parts.append(element("association", f"{node.id}_handler", **ends))
        return parts

    def _node(self, node: Node, scope: Scope) -> str:
        inner = (
            [self._trigger(node.trigger)] if node.trigger is not None and node.kind != "receiveTask" else []
        )
        inner += [_loop(node.loop)] if node.loop is not None else []
        inner += self.scope(node.inner) if node.inner is not None else []
        return element(
            node.kind, node.id, *inner, extensions=self._extensions(node), **self._attributes(node, scope)
        )

    def _attributes(self, node: Node, scope: Scope) -> dict[str, str]:
        found = {"name": node.id}
        if node.kind == "boundaryEvent":
            found |= {"attachedToRef": node.attached_to or "", "cancelActivity": _flag(node.interrupting)}
        if node.kind == "startEvent" and scope.by_event:
            found["isInterrupting"] = _flag(node.interrupting)
        if node.is_event_sub_process:
            found["triggeredByEvent"] = "true"
        if node.default is not None:
            found["default"] = node.default
        if node.undoes:
            found["isForCompensation"] = "true"
        if node.kind == "receiveTask" and node.trigger is not None:
            found["messageRef"] = self._declare("message", node.trigger.name)
        return found

    def _extensions(self, node: Node) -> str:
        match node.kind:
            case "userTask":
                form = f'<zeebe:formDefinition formId="{FORM}"/>' if node.writes else ""
                answer = _mapping("output", "value", node.writes) if node.writes else ""
                return f'{form}<zeebe:assignmentDefinition assignee="{PERSON}"/>{answer}'
            case "serviceTask":
                return f'<zeebe:taskDefinition type="{self.diagram.key}.{node.id}"/>'
            case "scriptTask" if node.sets:
                entries = ", ".join(f"{name}: {value}" for name, value in node.sets.items())
                return f'<zeebe:script expression="={{{entries}}}"/>'
            case "scriptTask":
                return f'<zeebe:script expression="={node.writes} + 1" resultVariable="{node.writes}"/>'
            case "callActivity":
                return f'<zeebe:calledElement processId="{node.calls}" propagateAllParentVariables="false"/>'
        return ""

    def _trigger(self, trigger: Trigger) -> str:
        match trigger.kind:
            case "timer" if trigger.times > 1:
                held = f"<timeCycle>R{trigger.times}/PT{trigger.seconds}S</timeCycle>"
                return f"<timerEventDefinition>{held}</timerEventDefinition>"
            case "timer":
                held = f"<timeDuration>PT{trigger.seconds}S</timeDuration>"
                return f"<timerEventDefinition>{held}</timerEventDefinition>"
            case "condition" if trigger.condition is not None:
                held = f'<condition xsi:type="tFormalExpression">{escape(trigger.condition.text)}</condition>'
                return f"<conditionalEventDefinition>{held}</conditionalEventDefinition>"
            case "compensation":
                named = f" activityRef={quoteattr(trigger.activity)}" if trigger.activity else ""
                return f"<compensateEventDefinition{named}/>"
            case "link":
                return f"<linkEventDefinition name={quoteattr(trigger.name)}/>"
            case "error" | "escalation" | "signal" | "message" as kind:
                named = f' {kind}Ref="{self._declare(kind, trigger.name)}"' if trigger.name else ""
                return f"<{kind}EventDefinition{named}/>"
        return f"<{trigger.kind}EventDefinition/>"

    def _declare(self, kind: str, name: str) -> str:
        id_ = f"{kind}-{name}"
        named = message_name(self.diagram, name) if kind in {"message", "signal"} else name
        own = quoteattr(named)
        key = f'<zeebe:subscription correlationKey="=&quot;{CORRELATION}&quot;"/>'
        self.declared[id_] = {
            "message": element("message", id_, extensions=key, name=named),
            "signal": f'<signal id="{id_}" name={own}/>',
            "error": f'<error id="{id_}" name={own} errorCode={own}/>',
            "escalation": f'<escalation id="{id_}" name={own} escalationCode={own}/>',
        }[kind]
        return id_


def _mapping(kind: str, source: str, target: str) -> str:
    return f'<zeebe:ioMapping><zeebe:{kind} source="={source}" target="{target}"/></zeebe:ioMapping>'


def _loop(loop: Loop) -> str:
    if loop.kind == "standard":
        condition = f"<loopCondition>{escape(loop.condition.text)}</loopCondition>" if loop.condition else ""
        before = _flag(loop.tested_before)
        return (
            f'<standardLoopCharacteristics testBefore="{before}" loopMaximum="{loop.count}">'
            f"{condition}</standardLoopCharacteristics>"
        )
    items = ", ".join(str(number) for number in range(1, loop.count + 1))
    over = f'inputCollection="=[{items}]" inputElement="item"'
    output = f' outputCollection="{loop.collects}" outputElement="=item * 10"' if loop.collects else ""
    held = f"<extensionElements><zeebe:loopCharacteristics {over}{output}/></extensionElements>"
    if loop.enough is not None:
        enough = f"=numberOfCompletedInstances &gt;= {loop.enough}"
        held += f"<completionCondition>{enough}</completionCondition>"
    sequential = f'isSequential="{_flag(loop.kind == "sequential")}"'
    return f"<multiInstanceLoopCharacteristics {sequential}>{held}</multiInstanceLoopCharacteristics>"


def _flow(flow: Flow) -> str:
    text = flow.condition.text if flow.condition is not None else None
    return drawn_flow(flow.source, flow.target, text, flow_id=flow.id)


def _flag(value: bool) -> str:
    return str(value).lower()

"""Reads flow nodes: activities with what they do, events with what they wait for or send, gateways."""

from engine.bpmn.diagram import (
    ACTIVITIES,
    EVENTS,
    SUB_PROCESSES,
    THROWING_EVENTS,
    content_of,
    extension,
    extension_pairs,
    form_of,
    unprefixed,
)
from engine.bpmn.event_definitions import read_message, read_triggers
from engine.bpmn.expressions import FEEL_FORMATS
from engine.bpmn.listeners import read_listeners
from engine.bpmn.loops import read_loop
from engine.bpmn.model import (
    CallWork,
    DecisionWork,
    MessageTrigger,
    Node,
    ScriptWork,
    SendWork,
    ServiceWork,
    SubProcessWork,
    UserWork,
    Work,
)
from engine.bpmn.reading import Reading
from engine.kernel.xml import Element


def read_node(element: Element, node_id: str, reading: Reading) -> Node:
    """The activity, event or gateway; what is wrong with it is noted."""
    if element.kind in ACTIVITIES:
        return read_activity(element, node_id, reading)
    if element.kind in EVENTS:
        return _event(element, node_id, reading)
    return _gateway(element, node_id, reading)


def read_activity(element: Element, node_id: str, reading: Reading, *, kind: str | None = None) -> Node:
    """The activity, its loop and its mappings.

    `kind` is given where the element's own name does not say it, as for a `globalScriptTask`.
    """
    kind = kind or element.kind
    received = read_message(element, reading, element) if element.kind == "receiveTask" else None
    return Node(
        id=node_id,
        kind=kind,
        name=element.get("name") or "",
        place=reading.place(element),
        work=_work(element, kind, reading),
        triggers=() if received is None else (received,),
        default_flow=element.get("default"),
        inputs=reading.mappings(element, "input"),
        outputs=reading.mappings(element, "output"),
        reads=reading.associations(element, "dataInputAssociation"),
        writes=reading.associations(element, "dataOutputAssociation"),
        loop=read_loop(element, reading),
        instantiates=kind == "receiveTask" and element.flag("instantiate"),
        for_compensation=element.flag("isForCompensation"),
        start_quantity=_quantity(element, "startQuantity", reading),
        completion_quantity=_quantity(element, "completionQuantity", reading),
        listeners=read_listeners(element, reading),
        properties=extension_pairs(element, "properties", "property", key="name"),
    )


def _event(element: Element, node_id: str, reading: Reading) -> Node:
    kind, attached = element.kind, element.get("attachedToRef")
    if kind == "boundaryEvent" and not attached:
        reason = "The boundary event is attached to nothing (attachedToRef is missing)."
        reading.note(element, reason, remedy="Attach it to an activity.")
    work: Work | None = None
    if kind in THROWING_EVENTS and element.child("messageEventDefinition") is not None:
        # A service task that sends the message may leave out which message that is.
        work = _service_work(element, reading)
    triggers = read_triggers(element, reading) if work is None else ()
    if kind in THROWING_EVENTS and len(triggers) == 1 and isinstance(triggers[0], MessageTrigger):
        work, triggers = SendWork(message=triggers[0].name, key=triggers[0].key), ()
    return Node(
        id=node_id,
        kind=kind,
        name=element.get("name") or "",
        place=reading.place(element),
        work=work,
        triggers=triggers,
        parallel_multiple=element.flag("parallelMultiple"),
        interrupting=element.flag(
            "cancelActivity" if kind == "boundaryEvent" else "isInterrupting", default=True
        ),
        attached_to=unprefixed(attached) if attached else None,
        inputs=reading.mappings(element, "input"),
        outputs=reading.mappings(element, "output"),
        listeners=read_listeners(element, reading),
        properties=extension_pairs(element, "properties", "property", key="name"),
    )


def _gateway(element: Element, node_id: str, reading: Reading) -> Node:
    if element.kind == "eventBasedGateway":
        if element.flag("instantiate"):
            reason = "An event-based gateway that starts the process does not run."
            reading.note(element, reason, remedy="Use message start events.")
        if element.get("eventGatewayType", "Exclusive") != "Exclusive":
            reason = "An event-based gateway that waits for all its events does not run."
            reading.note(element, reason, remedy="Use a parallel gateway before the events.")
    return Node(
        id=node_id,
        kind=element.kind,
        name=element.get("name") or "",
        place=reading.place(element),
        default_flow=element.get("default"),
        activation=reading.condition(element, "activationCondition", element, "activation condition"),
        listeners=read_listeners(element, reading),
        properties=extension_pairs(element, "properties", "property", key="name"),
    )


def _work(element: Element, kind: str, reading: Reading) -> Work | None:
    if kind in {"userTask", "manualTask"}:
        return _user_work(element, reading)
    if kind in SUB_PROCESSES:
        if kind == "adHocSubProcess" and extension(element, "taskDefinition") is not None:
            reason = "A program would choose what is done in the ad-hoc sub-process."
            reading.note(element, reason, remedy="Take its zeebe:taskDefinition away.")
        return SubProcessWork(container=element.get("id") or "")
    if kind == "callActivity":
        return _call_work(element, reading)
    if kind in {"task", "receiveTask"}:
        return None
    return _service_work(element, reading) or _automatic_work(element, kind, reading)


def _service_work(element: Element, reading: Reading) -> ServiceWork | None:
    """The service task that a `zeebe:taskDefinition` makes of its element; None where there is none."""
    topic = reading.attribute_text(element, "taskDefinition", "type")
    if topic is None:
        return None
    return ServiceWork(
        topic=topic,
        retries=reading.attribute_text(element, "taskDefinition", "retries"),
        headers=extension_pairs(element, "taskHeaders", "header", key="key"),
    )


def _automatic_work(element: Element, kind: str, reading: Reading) -> Work | None:
    if kind == "scriptTask":
        return _script_work(element, reading)
    if kind == "businessRuleTask" and extension(element, "calledDecision") is not None:
        return _decision_work(element, reading)
    if kind == "sendTask":
        message = read_message(element, reading, element)
        return SendWork(message=message.name, key=message.key) if message is not None else None
    either = "a zeebe:calledDecision or " if kind == "businessRuleTask" else ""
    reason = f"The {kind} does not say what it does."
    reading.note(element, reason, remedy=f"Give it {either}a zeebe:taskDefinition.")
    return None


def _user_work(element: Element, reading: Reading) -> UserWork:
    return UserWork(
        form_id=form_of(element),
        assignee=reading.attribute_text(element, "assignmentDefinition", "assignee"),
        candidate_groups=reading.attribute_text(element, "assignmentDefinition", "candidateGroups"),
        candidate_users=reading.attribute_text(element, "assignmentDefinition", "candidateUsers"),
        priority=reading.attribute_text(element, "priorityDefinition", "priority"),
        due_at=reading.attribute_text(element, "taskSchedule", "dueDate"),
        follow_up_at=reading.attribute_text(element, "taskSchedule", "followUpDate"),
    )


def _script_work(element: Element, reading: Reading) -> ScriptWork | None:
    source = reading.attribute(element, "script", "expression")
    if source is None:
        source = content_of(element.child("script"))
        language = (element.get("scriptFormat") or element.get("scriptLanguage") or "feel").strip()
        if source and language.lower() not in FEEL_FORMATS:
            reason = f"The script is written in {language}; only FEEL is evaluated."
            reading.note(element, reason, remedy="Write it as a zeebe:script, or make it a service task.")
            return None
    if not source.strip():
        reading.note(element, "The script task has no script.", remedy="Give it a zeebe:script.")
        return None
    expression = reading.expression(source, element, "script")
    if expression is None:
        return None
    return ScriptWork(expression=expression, result=reading.attribute(element, "script", "resultVariable"))


def _decision_work(element: Element, reading: Reading) -> DecisionWork | None:
    decision = reading.attribute_text(element, "calledDecision", "decisionId")
    result = reading.attribute(element, "calledDecision", "resultVariable")
    if decision is None or result is None:
        reason = "The zeebe:calledDecision lacks its decisionId or its resultVariable."
        reading.note(element, reason, remedy="Fill in both.")
        return None
    return DecisionWork(
        decision=decision, result=result, version_tag=reading.asked_version(element, "calledDecision")
    )


def _call_work(element: Element, reading: Reading) -> CallWork | None:
    called = element.get("calledElement")
    process = reading.attribute_text(element, "calledElement", "processId") or (
        called.rpartition(":")[2] if called else None
    )
    if process is None:
        reason = "The call activity does not say which process it calls."
        reading.note(element, reason, remedy="Give it a zeebe:calledElement with a processId.")
        return None
    return CallWork(
        process=process,
        version_tag=reading.asked_version(element, "calledElement"),
        all_parent_variables=reading.attribute(element, "calledElement", "propagateAllParentVariables")
        != "false",
        all_child_variables=reading.attribute(element, "calledElement", "propagateAllChildVariables")
        != "false",
    )


def _quantity(element: Element, name: str, reading: Reading) -> int:
    value = element.get(name, "1")
    if value.isdecimal() and int(value) >= 1:
        return int(value)
    reading.note(element, f"{name} is {value!r}.", remedy="Give a whole number of at least 1.")
    return 1

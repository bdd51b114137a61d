"""Reads what an activity does, how often, and which data objects it touches."""

from lxml import etree

from engine.bpmn.data import read_associations
from engine.bpmn.declarations import Declarations
from engine.bpmn.extensions import Extensions
from engine.bpmn.findings import Place
from engine.bpmn.loops import read_loop
from engine.bpmn.model import (
    BodyWork,
    CallWork,
    DecisionWork,
    Node,
    ScriptWork,
    SendWork,
    ServiceWork,
    Trigger,
    UserWork,
    Work,
)
from engine.bpmn.triggers import read_message
from engine.bpmn.xml import child, flag, local, text
from engine.runtime.expressions import read_expression

ACTIVITIES = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "businessRuleTask",
        "scriptTask",
        "sendTask",
        "receiveTask",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "callActivity",
    }
)
BODIES = frozenset({"subProcess", "transaction", "adHocSubProcess"})


def read_activity(
    element: etree._Element, element_id: str, declarations: Declarations, *, kind: str | None = None
) -> Node:
    """The activity, its loop and its mappings; what is wrong with it is noted.

    `kind` is given where the element's own name does not say it, as for a `globalScriptTask`.
    """
    kind = kind or local(element)
    extensions = Extensions(holder=element, declarations=declarations)
    place = declarations.place(element)
    reads, writes = read_associations(element, declarations)
    return Node(
        id=element_id,
        kind=kind,
        name=element.get("name") or "",
        place=place,
        work=_read_work(element, kind, extensions, place),
        triggers=_received(element, declarations, place),
        default_flow=element.get("default"),
        inputs=extensions.mappings("input"),
        outputs=extensions.mappings("output"),
        reads=reads,
        writes=writes,
        loop=read_loop(element, declarations, place),
        instantiates=kind == "receiveTask" and flag(element, "instantiate", default=False),
        for_compensation=flag(element, "isForCompensation", default=False),
        start_quantity=_quantity(element, "startQuantity", declarations, place),
        completion_quantity=_quantity(element, "completionQuantity", declarations, place),
        properties=extensions.properties(),
    )


def _received(element: etree._Element, declarations: Declarations, place: Place) -> tuple[Trigger, ...]:
    if local(element) != "receiveTask":
        return ()
    message = read_message(element, declarations, place)
    return (message,) if message is not None else ()


def _read_work(element: etree._Element, kind: str, extensions: Extensions, place: Place) -> Work | None:
    if kind in {"userTask", "manualTask"}:
        return _user_work(extensions)
    if kind in BODIES:
        return BodyWork(body=element.get("id") or "")
    if kind == "callActivity":
        return _call_work(element, extensions, place)
    if kind in {"task", "receiveTask"}:
        return None
    return service_work(extensions) or _automatic_work(element, kind, extensions, place)


def service_work(extensions: Extensions) -> ServiceWork | None:
    """The service task that a `zeebe:taskDefinition` makes of its element; None where there is none."""
    topic = extensions.text("taskDefinition", "type")
    if topic is None:
        return None
    return ServiceWork(
        topic=topic, retries=extensions.text("taskDefinition", "retries"), headers=extensions.headers()
    )


def _automatic_work(element: etree._Element, kind: str, extensions: Extensions, place: Place) -> Work | None:
    findings = extensions.declarations.findings
    if kind == "scriptTask":
        return _script_work(element, extensions, place)
    if kind == "businessRuleTask" and extensions.find("calledDecision") is not None:
        return _decision_work(extensions, place)
    if kind == "sendTask":
        message = read_message(element, extensions.declarations, place)
        return SendWork(message=message.name, key=message.key) if message is not None else None
    wanted = (
        "a zeebe:calledDecision or a zeebe:taskDefinition"
        if kind == "businessRuleTask"
        else "a zeebe:taskDefinition"
    )
    findings.add(place, f"The {kind} does not say what it does.", remedy=f"Give it {wanted}.")
    return None


def _user_work(extensions: Extensions) -> UserWork:
    return UserWork(
        form_id=extensions.attribute("formDefinition", "formId")
        or extensions.attribute("formDefinition", "formKey"),
        assignee=extensions.text("assignmentDefinition", "assignee"),
        candidate_groups=extensions.text("assignmentDefinition", "candidateGroups"),
        candidate_users=extensions.text("assignmentDefinition", "candidateUsers"),
        priority=extensions.text("priorityDefinition", "priority"),
        due_at=extensions.text("taskSchedule", "dueDate"),
        follow_up_at=extensions.text("taskSchedule", "followUpDate"),
    )


def _script_work(element: etree._Element, extensions: Extensions, place: Place) -> ScriptWork | None:
    source = extensions.attribute("script", "expression") or text(child(element, "script"))
    if not source:
        return None
    expression = read_expression(
        source, place=place, findings=extensions.declarations.findings, what="script"
    )
    if expression is None:
        return None
    return ScriptWork(expression=expression, result=extensions.attribute("script", "resultVariable"))


def _decision_work(extensions: Extensions, place: Place) -> DecisionWork | None:
    decision = extensions.text("calledDecision", "decisionId")
    result = extensions.attribute("calledDecision", "resultVariable")
    if decision is None or result is None:
        reason = "The zeebe:calledDecision lacks its decisionId or its resultVariable."
        extensions.declarations.findings.add(place, reason, remedy="Fill in both.")
        return None
    return DecisionWork(decision=decision, result=result)


def _call_work(element: etree._Element, extensions: Extensions, place: Place) -> CallWork | None:
    called = element.get("calledElement")
    process = extensions.text("calledElement", "processId") or (called.rpartition(":")[2] if called else None)
    if process is None:
        reason = "The call activity does not say which process it calls."
        extensions.declarations.findings.add(
            place, reason, remedy="Give it a zeebe:calledElement with a processId."
        )
        return None
    return CallWork(
        process=process,
        all_parent_variables=extensions.flag("calledElement", "propagateAllParentVariables"),
        all_child_variables=extensions.flag("calledElement", "propagateAllChildVariables"),
    )


def _quantity(element: etree._Element, name: str, declarations: Declarations, place: Place) -> int:
    value = element.get(name, "1")
    if value.isdecimal() and int(value) >= 1:
        return int(value)
    declarations.findings.add(place, f"{name} is {value!r}.", remedy="Give a whole number of at least 1.")
    return 1

"""Examples of work, forms, decisions and the dialect's extension elements."""

from tests.lint.drawing import Element, element, extended, node, simple, task, zeebe
from tests.lint.example import Example, example

FORM = {"forms/intake.form": b'{"id": "intake", "components": []}'}
ANSWER = {
    "forms/answer.form": b"""{"id": "answer", "components": [
  {"type": "radio", "key": "confirmed"}, {"type": "textfield", "key": "number"}
]}"""
}
DECISION = {
    "fee.dmn": b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="d" namespace="d">
  <decision id="fee" name="fee"><variable name="fee"/>
    <literalExpression><text>1</text></literalExpression>
  </decision>
</definitions>"""
}
BY_HAND = zeebe("properties", zeebe("property", name="stoa:by-hand", value="yes"))
TOPIC = zeebe("taskDefinition", type="municipality.residence", retries="3")


def choosing(option: str) -> dict[str, bytes]:
    """A form whose one field works out this option for each paper."""
    expression = f"=for paper in papers return {option}"
    select = f'{{"type": "select", "id": "Field_1", "key": "one", "valuesExpression": "{expression}"}}'
    return {"forms/choice.form": f'{{"id": "choice", "components": [{select}]}}'.encode()}


def service(*extensions: Element) -> bytes:
    """A service task."""
    return simple(node("serviceTask", "ask", extended(*extensions)))


def register_task(act: str) -> bytes:
    """Something to be done in the register of organisations."""
    headers = zeebe("taskHeaders", zeebe("header", key="act", value=act))
    return service(zeebe("taskDefinition", type="stoa:organisation"), headers)


def signed(handed: str) -> bytes:
    """A signature that is handed this."""
    inputs = zeebe("ioMapping", zeebe("input", source="=each", target=handed))
    return service(zeebe("taskDefinition", type="stoa:signature"), inputs)


def person(*extensions: Element) -> bytes:
    """A user task."""
    return simple(node("userTask", "check", extended(*extensions), name="Check the papers"))


def heard(event: str) -> bytes:
    """A user task with a listener for an event."""
    return person(zeebe("taskListeners", zeebe("taskListener", eventType=event, type="audit.log")))


def decision(**attributes: str) -> bytes:
    """A business rule task that calls a decision."""
    return simple(node("businessRuleTask", "decide", extended(zeebe("calledDecision", **attributes))))


def tagged(version: str) -> bytes:
    """A business rule task that calls a version of a decision."""
    return decision(decisionId="fee", resultVariable="fee", bindingType="versionTag", versionTag=version)


TAGGED = {
    name: content.replace(
        b'<variable name="fee"/>',
        b'<extensionElements><zeebe:versionTag xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" value="1"/>'
        b'</extensionElements><variable name="fee"/>',
    )
    for name, content in DECISION.items()
}


def filtered(names: str) -> bytes:
    """A conditional event whose condition sees changes of these variables alone."""
    condition = element("condition", "=fee = paid", xsi_type="bpmn:tFormalExpression")
    chosen = extended(zeebe("conditionalFilter", variableNames=names))
    return simple(
        node("intermediateCatchEvent", "wait", element("conditionalEventDefinition", chosen, condition))
    )


def ad_hoc(*extensions: Element) -> bytes:
    """An ad-hoc sub-process."""
    return simple(node("adHocSubProcess", "visit", extended(*extensions), task("work")))


def mapped(target: str) -> bytes:
    """A service task with a mapping."""
    return service(TOPIC, zeebe("ioMapping", zeebe("input", source="= 1", target=target)))


def answered(form: str | None, *sources: str) -> bytes:
    """A service task that takes these results, and names the form of its answer."""
    outputs = [zeebe("output", source=source, target="result") for source in sources]
    named = [zeebe("properties", zeebe("property", name="stoa:answer-form", value=form))] if form else []
    given = zeebe("input", source="=applicant.afm", target="afm")
    return service(TOPIC, zeebe("ioMapping", given, *outputs), *named)


def reading(papers: str) -> bytes:
    """A service task that hands two things over, and names the papers that its agency may read."""
    handed = (zeebe("input", source="=bill", target=target) for target in ("bill", "address.proof"))
    named = zeebe("properties", zeebe("property", name="stoa:documents", value=papers))
    return service(TOPIC, zeebe("ioMapping", *handed), named)


def gathered(**attributes: str) -> bytes:
    """A multi-instance task."""
    marker = zeebe("loopCharacteristics", inputCollection="= papers", **attributes)
    return simple(task("work", element("multiInstanceLoopCharacteristics", extended(marker))))


EXAMPLES: dict[str, Example] = {
    "decisions-read": Example(
        {"fee.dmn": DECISION["fee.dmn"].replace(b"<text>1<", b"<text>1 +<"), "p.bpmn": simple(task())},
        {"p.bpmn": simple(task()), **DECISION},
    ),
    "work-named": example(simple(node("serviceTask", "ask")), service(TOPIC), "ask"),
    "topic-needed": example(service(zeebe("taskDefinition", retries="3")), service(TOPIC), "ask"),
    "topic-of-stoa": example(
        service(zeebe("taskDefinition", type="stoa:appointmnt")),
        service(zeebe("taskDefinition", type="stoa:appointment")),
        "ask",
    ),
    "topic-served": Example(
        {"p.bpmn": service(zeebe("taskDefinition", type="municipality.residense"))},
        {"p.bpmn": service(TOPIC)},
        "ask",
        served=frozenset({"municipality.residence"}),
    ),
    "by-hand-place": example(person(BY_HAND), service(TOPIC, BY_HAND), "check"),
    "form-known": Example(
        {"p.bpmn": person(zeebe("formDefinition", formId="other")), **FORM},
        {"p.bpmn": person(zeebe("formDefinition", formId="intake")), **FORM},
        "check",
    ),
    "form-needed": Example(
        {"p.bpmn": person(zeebe("userTask")), **FORM},
        {"p.bpmn": person(zeebe("formDefinition", formId="intake")), **FORM},
        "check",
    ),
    "options-in-english": Example(
        {
            "p.bpmn": person(zeebe("formDefinition", formId="choice")),
            **choosing('{label: \\"Ναι\\", value: 1}'),
        },
        {
            "p.bpmn": person(zeebe("formDefinition", formId="choice")),
            **choosing('{label: \\"Ναι\\", label_en: \\"Yes\\", value: 1}'),
        },
        "check",
    ),
    "answer-form-known": Example(
        {"p.bpmn": answered("other"), **ANSWER},
        {"p.bpmn": answered("answer"), **ANSWER},
        "ask",
    ),
    "answer-form-fits": Example(
        {"p.bpmn": answered("answer", "=confirmed", "=number", "= date "), **ANSWER},
        {"p.bpmn": answered("answer", "=confirmed", "=number", "=afm", "=confirmed and true"), **ANSWER},
        "ask",
    ),
    "answer-form-needed": Example(
        {"p.bpmn": answered(None, "=confirmed"), **ANSWER},
        {"p.bpmn": answered("answer", "=confirmed"), **ANSWER},
        "ask",
    ),
    "papers-handed-over": example(
        reading("bill, lease, photograph"), reading("address, bill"), "ask", times=2
    ),
    "register-act-known": example(register_task("enter-brunch"), register_task("enter-branch"), "ask"),
    "signature-names-party": example(signed("plate"), signed("party"), "ask"),
    "decision-known": Example(
        {"p.bpmn": decision(decisionId="rate", resultVariable="fee"), **DECISION},
        {"p.bpmn": decision(decisionId="fee", resultVariable="fee"), **DECISION},
        "decide",
    ),
    "decision-result-named": Example(
        {"p.bpmn": decision(decisionId="fee"), **DECISION},
        {"p.bpmn": decision(decisionId="fee", resultVariable="fee"), **DECISION},
        "decide",
    ),
    "unknown-extension": example(service(TOPIC, zeebe("linkedResources")), service(TOPIC), "ask"),
    "listener-has-moment": example(heard("assigning"), heard("completing"), "check"),
    "mapping-target": example(mapped("two words"), mapped("papers.count"), "ask"),
    "binding-deployment": Example(
        {"p.bpmn": decision(decisionId="fee", resultVariable="fee", bindingType="latest"), **DECISION},
        {"p.bpmn": decision(decisionId="fee", resultVariable="fee", bindingType="deployment"), **DECISION},
        "decide",
    ),
    "filter-hides-nothing": example(filtered("fee"), filtered("fee, paid"), "wait"),
    "ad-hoc-without-worker": example(ad_hoc(TOPIC), ad_hoc(), "visit"),
    "extension-placed": example(service(TOPIC, TOPIC), service(TOPIC), "ask"),
    "extension-without-effect": example(
        service(TOPIC, zeebe("jobPriorityDefinition", priority="5")), service(TOPIC), "ask"
    ),
    "version-provided": Example(
        {"p.bpmn": tagged("2"), **TAGGED}, {"p.bpmn": tagged("1"), **TAGGED}, "decide"
    ),
    "output-element-collected": example(
        gathered(outputCollection="results"),
        gathered(outputCollection="results", outputElement="= result"),
        "work",
    ),
}

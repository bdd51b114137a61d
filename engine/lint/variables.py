"""Which variables a procedure can have, as far as its files tell."""

from collections.abc import Iterable, Iterator, Mapping

from engine import feel
from engine.bpmn.diagram import DATA, Diagram, extension, form_of, mappings, property_of
from engine.bpmn.shared_parts import called_process, part_name
from engine.kernel.money import PAYMENT_RESULT, PAYMENT_TOPIC
from engine.kernel.xml import Element
from engine.lint.file_index import FileIndex

GIVEN = frozenset(
    (
        "applicant",
        "representative",
        "reception",
        "organisation",
        "case",
        "stoa",
        "error",
        "loopCounter",
        "activationCount",
    )
) | frozenset(
    f"numberOf{what}"
    for what in ("Instances", "ActiveInstances", "CompletedInstances", "TerminatedInstances")
)
"""What the engine gives: the parties and the case, our functions, what an error said, counts of a loop."""

STOA_FUNCTIONS: Mapping[str, feel.Signatures] = {
    "stoa.working_days": feel.signatures_of(["days"]),
    "stoa.months": feel.signatures_of(["months"]),
    "stoa.fee": feel.signatures_of(["id"]),
    "stoa.term_end": feel.signatures_of([]),
    "stoa.parties": feel.signatures_of(["role"]),
    "stoa.papers": feel.signatures_of([]),
    "stoa.paper": feel.signatures_of(["id"]),
    "stoa.conditions": feel.signatures_of([]),
}
"""Our functions, which a text calls by these paths."""

ANSWER_FORM = "stoa:answer-form"
"""The property that names, on a service task, the form that an agency's answer must fit."""

CARRYING = ("messageEventDefinition", "signalEventDefinition", "errorEventDefinition")
"""What an event that catches it takes variables from."""

ANSWERED = ("serviceTask", "sendTask", "businessRuleTask", "scriptTask")


def names(diagram: Diagram, files: FileIndex) -> frozenset[str]:
    """The variables that the file's processes can have, all ways through them taken together."""
    return frozenset(_names(diagram, files)) | GIVEN


def entrances(diagram: Diagram, files: FileIndex) -> tuple[Element, ...]:
    """Every place in the file where variables of unknown names come in."""
    return tuple(_open(diagram, files))


def _names(diagram: Diagram, files: FileIndex) -> Iterator[str]:
    yield from files.part.types if files.part is not None else ()
    for element in diagram.extensions():
        yield from _written(element, files)
    for element in diagram.elements(*DATA, "inputDataItem", "outputDataItem"):
        yield from (element.get(name, "") for name in ("id", "name") if element.get(name))


def _written(element: Element, files: FileIndex) -> Iterable[str]:
    match element.kind:
        case "input" | "output":
            return (element.get("target", "").partition(".")[0].strip(),)
        case "script" | "calledDecision":
            return (element.get("resultVariable", ""),)
        case "loopCharacteristics":
            return (element.get("inputElement", ""), element.get("outputCollection", ""))
        case "property" if element.get("name") == ANSWER_FORM and not mappings(_owner(element), "output"):
            return files.forms.get(element.get("value", ""), frozenset())
        case "taskDefinition" if element.get("type") == PAYMENT_TOPIC:
            return (PAYMENT_RESULT,)
        case "formDefinition":
            return files.forms.get(element.get("formId") or element.get("formKey") or "", frozenset())
    return ()


def _open(diagram: Diagram, files: FileIndex) -> Iterator[Element]:
    """Every place where variables of unknown names come in."""
    for task in diagram.elements("userTask", "globalUserTask"):
        if form_of(task) not in files.forms:
            yield task
    for task in diagram.elements(*ANSWERED):
        asked = extension(task, "taskDefinition")
        is_asked = asked is not None and asked.get("type") != PAYMENT_TOPIC
        if is_asked and not mappings(task, "output") and not _is_answered_by_form(task, files):
            yield task
    for element in diagram.elements("receiveTask", "callActivity"):
        # Of a shared part only what is mapped comes back.
        calls_part = element.kind == "callActivity" and part_name(called_process(element)) is not None
        if not mappings(element, "output") and not calls_part:
            yield element
    yield from _scripts_without_result(diagram)
    for definition in diagram.elements(*CARRYING):
        event = definition.parent
        if (
            event is not None
            and not event.kind.startswith(("end", "intermediateThrow"))
            and not mappings(event, "output")
        ):
            yield event
    main = files.main_process
    yield from (scope.element for scope in diagram.processes if main is not None and scope.id != main)


def _scripts_without_result(diagram: Diagram) -> Iterator[Element]:
    """Scripts that write whatever entries their context has, and listeners, which may answer anything."""
    for task in diagram.elements("scriptTask", "globalScriptTask"):
        if extension(task, "script") is None and extension(task, "taskDefinition") is None:
            yield task
    for element in diagram.extensions():
        if element.kind in {"executionListener", "taskListener"} or (
            element.kind == "script" and not element.get("resultVariable")
        ):
            yield element


def _is_answered_by_form(task: Element, files: FileIndex) -> bool:
    """Whether a form that is there says all that the task's answer can hold."""
    return property_of(task, ANSWER_FORM) in files.forms


def _owner(element: Element) -> Element:
    """The BPMN element that a zeebe property is on, or the property itself where it is on none."""
    return next((around for around in element.ancestors() if around.get("id")), element)

"""Which variables a procedure can have, as far as its files tell."""

from collections.abc import Iterable, Iterator

from engine.lint import xml
from engine.lint.model import Diagram
from engine.lint.xml import Element

GIVEN = frozenset({"applicant", "representative", "reception", "case", "stoa", "loopCounter"})
"""What every case has: its parties and itself, our functions, and the number of an instance in its loop."""

DATA_HOLDERS = (
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "property",
    "dataInput",
    "dataOutput",
)
ANSWER_FORM = "stoa:answer-form"
"""The property that names, on a service task, the form that an agency's answer must fit."""

ANSWERED = ("serviceTask", "sendTask", "businessRuleTask", "scriptTask")


def names(diagram: Diagram) -> frozenset[str]:
    """The variables that the file's processes can have, all ways through them taken together."""
    return frozenset(_names(diagram)) | GIVEN


def all_known(diagram: Diagram) -> bool:
    """Whether nothing in the file lets in variables of unknown names."""
    return next(_open(diagram), None) is None


def _names(diagram: Diagram) -> Iterator[str]:
    for element in diagram.root.iter(f"{{{xml.ZEEBE}}}*"):
        yield from _written(element, diagram)
    for element in diagram.elements(*DATA_HOLDERS, "inputDataItem", "outputDataItem"):
        yield from (element.get(name, "") for name in ("id", "name") if element.get(name))


def _written(element: Element, diagram: Diagram) -> Iterable[str]:
    match xml.local(element):
        case "input" | "output":
            return (element.get("target", "").partition(".")[0].strip(),)
        case "script" | "calledDecision":
            return (element.get("resultVariable", ""),)
        case "loopCharacteristics":
            return (element.get("inputElement", ""), element.get("outputCollection", ""))
        case "property" if element.get("name") == ANSWER_FORM and not _maps_output(_owner(element)):
            return diagram.around.forms.get(element.get("value", ""), frozenset())
        case "formDefinition":
            return diagram.around.forms.get(
                element.get("formId") or element.get("formKey") or "", frozenset()
            )
    return ()


def _open(diagram: Diagram) -> Iterator[Element]:
    """Every place where variables of unknown names come in."""
    for task in diagram.elements("userTask", "globalUserTask"):
        form = xml.extension(task, "formDefinition")
        if form is None or (form.get("formId") or form.get("formKey")) not in diagram.around.forms:
            yield task
    for task in diagram.elements(*ANSWERED):
        is_asked = xml.extension(task, "taskDefinition") is not None
        if is_asked and not _maps_output(task) and not _is_answered_by_form(task, diagram):
            yield task
    for element in diagram.elements("receiveTask", "callActivity"):
        if not _maps_output(element):
            yield element
    for definition in diagram.elements("messageEventDefinition", "signalEventDefinition"):
        event = definition.getparent()
        if (
            event is not None
            and not xml.local(event).startswith(("end", "intermediateThrow"))
            and not _maps_output(event)
        ):
            yield event
    main = diagram.around.main_process
    yield from (scope.element for scope in diagram.processes if main is not None and scope.id != main)


def _maps_output(element: Element) -> bool:
    mapping = xml.extension(element, "ioMapping")
    return mapping is not None and xml.child(mapping, "output", space=xml.ZEEBE) is not None


def _is_answered_by_form(task: Element, diagram: Diagram) -> bool:
    """Whether a form that is there says all that the task's answer can hold."""
    return xml.own_property(task, ANSWER_FORM) in diagram.around.forms


def _owner(element: Element) -> Element:
    """The BPMN element that a zeebe property is on, or the property itself where it is on none."""
    return next((around for around in xml.ancestors(element) if around.get("id")), element)

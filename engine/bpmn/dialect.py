"""The dialect's extension elements: those that mean something here, and the listeners among them."""

from collections.abc import Iterable, Mapping

from engine.kernel.xml import Element

EXTENSIONS: Mapping[str, frozenset[str]] = {
    "formDefinition": frozenset({"formId", "formKey", "externalReference", "bindingType", "versionTag"}),
    "userTaskForm": frozenset({"id"}),
    "assignmentDefinition": frozenset({"assignee", "candidateGroups", "candidateUsers"}),
    "taskSchedule": frozenset({"dueDate", "followUpDate"}),
    "priorityDefinition": frozenset({"priority"}),
    "userTask": frozenset(),
    "taskDefinition": frozenset({"type", "retries"}),
    "taskHeaders": frozenset(),
    "header": frozenset({"key", "value"}),
    "ioMapping": frozenset(),
    "input": frozenset({"source", "target"}),
    "output": frozenset({"source", "target"}),
    "script": frozenset({"expression", "resultVariable"}),
    "calledDecision": frozenset({"decisionId", "resultVariable", "bindingType", "versionTag"}),
    "calledElement": frozenset(
        {
            "processId",
            "propagateAllChildVariables",
            "propagateAllParentVariables",
            "bindingType",
            "versionTag",
        }
    ),
    "loopCharacteristics": frozenset(
        {"inputCollection", "inputElement", "outputCollection", "outputElement"}
    ),
    "subscription": frozenset({"correlationKey"}),
    "properties": frozenset(),
    "property": frozenset({"name", "value"}),
    "versionTag": frozenset({"value"}),
    "executionListeners": frozenset(),
    "executionListener": frozenset({"eventType", "type", "retries"}),
    "taskListeners": frozenset(),
    "taskListener": frozenset({"eventType", "type", "retries"}),
    "adHoc": frozenset({"activeElementsCollection"}),
    "conditionalFilter": frozenset({"variableNames", "variableEvents"}),
    "publishMessage": frozenset({"correlationKey"}),
    "jobPriorityDefinition": frozenset({"priority"}),
    "agentDefinition": frozenset({"agentType"}),
}
"""The extension elements that mean something here, with their attributes."""


MODELER_NOTES = frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"})
"""Attributes of Zeebe's namespace that a modeler leaves on an element for itself."""

SEVERAL = frozenset({"userTaskForm"})
"""The extension elements that may stand more than once on an element."""

AGENT_TYPES = ("aiAgentTask", "external")
"""What a service task may say that does it. It says so to people; the task is done as any other."""

BINDINGS = ("deployment", "latest", "versionTag")
"""Which version of what is called a diagram may ask for. Here there is one: that of the same files."""

EMBEDDED_FORM = "camunda-forms:bpmn:"
"""What stands before the id of a form that is written in the process itself."""


Placed = Mapping[tuple[Element, str], Element]
"""Extension elements by the element they are on and by their kind."""


def placed(extensions: Iterable[Element]) -> tuple[Placed, list[Element]]:
    """Where extension elements stand, of several of one kind the first, and those that may not stand there.

    The latter are second ones, and those on an element that they do not fit.
    """
    found: dict[tuple[Element, str], Element] = {}
    misplaced: list[Element] = []
    for part in extensions:
        holder = part.parent
        carrier = holder.parent if holder is not None and holder.tag == _HOLDER else None
        if carrier is None:
            continue
        kind = part.kind
        is_second = found.setdefault((carrier, kind), part) is not part and kind not in SEVERAL
        if is_second or (kind == "agentDefinition" and not _is_agent(part, carrier)):
            misplaced.append(part)
    return found, misplaced


_HOLDER = "{http://www.omg.org/spec/BPMN/20100524/MODEL}extensionElements"


def _is_agent(definition: Element, carrier: Element) -> bool:
    return carrier.kind == "serviceTask" and definition.get("agentType") in AGENT_TYPES

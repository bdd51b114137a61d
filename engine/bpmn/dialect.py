"""The dialect's extension elements: those that mean something here, and the listeners among them."""

from collections.abc import Iterator, Mapping

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


def misplaced(holder: Element, *, namespace: str) -> Iterator[Element]:
    """The extension elements of one element that stand there a second time, or may not stand there at all."""
    seen: set[str] = set()
    for part in holder.children(namespace=namespace):
        is_second = part.kind in seen and part.kind not in SEVERAL
        if is_second or (part.kind == "agentDefinition" and not _is_agent(part, holder)):
            yield part
        seen.add(part.kind)


def _is_agent(definition: Element, holder: Element) -> bool:
    carrier = holder.parent
    return (
        carrier is not None and carrier.kind == "serviceTask" and definition.get("agentType") in AGENT_TYPES
    )

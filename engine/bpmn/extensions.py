"""Reads `zeebe:` extension elements; what the dialect does not know is noted, never ignored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.declarations import Declarations
from engine.bpmn.model import VariableMapping
from engine.bpmn.xml import ZEEBE, child, children, local
from engine.runtime.expressions import Text, read_expression, read_text

KNOWN: Mapping[str, frozenset[str]] = {
    "formDefinition": frozenset({"formId", "formKey", "bindingType", "versionTag"}),
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
}
"""The extension elements that mean something here, with their attributes."""

TEMPLATE_ATTRIBUTES = frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"})
"""Notes that a modeler leaves on an element for itself."""


@dataclass(frozen=True, kw_only=True)
class Extensions:
    """The `zeebe:` extension elements of one element."""

    holder: etree._Element
    declarations: Declarations

    def attribute(self, element: str, name: str) -> str | None:
        """The literal attribute of an extension element; None where either is absent or it is empty."""
        found = self.find(element)
        return (found.get(name) or None) if found is not None else None

    def text(self, element: str, name: str) -> Text | None:
        """The same as text or FEEL."""
        return read_text(
            self.attribute(element, name),
            place=self.declarations.place(self.holder),
            findings=self.declarations.findings,
            what=f"{element} {name}",
        )

    def flag(self, element: str, name: str) -> bool:
        """A boolean attribute that is true unless the diagram says `false`."""
        return self.attribute(element, name) != "false"

    def find(self, element: str) -> etree._Element | None:
        """The extension element of that name."""
        container = child(self.holder, "extensionElements")
        return child(container, element, space=ZEEBE) if container is not None else None

    def headers(self) -> dict[str, str]:
        """The static settings of a service task, by key."""
        return self._pairs("taskHeaders", "header", key="key")

    def properties(self) -> dict[str, str]:
        """The free metadata, by name."""
        return self._pairs("properties", "property", key="name")

    def mappings(self, direction: str) -> tuple[VariableMapping, ...]:
        """The `input` or `output` mappings, in document order."""
        container = self.find("ioMapping")
        if container is None:
            return ()
        parts = (self._mapping(part) for part in children(container, direction, space=ZEEBE))
        return tuple(mapping for mapping in parts if mapping is not None)

    def _pairs(self, container: str, entry: str, *, key: str) -> dict[str, str]:
        found = self.find(container)
        if found is None:
            return {}
        return {part.get(key, ""): part.get("value", "") for part in children(found, entry, space=ZEEBE)}

    def _mapping(self, part: etree._Element) -> VariableMapping | None:
        place, findings = self.declarations.place(part), self.declarations.findings
        target = tuple(name.strip() for name in part.get("target", "").split("."))
        if not all(target):
            reason = f"The {local(part)} mapping has no usable target: {part.get('target')!r}."
            findings.add(place, reason, remedy="Name a variable, or a path such as address.city.")
            return None
        source = read_expression(
            _as_feel(part.get("source", "")), place=place, findings=findings, what=f"{local(part)} source"
        )
        return VariableMapping(source=source, target=target) if source is not None else None


def _as_feel(source: str) -> str:
    """A mapping's source without `=` is literal text; as FEEL it is that text in quotes."""
    if source.lstrip().startswith("="):
        return source
    escaped = source.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def check_extensions(root: etree._Element, declarations: Declarations) -> None:
    """Note every `zeebe:` element and attribute of a file that the dialect does not know."""
    for element in root.iter(f"{{{ZEEBE}}}*"):
        allowed = KNOWN.get(local(element))
        if allowed is None:
            _unknown(f"zeebe:{local(element)}", element, declarations)
            continue
        for name in map(str, element.attrib):
            if name not in allowed:
                _unknown(f"{name} on zeebe:{local(element)}", element, declarations)
    for element, name in _foreign_attributes(root):
        if name not in TEMPLATE_ATTRIBUTES:
            _unknown(f"zeebe:{name}", element, declarations)


def _foreign_attributes(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    for element in root.iter():
        for name in element.attrib:
            qualified = etree.QName(str(name))
            if qualified.namespace == ZEEBE:
                yield element, qualified.localname


def _unknown(what: str, element: etree._Element, declarations: Declarations) -> None:
    declarations.findings.add(
        declarations.place(element),
        f"{what} is unknown here.",
        remedy="Remove it, or say it in a way the dialect knows.",
    )

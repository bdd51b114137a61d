"""The types of a diagram's data: which item definition an element stands for, and which are the same."""

from engine.bpmn.diagram import Diagram
from engine.kernel.xml import Element

PAYLOADS = {
    "message": "itemRef",
    "signal": "structureRef",
    "error": "structureRef",
    "escalation": "structureRef",
}
"""The attribute by which what is sent names its item definition."""


def item(diagram: Diagram, element: Element | None) -> Element | None:
    """The item definition of data, a message, a signal, an error or an escalation; None if not given."""
    if element is None:
        return None
    kind = element.kind
    if kind == "dataObjectReference" and not element.get("itemSubjectRef"):
        return item(diagram, diagram.referred(element.get("dataObjectRef")))
    if kind == "dataStoreReference" and not element.get("itemSubjectRef"):
        return item(diagram, diagram.referred(element.get("dataStoreRef")))
    found = diagram.referred(element.get(PAYLOADS.get(kind, "itemSubjectRef")))
    return found if found is not None and found.kind == "itemDefinition" else None


def same(one: Element | None, other: Element | None) -> bool:
    """Whether two item definitions are the same or of the same structure; unknown ones never are."""
    if one is None or other is None:
        return False
    structure = one.get("structureRef")
    return one is other or (structure is not None and structure == other.get("structureRef"))


def differ(one: Element | None, other: Element | None) -> bool:
    """Whether both item definitions are known and are not the same."""
    return one is not None and other is not None and not same(one, other)

"""The elements of a diagram in the order in which a case meets them, to be read instead of a drawing."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from engine.bpmn.diagram import FLOW_NODES, GLOBAL_TASKS, Diagram, extension, property_of
from engine.kernel.xml import Element, XmlLimits

LIMITS: Final = XmlLimits(file_bytes=5_000_000, elements=200_000, depth=256)

_KNOWN_BY_NAME: Final = frozenset(
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "endEvent",
    }
)
"""The elements that people know by name; gateways, scripts and timers are how the drawing works."""

_NAME_EN: Final = "stoa:name-en"
_FLOW: Final = "sequenceFlow"
_DRAWN: Final = FLOW_NODES | {*GLOBAL_TASKS, _FLOW}


@dataclass(frozen=True, kw_only=True)
class DrawnElement:
    """A flow node or a sequence flow by its id, with its BPMN kind (`userTask`) and its names, if it has any.

    A sequence flow leads from the element `source` to the element `target`; nodes have neither. `topic` is
    what a service task asks for; empty for everything else.
    """

    element_id: str
    kind: str
    name: str
    name_en: str
    source: str = ""
    target: str = ""
    topic: str = ""

    @property
    def is_end(self) -> bool:
        """Whether a case can end there."""
        return self.kind == "endEvent"

    @property
    def is_flow(self) -> bool:
        """Whether it is a sequence flow."""
        return self.kind == _FLOW


@lru_cache(maxsize=64)
def elements_of(bpmn: str) -> tuple[DrawnElement, ...]:
    """The flow nodes of a certified diagram, those nearest to its start first, then its sequence flows."""
    diagram = Diagram.read("", bpmn.encode(), LIMITS)
    elements = {
        element_id: element for element in diagram.root.within(*_DRAWN) if (element_id := element.get("id"))
    }
    return tuple(_drawn(elements[element_id]) for element_id in _in_order(diagram, elements))


def english_names(diagram: Diagram) -> dict[str, str]:
    """The English name of each element that has a name, by that name."""
    named = ((_name(element), element) for element in diagram.elements(*_DRAWN))
    return {name: property_of(element, _NAME_EN) or name for name, element in named if name}


def steps_among(elements: Iterable[DrawnElement]) -> tuple[DrawnElement, ...]:
    """Those that people know by name: the steps of a diagram, in the order in which they are given."""
    return tuple(element for element in elements if element.kind in _KNOWN_BY_NAME and element.name)


def _in_order(diagram: Diagram, elements: Mapping[str, Element]) -> list[str]:
    """Every element that a case can reach, breadth first, then what no flow leads to."""
    following: dict[str, list[str]] = {}
    for flow in diagram.elements(_FLOW):
        following.setdefault(flow.get("sourceRef", ""), []).append(flow.get("targetRef", ""))
    for boundary in diagram.elements("boundaryEvent"):
        following.setdefault(boundary.get("attachedToRef", ""), []).append(boundary.get("id", ""))
    met: dict[str, None] = {}
    waiting = deque(_starts(diagram.root))
    while waiting:
        element_id = waiting.popleft()
        if element_id in met or element_id not in elements:
            continue
        met[element_id] = None
        element = elements[element_id]
        waiting.extend(_starts(element) if element.kind == "subProcess" else ())
        waiting.extend(following.get(element_id, ()))
    return [*met, *(element_id for element_id in elements if element_id not in met)]


def _starts(around: Element) -> list[str]:
    return [event.get("id", "") for event in around.within("startEvent")]


def _drawn(element: Element) -> DrawnElement:
    name = _name(element)
    asked = extension(element, "taskDefinition") if len(element) else None
    return DrawnElement(
        element_id=element.get("id", ""),
        kind=element.kind,
        name=name,
        name_en=(property_of(element, _NAME_EN) if len(element) else None) or name,
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        topic=asked.get("type", "") if asked is not None else "",
    )


def _name(element: Element) -> str:
    return " ".join(element.get("name", "").split())

"""The elements of a diagram in the order in which a case meets them, to be read instead of a drawing."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.kernel import xml

_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
_TOLD: Final = frozenset(
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

_FLOW: Final = "sequenceFlow"
_NODES: Final = (
    "Task",
    "task",
    "Event",
    "Gateway",
    "callActivity",
    "subProcess",
    "SubProcess",
    "transaction",
)
"""How the names of elements end that a token can stand at."""


@dataclass(frozen=True, kw_only=True)
class DrawnElement:
    """A flow node or a sequence flow by its id, with its BPMN kind (`userTask`) and its names, if it has any.

    A sequence flow leads from the element `source` to the element `target`; nodes have neither.
    """

    element_id: str
    kind: str
    name: str
    name_en: str
    source: str = ""
    target: str = ""

    @property
    def is_end(self) -> bool:
        """Whether a case can end there."""
        return self.kind == "endEvent"

    @property
    def is_flow(self) -> bool:
        """Whether it is a sequence flow."""
        return self.kind == _FLOW


def elements_of(bpmn: str) -> tuple[DrawnElement, ...]:
    """The flow nodes of a certified diagram, those nearest to its start first, then its sequence flows."""
    root = xml.parse(bpmn.encode())
    elements = {element.get("id", ""): element for element in root.iter() if element.get("id")}
    return tuple(
        _drawn(elements[element_id])
        for element_id in _in_order(root, elements)
        if _kind(elements[element_id]) == _FLOW or _kind(elements[element_id]).endswith(_NODES)
    )


def steps_among(elements: Iterable[DrawnElement]) -> tuple[DrawnElement, ...]:
    """Those that people know by name: the steps of a diagram, in the order in which they are given."""
    return tuple(element for element in elements if element.kind in _TOLD and element.name)


def _in_order(root: etree._Element, elements: dict[str, etree._Element]) -> list[str]:
    """Every element that a case can reach, breadth first, then what no flow leads to."""
    following: dict[str, list[str]] = {}
    for flow in root.iter(f"{_BPMN}sequenceFlow"):
        following.setdefault(flow.get("sourceRef", ""), []).append(flow.get("targetRef", ""))
    for boundary in root.iter(f"{_BPMN}boundaryEvent"):
        following.setdefault(boundary.get("attachedToRef", ""), []).append(boundary.get("id", ""))
    met: dict[str, None] = {}
    waiting = deque(_starts(root))
    while waiting:
        element_id = waiting.popleft()
        if element_id in met or element_id not in elements:
            continue
        met[element_id] = None
        inside = _starts(elements[element_id]) if _kind(elements[element_id]) == "subProcess" else ()
        waiting.extend([*inside, *following.get(element_id, [])])
    return [*met, *(element_id for element_id in elements if element_id not in met)]


def _starts(around: etree._Element) -> Iterable[str]:
    return [event.get("id", "") for event in around.iter(f"{_BPMN}startEvent")]


def _drawn(element: etree._Element) -> DrawnElement:
    name = " ".join(element.get("name", "").split())
    english = next(
        (
            extension.get("value", "")
            for extension in element.iterfind(f"{_BPMN}extensionElements/{_ZEEBE}properties/{_ZEEBE}property")
            if extension.get("name") == "stoa:name-en"
        ),
        "",
    )
    return DrawnElement(
        element_id=element.get("id", ""),
        kind=_kind(element),
        name=name,
        name_en=english or name,
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
    )


def _kind(element: etree._Element) -> str:
    return str(element.tag).removeprefix(_BPMN)

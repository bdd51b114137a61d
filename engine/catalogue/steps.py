"""The steps of a diagram in the order in which a case meets them, to be read instead of a drawing."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine import xml

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


@dataclass(frozen=True, kw_only=True)
class DrawnStep:
    """A step by its element's id, with its names; `is_end` for where a case can end."""

    element_id: str
    name: str
    name_en: str
    is_end: bool


def steps_of(bpmn: str) -> tuple[DrawnStep, ...]:
    """The named steps of a certified diagram, those nearest to its start first."""
    root = xml.parse(bpmn.encode())
    elements = {element.get("id", ""): element for element in root.iter() if element.get("id")}
    ordered = _in_order(root, elements)
    return tuple(
        _step(elements[element_id])
        for element_id in ordered
        if _kind(elements[element_id]) in _TOLD and elements[element_id].get("name")
    )


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


def _step(element: etree._Element) -> DrawnStep:
    name = " ".join(element.get("name", "").split())
    english = next(
        (
            extension.get("value", "")
            for extension in element.iterfind(f"{_BPMN}extensionElements/{_ZEEBE}properties/{_ZEEBE}property")
            if extension.get("name") == "stoa:name-en"
        ),
        "",
    )
    return DrawnStep(
        element_id=element.get("id", ""),
        name=name,
        name_en=english or name,
        is_end=_kind(element) == "endEvent",
    )


def _kind(element: etree._Element) -> str:
    return str(element.tag).removeprefix(_BPMN)

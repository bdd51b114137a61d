"""What a diagram hands over with a service task and takes of its answer, so that a person can be asked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from engine.bundle.contract import AnswerSheet
from engine.kernel import xml

_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
_TAKEN = re.compile(r"=\s*([^\W\d]\w*)\s*")
_HANDED_OVER = re.compile(r"=\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*")


def answer_sheet(diagrams: Iterable[bytes], element_id: str) -> AnswerSheet:
    """What the element takes, looked for in diagrams that were checked; an empty sheet if it is in none."""
    for content in diagrams:
        root = xml.parse(content)
        for element in root.iter():
            if element.get("id") == element_id:
                return AnswerSheet(
                    results=_results(element),
                    refusals=_refusals(root, element_id),
                    sources=_sources(element),
                )
    return AnswerSheet()


def _results(element: etree._Element) -> tuple[str, ...]:
    """The variables that the output mappings take as they are; what is computed is not asked for."""
    named = (_TAKEN.fullmatch(mapping.get("source", "")) for mapping in _mappings(element, "output"))
    return tuple(dict.fromkeys(match.group(1) for match in named if match))


def _sources(element: etree._Element) -> Mapping[str, str]:
    """The paths that the input mappings hand over as they are, by the name that the agency sees."""
    return {
        mapping.get("target", ""): match.group(1)
        for mapping in _mappings(element, "input")
        if (match := _HANDED_OVER.fullmatch(mapping.get("source", "")))
    }


def _mappings(element: etree._Element, direction: str) -> Iterator[etree._Element]:
    return element.iterfind(f"{_BPMN}extensionElements/{_ZEEBE}ioMapping/{_ZEEBE}{direction}")


def _refusals(root: etree._Element, element_id: str) -> Mapping[str, str]:
    errors = {error.get("id"): error for error in root.iterchildren(f"{_BPMN}error")}
    caught: dict[str, str] = {}
    for boundary in root.iter(f"{_BPMN}boundaryEvent"):
        definition = boundary.find(f"{_BPMN}errorEventDefinition")
        if boundary.get("attachedToRef") != element_id or definition is None:
            continue
        error = errors.get(definition.get("errorRef"))
        code = error.get("errorCode") if error is not None else None
        if error is not None and code:
            caught[code] = boundary.get("name") or error.get("name") or code
    return caught

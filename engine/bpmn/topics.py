"""The topics that a diagram hands work to: those it writes, and those that it gives to what it calls."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.bpmn.diagram import Diagram, extension, mappings, property_of
from engine.bpmn.listeners import written_listeners
from engine.kernel.topics import BY_HAND, YES
from engine.kernel.xml import Element

_CONSTANT = re.compile(r'=\s*"([^"\\]*)"\s*')
_VARIABLE = re.compile(r"=\s*([^\W\d]\w*)\s*")


@dataclass(frozen=True, kw_only=True)
class TopicUse:
    """A place that hands work to an agency.

    `topic` is None where an expression decides it, and `variable` is the variable that this expression is, if
    it is nothing else. `inputs` are the names of what the agency is handed, None where it is handed all of
    the case or the place is a call, which gives the topic as its input `given_as`.
    """

    file: str
    line: int
    element_id: str
    topic: str | None
    variable: str | None = None
    by_hand: bool = False
    inputs: frozenset[str] | None = None
    given_as: str | None = None


def written_topics(diagram: Diagram) -> Iterator[TopicUse]:
    """The places whose task definition or listener names a topic; one without any name is left out."""
    for node in diagram.nodes:
        element = node.element
        definition = extension(element, "taskDefinition")
        if definition is not None and definition.get("type", "").strip():
            handed = frozenset(one.get("target", "") for one in mappings(element, "input"))
            yield _use(diagram, element, definition.get("type", ""), inputs=handed or None)
        for listener in written_listeners(element):
            if listener.topic:
                yield _use(diagram, element, listener.topic)


def given_constants(diagram: Diagram) -> Iterator[TopicUse]:
    """What call activities give as constants: a topic, if what is called hands its work to that variable."""
    for activity in diagram.elements("callActivity"):
        for given in mappings(activity, "input"):
            use = _use(diagram, activity, given.get("source", ""), given_as=given.get("target"))
            if use.topic is not None:
                yield use


def topics_among(written: Sequence[TopicUse], given: Sequence[TopicUse]) -> tuple[TopicUse, ...]:
    """All places of several diagrams that name a topic, of the constants those that become one."""
    return (*written, *(use for use in given if use.given_as in topic_variables(written)))


def topic_variables(written: Iterable[TopicUse]) -> frozenset[str]:
    """The variables whose value is a topic."""
    return frozenset(use.variable for use in written if use.variable is not None)


def says_by_hand(element: Element) -> bool:
    return property_of(element, BY_HAND) == YES


def _use(
    diagram: Diagram,
    element: Element,
    text: str,
    *,
    inputs: frozenset[str] | None = None,
    given_as: str | None = None,
) -> TopicUse:
    text = text.strip()
    constant = _CONSTANT.fullmatch(text)
    variable = _VARIABLE.fullmatch(text)
    topic = constant.group(1) if constant else None if text.startswith("=") else text
    return TopicUse(
        file=diagram.file,
        line=element.line,
        element_id=element.get("id", ""),
        topic=topic,
        variable=variable.group(1) if variable else None,
        by_hand=says_by_hand(element),
        inputs=inputs,
        given_as=given_as,
    )

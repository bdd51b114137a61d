"""Listeners: service tasks that the dialect writes on an element, to be done right before or after it."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.diagram import GATEWAYS, Diagram, DrawnNode, extension, extension_pairs
from engine.bpmn.model import Listener
from engine.bpmn.reading import Reading
from engine.kernel.xml import Element

BEFORE, AFTER = "before", "after"

_EXECUTION = {"start": BEFORE, "end": AFTER}
_TASK = {"creating": BEFORE, "create": BEFORE, "completing": AFTER, "complete": AFTER}
"""When a listener of each event is done; the short words are those of the dialect's first versions."""

STOPPING = ("terminate", "error", "cancel")
"""Ends of these kinds stop everything around them, before anything could be done after them."""


@dataclass(frozen=True, eq=False, kw_only=True)
class WrittenListener:
    """A listener as it stands in the file: on which element, and when it is done there, None for never."""

    element: Element
    carrier: Element
    when: str | None

    @property
    def event(self) -> str:
        """The event that it listens to, as written."""
        return self.element.get("eventType", "").strip()

    @property
    def topic(self) -> str:
        """The topic of its service task, as written."""
        return self.element.get("type", "").strip()


def written_listeners(carrier: Element) -> Iterator[WrittenListener]:
    """The listeners of an element in the order in which they are done.

    Before it come those of its execution and then those of its task, after it the other way round.
    """
    of_execution = list(_listed(carrier, "executionListener", _EXECUTION))
    of_task = list(_listed(carrier, "taskListener", _TASK))
    yield from (one for one in of_execution if one.when != AFTER)
    yield from of_task
    yield from (one for one in of_execution if one.when == AFTER)


def _listed(carrier: Element, kind: str, known: dict[str, str]) -> Iterator[WrittenListener]:
    listed = extension(carrier, f"{kind}s")
    for element in () if listed is None else listed.children(kind):
        when = known.get(element.get("eventType", "").strip())
        yield WrittenListener(element=element, carrier=carrier, when=when)


def not_run(diagram: Diagram) -> Iterator[WrittenListener]:
    """The listeners for which there is no moment: of an unknown event, or where their element has none."""
    for listed in diagram.extensions("executionListeners", "taskListeners"):
        around = listed.parent.parent if listed.parent is not None else None
        if around is None:
            continue
        node = diagram.node(around)
        for listener in written_listeners(around):
            if listener.element.parent is listed and not _has_moment(listener, node, diagram):
                yield listener


def _has_moment(listener: WrittenListener, node: DrawnNode | None, diagram: Diagram) -> bool:
    if listener.when is None:
        return False
    if node is None:
        return listener.carrier.kind == "process" and listener.element.kind == "executionListener"
    if listener.element.kind == "taskListener":
        return node.kind == "userTask"
    if listener.when == AFTER:
        stops = node.kind == "endEvent" and node.has(*STOPPING)
        return not stops and node.kind not in GATEWAYS
    return node.kind not in {"startEvent", "boundaryEvent"} and not _is_raced(node, diagram)


def _is_raced(node: DrawnNode, diagram: Diagram) -> bool:
    """Whether an event-based gateway opens it, which waits for the event and does nothing before."""
    scope = diagram.scope_of(node)
    flows = scope.incoming(node) if scope is not None else ()
    return any(flow.source is not None and flow.source.kind == "eventBasedGateway" for flow in flows)


def read_listeners(carrier: Element, reading: Reading) -> tuple[Listener, ...]:
    """The listeners of an element in the order in which they are done; one without a topic is noted."""
    if not reading.has_listeners:
        return ()
    headers = extension_pairs(carrier, "taskHeaders", "header", key="key")
    found = []
    for written in written_listeners(carrier):
        topic = reading.text(written.topic, written.element, "listener type")
        if topic is None:
            reason = f"A listener of {written.event or 'no event'} has no type."
            reading.note(written.element, reason, remedy="Give it the topic of its service task.")
            continue
        own = written.element.child("taskHeaders")
        entries = () if own is None else own.children("header")
        found.append(
            Listener(
                before=written.when == BEFORE,
                topic=topic,
                retries=reading.text(written.element.get("retries"), written.element, "listener retries"),
                headers={**headers, **{one.get("key", ""): one.get("value", "") for one in entries}},
            )
        )
    return tuple(found)


def note_not_run(reading: Reading) -> None:
    """Note every listener for which there is no moment."""
    for listener in not_run(reading.diagram):
        reason = f"A listener of the event {listener.event!r} is never done at this {listener.carrier.kind}."
        remedy = "Draw what it does as a service task, or take it away."
        reading.note(listener.element, reason, remedy=remedy)

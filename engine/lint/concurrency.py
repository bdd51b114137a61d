"""What may run at the same time, and which variables it reads and writes.

Two nodes may run at the same time where they lie on different ways that begin together: behind a gateway or
an activity with several flows, beside a boundary event or an event sub-process that does not interrupt, in an
ad-hoc sub-process, and as instances of one parallel loop.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from engine.bpmn.diagram import (
    GATEWAYS,
    DrawnNode,
    DrawnScope,
    extension,
    form_of,
    mappings,
    property_of,
)
from engine.kernel.xml import Element
from engine.lint.expressions import FoundExpression, Purpose
from engine.lint.firing import leaps
from engine.lint.variables import ANSWER_FORM

if TYPE_CHECKING:
    from engine.lint.rule import CheckedDiagram

NEVER_WRITTEN = frozenset({"stoa", "loopCounter", ""})
"""Names that expressions see and that nothing outside an element's own scope writes."""

EXCLUSIVE = frozenset({"exclusiveGateway", "eventBasedGateway"})


@dataclass
class Touched:
    """The variables around an element that it, or what is inside it, reads and writes, each with who does."""

    reads: dict[str, Element] = field(default_factory=dict)
    writes: dict[str, Element] = field(default_factory=dict)

    def take(self, other: "Touched", *, but: Iterable[str] = ()) -> None:
        """Add what another touches, without the names in `but`."""
        hidden = frozenset(but)
        for mine, its in ((self.reads, other.reads), (self.writes, other.writes)):
            for name, element in its.items():
                if name not in hidden:
                    mine.setdefault(name, element)


@dataclass(frozen=True)
class Clash:
    """`writer` writes the variable `name`, which `other` reads or writes and may do so at the same time."""

    name: str
    writer: Element
    other: Element


def clashes(diagram: "CheckedDiagram") -> Iterator[Clash]:
    """For each element that writes a variable, the first that writes or reads it at the same time."""
    uses = _Uses(diagram)
    known: set[tuple[str, frozenset[Element]]] = set()
    for scope in diagram.scopes:
        if not any(uses.of(node).writes for node in scope.nodes):
            continue
        for ways in _beginning_together(scope):
            for clash in _between(_masks(scope, ways), uses):
                key = (clash.name, frozenset({clash.writer, clash.other}))
                if key not in known:
                    known.add(key)
                    yield clash
        for node in scope.nodes:
            if _is_parallel_loop(node):
                yield from (Clash(name, writer, writer) for name, writer in uses.of(node).writes.items())


def _is_parallel_loop(node: DrawnNode) -> bool:
    """Whether the node has instances at the same time that write around the loop."""
    loop = node.element.child("multiInstanceLoopCharacteristics")
    if loop is None or loop.flag("isSequential"):
        return False
    zeebe = extension(loop, "loopCharacteristics")
    return zeebe is None or not zeebe.get("outputCollection")


_Ways = list[tuple[list[DrawnNode], frozenset[DrawnNode]]]
"""For each way, the nodes it begins with, and those at which it is left."""


def _beginning_together(scope: DrawnScope) -> Iterator[_Ways]:
    """The ways that begin at the same moment, for each place where they do."""
    for node in scope.nodes:
        stop = frozenset({node})
        outgoing = [[flow.target] for flow in scope.outgoing(node) if flow.target is not None]
        if len(outgoing) > 1 and node.kind not in EXCLUSIVE:
            yield [(way, stop) for way in outgoing]
        beside = [event for event in scope.attached(node) if not event.interrupts]
        if beside:
            yield [([node], frozenset()), *(([event], stop) for event in beside)]
    alone = [
        node
        for node in scope.nodes
        if not scope.incoming(node)
        and node.kind != "boundaryEvent"
        and not node.is_event_sub_process
        and not node.is_compensation_handler
    ]
    plain = not any(node.kind == "startEvent" or node.instantiates for node in scope.nodes)
    if plain and len(alone) > 1 and scope.element.get("ordering") != "Sequential":
        yield [([node], frozenset()) for node in alone]
    for node in scope.nodes:
        if node.is_event_sub_process and not _interrupts(node):
            others = [other for other in scope.nodes if other is not node and not other.is_event_sub_process]
            yield [([node], frozenset()), (others, frozenset({node}))]


def _interrupts(event_sub_process: DrawnNode) -> bool:
    start = event_sub_process.element.child("startEvent")
    return start is None or start.flag("isInterrupting", default=True)


def _masks(scope: DrawnScope, ways: _Ways) -> dict[DrawnNode, int]:
    """For each node that the ways reach, a bit for each way that reaches it."""
    by_link = leaps(scope)
    masks: dict[DrawnNode, int] = defaultdict(int)
    for number, (beginnings, stop) in enumerate(ways):
        reached = dict.fromkeys(node for node in beginnings if node not in stop)
        waiting = list(reached)
        while waiting:
            node = waiting.pop()
            after = [flow.target for flow in scope.outgoing(node) if flow.target is not None]
            after += [*scope.attached(node), *by_link.get(node, ())]
            fresh = [other for other in dict.fromkeys(after) if other not in reached and other not in stop]
            if _is_host(node, ways, number):
                fresh = [other for other in fresh if other.kind != "boundaryEvent" or other.interrupts]
            reached.update(dict.fromkeys(fresh))
            waiting += fresh
        for node in reached:
            masks[node] |= 1 << number
    return masks


def _is_host(node: DrawnNode, ways: _Ways, number: int) -> bool:
    """Whether the other ways begin at the edge of this node."""
    return any(node in stop for other, (_, stop) in enumerate(ways) if other != number)


def _between(masks: Mapping[DrawnNode, int], uses: "_Uses") -> Iterator[Clash]:
    """The clashes of nodes of which each is on a way that the other is not on."""
    readers: dict[str, list[tuple[int, Element]]] = defaultdict(list)
    writers: dict[str, list[tuple[int, Element]]] = defaultdict(list)
    for node, mask in masks.items():
        touched = uses.of(node)
        for name, element in touched.writes.items():
            writers[name].append((mask, element))
        for name, element in touched.reads.items():
            readers[name].append((mask, element))
    for name, written in writers.items():
        for mask, writer in written:
            for touching in (written, readers.get(name, ())):
                beside = (
                    other
                    for other_mask, other in touching
                    if mask & ~other_mask and other_mask & ~mask and other is not writer
                )
                yield from (Clash(name, writer, other) for other in islice(beside, 1))


class _Uses:
    """What each node of a diagram touches, worked out once."""

    def __init__(self, diagram: "CheckedDiagram") -> None:
        self._diagram = diagram
        self._known: dict[DrawnNode, Touched] = {}
        self._scopes = {scope.element: scope for scope in diagram.scopes}
        self._read: dict[DrawnNode, list[FoundExpression]] = defaultdict(list)
        for found in diagram.expressions:
            owner = self._owner(found.element)
            if owner is not None and found.parsed is not None and found.purpose is not Purpose.RESULT:
                self._read[owner].append(found)

    def of(self, node: DrawnNode) -> Touched:
        """What a node touches around itself: of what is inside it, all but its own variables."""
        if node not in self._known:
            self._known[node] = self._worked_out(node)
        return self._known[node]

    def _owner(self, element: Element) -> DrawnNode | None:
        """The node whose expression it is: a flow's is that of the node that it leaves."""
        for around in (element, *element.ancestors()):
            if around.kind == "sequenceFlow":
                return self._diagram.node_named(around.get("sourceRef"))
            if (node := self._diagram.node(around)) is not None:
                return node
        return None

    def _worked_out(self, node: DrawnNode) -> Touched:
        element, touched, inside = node.element, Touched(), Touched()
        own = self._own(node)
        for found in self._read.get(node, ()):
            names = found.parsed.free_names if found.parsed is not None else frozenset()
            for name in names - NEVER_WRITTEN - (own if found.element.kind != "input" else frozenset()):
                touched.reads.setdefault(name, element)
        scope = self._scopes.get(element)
        for inner in scope.nodes if scope is not None else ():
            inside.take(self.of(inner))
        outputs = [part.get("target", "").partition(".")[0].strip() for part in mappings(element, "output")]
        collected = self._collected(node)
        touched.take(Touched(reads=inside.reads), but=own)
        if collected or outputs:
            written = [collected] if collected else outputs
            touched.writes.update({name: element for name in written if name})
        else:
            touched.take(Touched(writes=inside.writes), but=own)
            touched.writes.update(dict.fromkeys(self._results(node) - NEVER_WRITTEN, element))
        return touched

    def _own(self, node: DrawnNode) -> frozenset[str]:
        """The variables of the element's own scope."""
        named = {part.get("target", "").partition(".")[0].strip() for part in mappings(node.element, "input")}
        loop = self._loop(node)
        return frozenset(named | {loop.get("inputElement", "") if loop is not None else ""})

    def _collected(self, node: DrawnNode) -> str:
        loop = self._loop(node)
        return loop.get("outputCollection", "") if loop is not None else ""

    @staticmethod
    def _loop(node: DrawnNode) -> Element | None:
        marker = node.element.child("multiInstanceLoopCharacteristics")
        return extension(marker, "loopCharacteristics") if marker is not None else None

    def _results(self, node: DrawnNode) -> frozenset[str]:
        """What the element itself writes, as far as its files tell."""
        if node.kind in GATEWAYS:
            return frozenset()
        named = {
            part.get("resultVariable", "")
            for kind in ("script", "calledDecision")
            if (part := extension(node.element, kind)) is not None
        }
        forms = self._diagram.files.forms
        form = form_of(node.element) if node.kind != "startEvent" else None
        answered = property_of(node.element, ANSWER_FORM)
        return frozenset(named).union(*(forms.get(one or "", frozenset()) for one in (form, answered)))

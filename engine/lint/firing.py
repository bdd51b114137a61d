"""How single nodes move tokens: which they wait for, every way to pass them on, and where links lead."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.diagram import ACTIVITIES, DrawnFlow, DrawnNode, DrawnScope, EventDefinition

CLEARING = ("terminate", "error", "cancel")
"""Ends of these kinds take every token of the scope with them."""

MOST_WAYS = 64
"""Ways of one node that are looked at; non-interrupting events double their number each."""

MOST_TOKENS_AT_ONCE = 100
"""A quantity of tokens that is larger is not followed."""


@dataclass(frozen=True)
class Way:
    """One way on: the boundary events that were set off, and the flows that get a token each."""

    events: tuple[DrawnNode, ...]
    gives: tuple[DrawnFlow, ...]


class Firing:
    """The moves of the nodes of one scope, each worked out once."""

    def __init__(self, scope: DrawnScope) -> None:
        self._scope = scope
        self._leaps = leaps(scope)
        self._ways: dict[DrawnNode, tuple[Way, ...]] = {}
        self._ahead: dict[DrawnNode, frozenset[DrawnNode]] = {}

    def ways(self, node: DrawnNode) -> tuple[Way, ...]:
        """Every way in which a node can give tokens: at least one, which may give none."""
        if node not in self._ways:
            self._ways[node] = tuple(self._worked_out(node)[:MOST_WAYS])
        return self._ways[node]

    def needs(self, node: DrawnNode) -> int:
        """How many tokens an activity begins with; 1 for every other node."""
        return quantity(node, "startQuantity") if node.kind in ACTIVITIES else 1

    def is_join(self, node: DrawnNode) -> bool:
        """Whether a node waits for a token on every flow, or for several tokens."""
        incoming = len(self._scope.incoming(node))
        if node.kind == "parallelGateway":
            return incoming > 1
        return incoming > 0 and self.needs(node) > 1

    def is_soft_join(self, node: DrawnNode) -> bool:
        """Whether a node waits only as long as more tokens may come: an inclusive or complex join."""
        return node.kind in {"inclusiveGateway", "complexGateway"} and len(self._scope.incoming(node)) > 1

    def leads_to(self, node: DrawnNode, other: DrawnNode) -> bool:
        """Whether a token that leaves a node can come to another."""
        if node not in self._ahead:
            self._ahead[node] = self._reached(node)
        return other in self._ahead[node]

    def can_be_followed(self) -> bool:
        """Whether no activity takes or gives more tokens at once than are followed."""
        return all(
            quantity(node, name) <= MOST_TOKENS_AT_ONCE
            for node in self._scope.of(*ACTIVITIES)
            for name in ("startQuantity", "completionQuantity")
        )

    def clears(self, node: DrawnNode) -> bool:
        """Whether a node ends everything in its scope."""
        return node.kind == "endEvent" and node.has(*CLEARING)

    def _reached(self, node: DrawnNode) -> frozenset[DrawnNode]:
        reached: dict[DrawnNode, None] = {}
        waiting = [node]
        while waiting:
            for way in self.ways(waiting.pop()):
                for flow in way.gives:
                    if flow.target is not None and flow.target not in reached:
                        reached[flow.target] = None
                        waiting.append(flow.target)
        return frozenset(reached)

    def _worked_out(self, node: DrawnNode) -> list[Way]:
        if node.kind == "intermediateThrowEvent" and node.has("link"):
            landed = [flow for catch in self._leaps.get(node, ()) for flow in self._scope.outgoing(catch)]
            return [Way((), tuple(landed))]
        times = quantity(node, "completionQuantity") if node.kind in ACTIVITIES else 1
        ways = [Way((), tuple(gives * times)) for gives in self._ordinary(node)]
        if node.kind in ACTIVITIES:
            caught = [event for event in self._scope.attached(node) if not event.has("compensation")]
            for event in caught:
                by_event = self._scope.outgoing(event)
                if event.interrupts:
                    ways.append(Way((event,), by_event))
                else:
                    ways += [Way((*way.events, event), way.gives + by_event) for way in ways[:MOST_WAYS]]
        return ways

    def _ordinary(self, node: DrawnNode) -> list[list[DrawnFlow]]:
        """The flows of each way on that a node chooses itself."""
        outgoing = list(self._scope.outgoing(node))
        if not outgoing:
            return [[]]
        if node.kind in {"exclusiveGateway", "eventBasedGateway"}:
            return [[flow] for flow in outgoing]
        if node.kind in {"inclusiveGateway", "complexGateway"}:
            return [[flow] for flow in outgoing] + ([outgoing] if len(outgoing) > 1 else [])
        conditional = [flow for flow in outgoing if flow.condition is not None and node.kind in ACTIVITIES]
        default = [flow for flow in outgoing if flow.id == node.element.get("default")]
        always = [flow for flow in outgoing if flow not in conditional and flow not in default]
        if not conditional:
            return [always + default]
        ways = [[*always, flow] for flow in conditional]
        if len(conditional) > 1:
            ways.append(always + conditional)
        return [*ways, always + default] if always or default else ways


def quantity(node: DrawnNode, name: str) -> int:
    """A quantity of tokens that a node's attribute says; 1 where it says none that makes sense."""
    written = node.element.get(name, "1").strip()
    if not written.isdecimal():
        return 1
    return MOST_TOKENS_AT_ONCE + 1 if len(written) > 8 else max(int(written), 1)


def links(scope: DrawnScope, kind: str) -> list[tuple[DrawnNode, EventDefinition]]:
    """The link events of a kind, with their link definitions."""
    return [
        (node, trigger) for node in scope.of(kind) for trigger in node.definitions if trigger.kind == "link"
    ]


def listed(trigger: EventDefinition, name: str) -> list[str]:
    """The ids that a link names as its `source` or `target`."""
    return [part.content.rpartition(":")[2] for part in trigger.element.children(name)]


def leaps(scope: DrawnScope) -> Mapping[DrawnNode, tuple[DrawnNode, ...]]:
    """Every throwing link with the catching ones it leads to, by target, by source or by a common name."""
    by_id: dict[str, list[DrawnNode]] = defaultdict(list)
    by_source: dict[str, list[DrawnNode]] = defaultdict(list)
    by_name: dict[str, list[DrawnNode]] = defaultdict(list)
    for node, catch in links(scope, "intermediateCatchEvent"):
        sources = listed(catch, "source")
        by_id[catch.element.get("id", "")].append(node)
        for source in sources:
            by_source[source].append(node)
        if not sources:
            by_name[_name(catch)].append(node)
    found: dict[DrawnNode, tuple[DrawnNode, ...]] = {}
    for node, throw in links(scope, "intermediateThrowEvent"):
        targets = [target for named in listed(throw, "target") for target in by_id.get(named, ())]
        sources_name_it = by_source.get(throw.element.get("id", ""), ()) if not targets else ()
        same_name = by_name.get(_name(throw), ()) if _name(throw) and not listed(throw, "target") else ()
        found[node] = tuple(dict.fromkeys((*targets, *sources_name_it, *same_name)))
    return found


def _name(trigger: EventDefinition) -> str:
    return (trigger.element.get("name") or "").strip()

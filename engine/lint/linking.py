"""Which throwing link leads to which catching ones, in one scope."""

from collections import defaultdict
from collections.abc import Mapping

from engine.bpmn.diagram import EventDefinition, Node, Scope


def links(scope: Scope, kind: str) -> list[tuple[Node, EventDefinition]]:
    """The link events of a kind, with their link definitions."""
    return [
        (node, trigger) for node in scope.of(kind) for trigger in node.definitions if trigger.kind == "link"
    ]


def listed(trigger: EventDefinition, name: str) -> list[str]:
    """The ids that a link names as its `source` or `target`."""
    return [part.content.rpartition(":")[2] for part in trigger.element.children(name)]


def leaps(scope: Scope) -> Mapping[Node, tuple[Node, ...]]:
    """Every throwing link with the catching ones it leads to, by target, by source or by a common name."""
    by_id: dict[str, list[Node]] = defaultdict(list)
    by_source: dict[str, list[Node]] = defaultdict(list)
    by_name: dict[str, list[Node]] = defaultdict(list)
    for node, catch in links(scope, "intermediateCatchEvent"):
        sources = listed(catch, "source")
        by_id[catch.element.get("id", "")].append(node)
        for source in sources:
            by_source[source].append(node)
        if not sources:
            by_name[_name(catch)].append(node)
    found: dict[Node, tuple[Node, ...]] = {}
    for node, throw in links(scope, "intermediateThrowEvent"):
        targets = [target for named in listed(throw, "target") for target in by_id.get(named, ())]
        sources_name_it = by_source.get(throw.element.get("id", ""), ()) if not targets else ()
        same_name = by_name.get(_name(throw), ()) if _name(throw) and not listed(throw, "target") else ()
        found[node] = tuple(dict.fromkeys((*targets, *sources_name_it, *same_name)))
    return found


def _name(trigger: EventDefinition) -> str:
    return (trigger.element.get("name") or "").strip()

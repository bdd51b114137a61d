"""What a new definition changes about what a case waits for: events that it adds, waits that it renews."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.expressions import Expression
from engine.bpmn.model import Node, TimerTrigger
from engine.bpmn.timers import Duration, parse_duration
from engine.kernel.legal_time import CLOCK, TERM
from engine.runtime.element_map import ElementMap, called
from engine.runtime.migration_contract import MigrationFinding
from engine.runtime.specs.activities import PersonTask
from engine.runtime.specs.events import BoundaryEvent, Catching, Split, registration
from engine.runtime.specs.flow_node import EventGateway, mapped, surroundings_of
from engine.runtime.specs.listeners import ListenerTask
from engine.runtime.specs.sub_processes import EventSubProcess
from engine.runtime.tokens import RunningCase, RuntimeScope, RuntimeToken

Pairs = Sequence[tuple[RuntimeToken, RuntimeToken]]
"""The tokens that stand somewhere, in the old case and in the new one."""

_REGISTERED = frozenset(
    {"due", "count", "every", "clock", "left", "message", "key", "signal", "error", "escalation", "condition"}
)
"""The facts by which a token remembers what it waits for."""

_MOMENT, _MOMENT_EL = "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"
"""How a moment is said, in the time of the office."""


def written(value: object) -> object:
    """What a part of a diagram says, without where it stands: to compare two versions of it."""
    if isinstance(value, Expression):
        return f"={value.text}"
    if isinstance(value, tuple | list):
        return tuple(map(written, value))
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is not None:
        return (type(value).__name__, *(written(getattr(value, name)) for name in fields))
    return value


def renew_waits(pairs: Pairs) -> list[MigrationFinding]:
    """Let tokens wait for what the new version says; those for which it says the same are left alone."""
    found = []
    for old, new in pairs:
        before, after = old.task_spec, new.task_spec
        if isinstance(after, PersonTask) and written(before.node.inputs) != written(after.node.inputs):
            _read_anew(old, new)
        if not (isinstance(before, Catching) and isinstance(after, Catching) and new.waiting):
            continue
        if _waited_for(before) != _waited_for(after):
            changed = _renewed(before, old, after, new)
            if changed is not None:
                found.append(changed)
    return found


def _waited_for(spec: Catching) -> object:
    properties = spec.node.properties
    return written(spec.trigger), properties.get(CLOCK), properties.get(TERM)


def _read_anew(old: RuntimeToken, new: RuntimeToken) -> None:
    """Give a task for a person what the new input mapping reads."""
    gone = {mapping.target[0] for mapping in old.task_spec.node.inputs}
    kept = {name: value for name, value in new.local.items() if name not in gone}
    new.local = kept
    new.local = {**kept, **mapped(new.task_spec.node.inputs, new.context, surroundings_of(new))}


def _renewed(
    before: Catching, old: RuntimeToken, after: Catching, new: RuntimeToken
) -> MigrationFinding | None:
    """Register a wait anew; of a timer, what has passed of it counts."""
    fresh = registration(after.trigger, after.seen_by(new), new)
    if isinstance(after.trigger, TimerTrigger):
        earlier = registration(before.trigger, before.seen_by(old), old)
        fresh = _counted_on(new.facts, earlier, fresh)
    was = new.facts
    new.facts = {**{name: value for name, value in was.items() if name not in _REGISTERED}, **fresh}
    if new.facts == was:
        return None
    node = called(after.node)
    text = f"{node.en} is now waited for as the new version says."
    text_el = f"Το {node.el} αναμένεται πλέον όπως ορίζει η νέα έκδοση."
    if "due" in was and "due" in fresh:
        zone = surroundings_of(new).zone
        now_due, was_due = (datetime.fromisoformat(one["due"]).astimezone(zone) for one in (fresh, was))
        text = f"{node.en} is due on {now_due:{_MOMENT}} and not on {was_due:{_MOMENT}}."
        text_el = f"Το {node.el} λήγει στις {now_due:{_MOMENT_EL}} και όχι στις {was_due:{_MOMENT_EL}}."
    return MigrationFinding(code="wait_changed", element_id=after.node.id, text=text, text_el=text_el)


def _counted_on(was: Mapping[str, Any], earlier: Mapping[str, Any], fresh: dict[str, Any]) -> dict[str, Any]:
    """A timer moved by as much as one that began now would be another."""
    if "due" in was and "due" in earlier and "due" in fresh:
        shift = datetime.fromisoformat(fresh["due"]) - datetime.fromisoformat(earlier["due"])
        return {**fresh, "due": (datetime.fromisoformat(was["due"]) + shift).isoformat()}
    if "left" in was and "left" in earlier and "left" in fresh:
        lefts = [_exact(facts["left"]) for facts in (was, earlier, fresh)]
        left = max(timedelta(), lefts[0] + lefts[2] - lefts[1])
        return {**fresh, "left": Duration(exact=left).text()}
    return fresh


def _exact(text: str) -> timedelta:
    return parse_duration(text).exact


def open_new_waits(
    case: RunningCase, insides: Mapping[int, tuple[str, str]], mapping: ElementMap
) -> list[MigrationFinding]:
    """Open the events that only the new version has around what stands in the case."""
    opened: list[Node] = []
    for scope in list(case.scopes()):
        inside = insides[id(scope)]
        if scope.root.completed and not _is_interrupted(scope):
            opened += _open_event_sub_processes(scope, inside, mapping)
        for token in list(scope.tasks.values()):
            if not token.present:
                continue
            if token.alive:
                opened += _open_boundaries(token, inside, mapping)
            elif isinstance(token.task_spec, EventGateway):
                opened += _open_alternatives(token, inside, mapping)
    return [
        MigrationFinding(
            code="event_added",
            element_id=node.id,
            text=f"{called(node).en} is waited for from now on.",
            text_el=f"Το {called(node).el} αναμένεται από εδώ και πέρα.",
        )
        for node in {node.id: node for node in opened}.values()
    ]


def _is_interrupted(scope: RuntimeScope) -> bool:
    """Whether the scope has not begun inside, or an event sub-process runs instead of all else in it."""
    for token in scope.root.children:
        spec = token.task_spec
        if isinstance(spec, ListenerTask) and spec.node.id == scope.spec.name:
            return True
        if isinstance(spec, EventSubProcess) and token.alive:
            begun = scope.top_workflow.subprocesses.get(token.id)
            starts = begun.spec.container.nodes.values() if begun is not None else ()
            if any(node.kind == "startEvent" and node.interrupting for node in starts):
                return True
    return False


def _open_event_sub_processes(
    scope: RuntimeScope, inside: tuple[str, str], mapping: ElementMap
) -> Iterator[Node]:
    root = scope.spec.start
    for name in root.opens:
        node_id = name.partition(" (")[0]
        if mapping.source(inside, node_id) is None:
            root.send(scope.root, name).enter()
            yield scope.spec.container.nodes[node_id]


def _open_boundaries(host: RuntimeToken, inside: tuple[str, str], mapping: ElementMap) -> Iterator[Node]:
    """The events on the edge of an activity; a token before it opens them if none stands there yet."""
    scope, node = host.workflow, host.task_spec.node
    split = scope.spec.task_specs.get(f"{node.id} (split)")
    if host.task_spec.name != node.id or not isinstance(split, Split):
        return
    fresh = []
    for name in split.leads_to:
        spec = scope.spec.task_specs[name]
        if isinstance(spec, BoundaryEvent) and mapping.source(inside, spec.node.id) is None:
            fresh.append(spec)
    if not fresh:
        return
    before = _split_of(host, split)
    for spec in fresh:
        split.send(before, spec.name, flow_id=before.arrived_by).enter()
        yield spec.node


def _split_of(host: RuntimeToken, split: Split) -> RuntimeToken:
    """The token before an activity below which its events stand; put there if there is none."""
    parent = host.origin
    if parent.task_spec is split:
        return parent
    before = RuntimeToken(host.workflow, split, parent, arrived_by=host.arrived_by)
    parent.children.remove(before)
    parent.children[parent.children.index(host)] = before
    before.children.append(host)
    host.parent = before
    before.mark_left()
    return before


def _open_alternatives(gateway: RuntimeToken, inside: tuple[str, str], mapping: ElementMap) -> Iterator[Node]:
    spec = gateway.task_spec
    for way in spec.ways:
        event = gateway.workflow.spec.task_specs[way.leads_to]
        if mapping.source(inside, event.node.id) is None:
            spec.send(gateway, way.leads_to, flow_id=way.flow_id).enter()
            yield event.node

"""What lies before and behind a token in two diagrams: joins it could starve, steps skipped or done again."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from engine.bpmn.flow_graph import predecessors, reached_from
from engine.bpmn.model import Container, Node
from engine.runtime.element_map import ElementMap, called
from engine.runtime.migration_contract import MigrationFinding
from engine.runtime.specs.flow_node import Join, ParallelGateway
from engine.runtime.specs.sub_processes import ContainerSpec
from engine.runtime.tokens import RuntimeScope, RuntimeToken


def flows_into(mapping: ElementMap, inside: tuple[str, str], old: Join, new: Join) -> Mapping[str, str]:
    """For the flows into an old join, those into the new one by which their tokens would come.

    The flow of the same id, else the one from what stands for the same element, else the only one that is
    left and that can be reached from there: a step may have been put in between.
    """
    container = mapping.new.containers[inside[1]].container
    flows = {flow.id: flow for flow in container.flows if flow.target == new.node.id}
    before = predecessors(container)
    reach = {name: reached_from(before, flow) for name, flow in flows.items()}
    sources = {
        flow.id: mapping.target(inside, flow.source)
        for flow in mapping.old.containers[inside[0]].container.flows
        if flow.id in old.incoming
    }
    found = {
        flow_id: flow_id
        for flow_id, source in sources.items()
        if flow_id in flows and (source is None or source.id in reach[flow_id])
    }

    def take(flow_id: str, fitting: Iterable[str]) -> None:
        free = [name for name in fitting if name not in found.values()]
        if flow_id not in found and len(free) == 1:
            found[flow_id] = free[0]

    for flow_id, source in sources.items():
        take(flow_id, (name for name, flow in flows.items() if source and flow.source == source.id))
    for flow_id, source in sources.items():
        take(flow_id, (name for name in flows if source and source.id in reach[name]))
    return found


def is_starved(scope: RuntimeScope, gateway: ParallelGateway) -> bool:
    """Whether a join waits, or will, for a flow to which nothing in the scope leads any more."""
    if len(gateway.incoming) <= 1 or gateway.name != gateway.node.id:
        return False
    container = scope.spec.container
    before = predecessors(container)
    flows = [flow for flow in container.flows if flow.target == gateway.node.id]
    reach = {flow.id: reached_from(before, flow) for flow in flows}
    alive = [token for token in scope.tasks.values() if token.alive and not token.task_spec.passive]
    arrived = {token.arrived_by for token in alive if token.task_spec is gateway and token.waiting}
    standing = {token.task_spec.node.id for token in alive if token.task_spec is not gateway}
    is_met = bool(arrived) or any(standing & nodes for nodes in reach.values())
    return is_met and any(flow not in arrived and not standing & nodes for flow, nodes in reach.items())


def steps_changed(
    mapping: ElementMap,
    inside: tuple[str, str],
    old: RuntimeToken,
    new: RuntimeToken,
    *,
    passed: frozenset[str],
) -> Iterator[MigrationFinding]:
    """The steps that this token leaves out, and those that it comes to once more, in the new diagram."""
    if old.task_spec.passive:
        return
    here, there = old.task_spec.node.id, new.task_spec.node.id
    old_spec, spec = mapping.old.containers[inside[0]], mapping.new.containers[inside[1]]
    for node in spec.container.nodes.values():
        source = mapping.source(inside, node.id)
        # What was done, or was left behind as well where the case stands now, is no difference.
        is_known = source is not None and (source.id in passed or _must_be_passed(old_spec, source, here))
        if node.id != there and node.work is not None and not is_known and _must_be_passed(spec, node, there):
            yield MigrationFinding(
                code="step_skipped",
                element_id=node.id,
                text=f"{called(node).en} lies behind this case and is skipped.",
                text_el=f"Το βήμα {called(node).el} βρίσκεται πίσω από την υπόθεση και παραλείπεται.",
            )
    old_container = old_spec.container
    ahead, was_ahead = _ahead(spec.container, there), _ahead(old_container, here)
    for passed_id in passed:
        target = mapping.target(inside, passed_id) if passed_id in old_container.nodes else None
        if target is None or target.work is None or passed_id in was_ahead:
            continue
        if target.id in ahead:
            yield MigrationFinding(
                code="step_repeated",
                element_id=target.id,
                text=f"{called(target).en} was done and comes once more.",
                text_el=f"Το βήμα {called(target).el} έχει ήδη γίνει και θα ξαναγίνει.",
            )


def _must_be_passed(spec: ContainerSpec, node: Node, target: str) -> bool:
    """Whether every way from where the container begins to an element leads through a node."""
    starts = {name.partition(" (")[0] for name in spec.start.leads_to}
    starts |= {one.id for one in spec.container.nodes.values() if one.is_start}
    if node.id in starts:
        return False
    without = _reached(spec.container, starts - {node.id}, but=node.id)
    return target not in without and target in _reached(spec.container, starts)


def _ahead(container: Container, node_id: str) -> set[str]:
    """What can be reached from an element; itself only where it lies on a circle."""
    after = _successors(container)
    return _reached_by(after, after.get(node_id, set()))


def _reached(container: Container, begun: set[str], *, but: str | None = None) -> set[str]:
    return _reached_by(_successors(container), begun, but=but)


def _reached_by(after: Mapping[str, set[str]], begun: set[str], *, but: str | None = None) -> set[str]:
    seen, ahead = set(begun), deque(begun)
    while ahead:
        fresh = after.get(ahead.popleft(), set()) - seen - ({but} if but else set())
        seen |= fresh
        ahead.extend(fresh)
    return seen


def _successors(container: Container) -> dict[str, set[str]]:
    after: dict[str, set[str]] = {}
    for node_id, sources in predecessors(container).items():
        for source in sources:
            after.setdefault(source, set()).add(node_id)
    return after

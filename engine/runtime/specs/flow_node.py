"""What all flow nodes share (tokens arrive, the node does its part, tokens leave it), and the gateways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.bpmn.diagram import GATEWAYS
from engine.bpmn.expressions import Expression
from engine.bpmn.model import Node, VariableMapping
from engine.kernel.legal_time import LEGAL_EFFECT, MILESTONE
from engine.runtime.branches import nearest_fork, remove
from engine.runtime.contract import Surroundings
from engine.runtime.expressions import holds, value_of
from engine.runtime.faults import RuntimeFault
from engine.runtime.library import BpmnSpecMixin, WorkflowSpec
from engine.runtime.tokens import RECORDED, RuntimeToken

_LEGAL = {MILESTONE, LEGAL_EFFECT}


@dataclass(frozen=True, kw_only=True)
class OutgoingFlow:
    """One way on from a node: the flow's id, its condition, and the name of the spec it leads to."""

    flow_id: str
    condition: Expression | None
    leads_to: str
    is_default: bool


class FlowNode(BpmnSpecMixin):  # type: ignore[misc]  # the library's class carries no types
    """The spec of one flow node.

    Specs are shared by all cases of a definition: nothing here changes once it is built.

    `manual` nodes are ready for a person, not for the runner. `passive` ones do not keep their scope open.
    `shares_variables` marks nodes whose inner scope sees and writes the variables around them, and
    `keeps_inside` those of them that let none of it out but by their output mapping. `keeps_results` marks
    the instances of a loop that collects results: nothing else leaves them. `compensated_by` names the node
    that undoes this one. `drawn` is false for nodes the engine adds to the diagram's own. `leads_within`
    marks those from which a token goes on to what else stands for the same element, with its own scope;
    behind those with `opens_events` a flow counts as taken once the event to which it leads has happened.
    """

    name: str
    bpmn_id: str | None
    manual: bool
    passive = False
    shares_variables = False
    keeps_inside = False
    shows_inside = False
    """Whether what is kept inside is written outside too, at once."""
    keeps_results = False
    drawn = True
    leads_within = False
    opens_events = False
    compensated_by: str | None = None

    def __init__(self, container: WorkflowSpec, node: Node, *, name: str | None = None) -> None:
        super().__init__(container, name or node.id, bpmn_name=node.name)
        self.bpmn_id = node.id
        self.node = node
        self.legal: Mapping[str, str] = node.properties if node.properties.keys() & _LEGAL else {}
        self.ways: tuple[OutgoingFlow, ...] = ()

    def _on_ready(self, my_task: RuntimeToken) -> None:
        """Nothing more: the library would check the diagram on every visit, and send signals to nobody."""

    def _predict(self, my_task: RuntimeToken, *_: Any, **__: Any) -> None:
        """Nothing is predicted: tokens are made when they are needed."""

    def _update_hook(self, my_task: RuntimeToken) -> bool:
        """Called on arrival; True when the token is ready at once."""
        self.begin_scope(my_task)
        return True

    def _on_complete_hook(self, my_task: RuntimeToken) -> None:
        for way in self.choose(my_task):
            for _ in range(1 if self.leads_within else self.node.completion_quantity):
                self.send(my_task, way.leads_to, flow_id=way.flow_id)

    def begin_scope(self, token: RuntimeToken) -> None:
        """Prepare a token that has just come, unless what stands before the node has done so."""
        if ENTERED not in token.facts:
            self.arrive(token)

    def arrive(self, token: RuntimeToken) -> None:
        """Prepare a token that has just come: the node's input mapping, as far as it has one."""
        if self.node.inputs:
            token.local = {**token.local, **mapped(self.node.inputs, token.context, surroundings_of(token))}

    def perform(self, token: RuntimeToken) -> bool:
        """Do the node's part; True when it is done, False when it waits for somebody."""
        del token
        return True

    def choose(self, token: RuntimeToken) -> Sequence[OutgoingFlow]:
        """The ways that tokens leave by: unconditional ones, conditional ones that hold, else the default."""
        if len(self.ways) == 1 and self.ways[0].condition is None:
            return self.ways
        chosen = [way for way in self.ways if not way.is_default and self.open(way, token)]
        conditional = [way for way in self.ways if way.condition is not None and not way.is_default]
        if not any(way in conditional for way in chosen):
            chosen += [way for way in self.ways if way.is_default]
        if self.ways and not chosen:
            raise self.no_way(token)
        return chosen

    def open(self, way: OutgoingFlow, token: RuntimeToken) -> bool:
        """Whether a way's condition holds, or it has none; only a gateway still has its own scope then."""
        if way.condition is None:
            return True
        seen = token.context if self.node.kind in GATEWAYS else token.data
        return holds(way.condition, seen, surroundings_of(token))

    def no_way(self, token: RuntimeToken) -> RuntimeFault:
        """The fault of a node that no token can leave."""
        conditions = ", ".join(repr(way.condition.text) for way in self.ways if way.condition is not None)
        message = (
            f"Expected a way on from {self.node.id}, found no default flow and none of {conditions} to hold"
        )
        del token
        return RuntimeFault("no_flow_chosen", message, element_id=self.node.id)

    def send(self, token: RuntimeToken, spec_name: str, *, flow_id: str | None = None) -> RuntimeToken:
        """A new token on its way from `token` to the node of that name."""
        sent = RuntimeToken(token.workflow, self._wf_spec.task_specs[spec_name], token, arrived_by=flow_id)
        if flow_id is not None and not self.opens_events:
            token.workflow.top_workflow.note_flow(flow_id, self.node.place.file)
        if self.leads_within:
            hand_on(token, sent)
        return sent

    def absorb(self, token: RuntimeToken, results: Mapping[str, Any]) -> None:
        """Take results into the variables: through the output mapping where there is one, else all."""
        outputs = self.node.outputs
        if outputs:
            context = {**token.context, **results}
            token.write(mapped(outputs, context, surroundings_of(token), onto=token.data))
        else:
            token.write(results)
        token.local = {name: results.get(name, value) for name, value in token.local.items()}


ENTERED = "entered"
"""The fact of a token whose element has been entered before it, by a token that handed its scope on."""


def hand_on(token: RuntimeToken, sent: RuntimeToken) -> None:
    """Give a token that goes on within the same element the scope of that element."""
    sent.local = token.local
    sent.facts = {ENTERED: True, **{name: token.facts[name] for name in _HANDED_ON if name in token.facts}}


_HANDED_ON = ("index", RECORDED)


def started_name(process_id: str) -> str:
    """The name of the spec that holds a process which a message of the case starts."""
    return f"{process_id} (started)"


def start_processes(token: RuntimeToken, message: str, payload: Mapping[str, Any]) -> bool:
    """Start every process of the definition that begins with this message; True when there is one.

    It runs inside the same case, with variables of its own: those that the message carries.
    """
    case = token.workflow.top_workflow
    found = case.definition.message_starts.get(message, [])
    for process_id, start_event in found:
        started = RuntimeToken(case, case.spec.task_specs[started_name(process_id)], case.root)
        started.facts.update(process=process_id, entrance=start_event, payload=dict(payload))
        started.enter()
    return bool(found)


Spec = TypeVar("Spec", bound=FlowNode)


def spec_of(token: RuntimeToken, kind: type[Spec]) -> Spec:
    """The spec of a token that stands at a node of that kind; TypeError where it does not."""
    spec = token.task_spec
    if not isinstance(spec, kind):
        raise TypeError(f"expected a token at a {kind.__name__}, found one at {spec.name}")
    return spec


def surroundings_of(token: RuntimeToken) -> Surroundings:
    return token.workflow.top_workflow.surroundings


def mapped(
    mappings: Sequence[VariableMapping],
    context: Mapping[str, Any],
    surroundings: Surroundings,
    *,
    onto: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The variables that a mapping sets.

    A target path of several names sets an entry inside a context, of `onto` if it is there.
    """
    result: dict[str, Any] = {}
    seen = dict(context)
    for mapping in mappings:
        value = value_of(mapping.source, seen, surroundings)
        first, *inner = mapping.target
        existing = result.get(first, (onto or {}).get(first))
        result[first] = _placed(existing, inner, value) if inner else value
        if onto is None:
            seen[first] = result[first]
    return result


def _placed(existing: Any, path: Sequence[str], value: Any) -> Any:
    if not path:
        return value
    holder = dict(existing) if isinstance(existing, Mapping) else {}
    holder[path[0]] = _placed(holder.get(path[0]), path[1:], value)
    return holder


class ExclusiveGateway(FlowNode):
    """The first way whose condition holds, else the default.

    A condition that is neither true nor false is a fault.
    """

    def choose(self, token: RuntimeToken) -> Sequence[OutgoingFlow]:
        if len(self.ways) <= 1 and all(way.condition is None for way in self.ways):
            return self.ways
        for way in self.ways:
            if not way.is_default and self.open(way, token):
                return (way,)
        default = [way for way in self.ways if way.is_default]
        if not default:
            raise self.no_way(token)
        return default


class Join(FlowNode):
    """A gateway that waits for tokens on several flows and makes one of them."""

    incoming: tuple[str, ...] = ()

    @property
    def patient(self) -> bool:
        """Whether it is asked only when nothing else in the case can move."""
        return False

    def _update_hook(self, my_task: RuntimeToken) -> bool:
        if len(self.incoming) <= 1:
            return True
        my_task.wait()
        my_task.workflow.top_workflow.arrivals.append(my_task)
        return False

    def arrived(self, token: RuntimeToken) -> dict[str, RuntimeToken]:
        """The tokens waiting at this gateway in the scope of `token`, one for each flow, the earliest."""
        waiting = sorted(self.waiting_beside(token), key=lambda other: -other.serial)
        return {other.arrived_by or "": other for other in waiting}

    def waiting_beside(self, token: RuntimeToken) -> list[RuntimeToken]:
        """Every token that waits at this gateway in the scope of `token`."""
        standing = token.workflow.top_workflow.index.standing.values()
        return [
            other
            for other in standing
            if other.task_spec is self and other.workflow is token.workflow and other.waiting
        ]

    def may_fire(self, arrived: Mapping[str, RuntimeToken]) -> bool:
        """Whether enough tokens have come."""
        raise NotImplementedError

    def fire(self, tokens: Sequence[RuntimeToken]) -> None:
        """Make one token of several, below where they forked."""
        joined = RuntimeToken(tokens[0].workflow, self, nearest_fork(tokens))
        joined.make_ready()
        for token in tokens:
            remove(token)


class ParallelGateway(Join):
    """Waits for one token on each incoming flow; leaves by every outgoing one, whatever stands on it."""

    def may_fire(self, arrived: Mapping[str, RuntimeToken]) -> bool:
        return len(arrived) == len(self.incoming)

    def choose(self, token: RuntimeToken) -> Sequence[OutgoingFlow]:
        del token
        return self.ways


class InclusiveGateway(Join):
    """Waits for every token that can still come; leaves by every way that holds.

    A token can still come to a flow that has none yet if the diagram leads from where it stands to that flow,
    not through this gateway, and not also to a flow that has one already (BPMN 2.0.2, 13.4.3).
    """

    reached_from: Mapping[str, frozenset[str]] = {}
    """For each incoming flow, the nodes it can be reached from without passing this gateway."""

    @property
    def patient(self) -> bool:
        """Every token that can still come must have come."""
        return True

    def may_fire(self, arrived: Mapping[str, RuntimeToken]) -> bool:
        """No other token of the scope can still come to an empty flow only."""
        scope = next(iter(arrived.values())).workflow
        empty = [flow for flow in self.incoming if flow not in arrived]
        for token in scope.tasks.values():
            if not token.alive or token.task_spec is self or token.task_spec.passive:
                continue
            node_id = token.task_spec.node.id
            to_empty = any(node_id in self.reached_from[flow] for flow in empty)
            to_full = any(node_id in self.reached_from[flow] for flow in arrived)
            if to_empty and not to_full:
                return False
        return True


class Quantity(Join):
    """Stands before an activity with a `startQuantity`: makes one token of so many."""

    drawn = False

    def _update_hook(self, my_task: RuntimeToken) -> bool:
        my_task.wait()
        my_task.workflow.top_workflow.arrivals.append(my_task)
        return False

    def arrive(self, token: RuntimeToken) -> None:
        """Nothing: the mappings are applied at the activity behind it."""

    def arrived(self, token: RuntimeToken) -> dict[str, RuntimeToken]:
        """As many tokens as the activity wants, the earliest, by whichever flow they came."""
        waiting = sorted(self.waiting_beside(token), key=lambda other: other.serial)
        return {str(other.id): other for other in waiting[: self.node.start_quantity]}

    def may_fire(self, arrived: Mapping[str, RuntimeToken]) -> bool:
        return len(arrived) == self.node.start_quantity

    def _on_complete_hook(self, my_task: RuntimeToken) -> None:
        for way in self.ways:
            self.send(my_task, way.leads_to)


class ComplexGateway(InclusiveGateway):
    """Fires as soon as its activation condition holds.

    What comes later in the same round is taken and goes no further.

    The condition sees `activationCount`, the number of tokens that have come. A round is over when every flow
    has brought one (BPMN 2.0.2, 13.4.5). Without a condition it waits as an inclusive gateway does.
    """

    @property
    def patient(self) -> bool:
        """With a condition it fires as soon as that holds."""
        return self.node.activation is None

    def may_fire(self, arrived: Mapping[str, RuntimeToken]) -> bool:
        """Whether the condition holds; after it has held, always, to take the rest of the round."""
        token = max(arrived.values(), key=lambda other: other.serial)
        if self.node.activation is None:
            return super().may_fire(arrived)
        if self._seen(token):
            return True
        context = {**token.data, "activationCount": len(arrived)}
        return holds(self.node.activation, context, surroundings_of(token))

    def fire(self, tokens: Sequence[RuntimeToken]) -> None:
        """Go on with the first tokens of a round; let the later ones end here."""
        if self.node.activation is None:
            super().fire(tokens)
            return
        facts, seen = tokens[0].workflow.root.facts, self._seen(tokens[0])
        flows = sorted({*seen, *(token.arrived_by or "" for token in tokens)})
        facts[self._round] = [] if len(flows) == len(self.incoming) else flows
        if seen:
            for token in tokens:
                token.facts["late"] = True
                token.make_ready()
        else:
            super().fire(tokens)

    def choose(self, token: RuntimeToken) -> Sequence[OutgoingFlow]:
        """No way for a token that came late."""
        return () if token.facts.get("late") else super().choose(token)

    @property
    def _round(self) -> str:
        return f"round of {self.node.id}"

    def _seen(self, token: RuntimeToken) -> list[str]:
        seen: list[str] = token.workflow.root.facts.get(self._round, [])
        return seen


class EventGateway(FlowNode):
    """Opens every event that follows; the first to happen takes the others away."""

    opens_events = True

    def choose(self, token: RuntimeToken) -> Sequence[OutgoingFlow]:
        del token
        return self.ways

"""What all flow nodes share: a token arrives, the node does its part, and tokens leave along its flows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.bpmn.expressions import Expression
from engine.bpmn.model import Node, VariableMapping
from engine.runtime.contract import Surroundings
from engine.runtime.expressions import holds, value_of
from engine.runtime.faults import Fault
from engine.runtime.library import BpmnSpecMixin, WorkflowSpec
from engine.runtime.tokens import Token


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way on from a node: the flow's id, its condition, and the name of the spec it leads to."""

    flow_id: str
    condition: Expression | None
    leads_to: str
    is_default: bool


class FlowNode(BpmnSpecMixin):  # type: ignore[misc]  # the library's class carries no types
    """The spec of one flow node.

    Specs are shared by all cases of a definition: nothing here changes once it is built.

    `manual` nodes are ready for a person, not for the runner. `passive` ones do not keep their scope open.
    `shares_variables` marks nodes whose inner scope writes the same variables. `compensated_by` names the
    node that undoes this one. `drawn` is false for nodes the engine adds to the diagram's own.
    """

    name: str
    bpmn_id: str | None
    manual: bool
    passive = False
    shares_variables = False
    drawn = True
    compensated_by: str | None = None

    def __init__(self, container: WorkflowSpec, node: Node, *, name: str | None = None) -> None:
        super().__init__(container, name or node.id, bpmn_name=node.name)
        self.bpmn_id = node.id
        self.node = node
        self.ways: tuple[Way, ...] = ()

    def _on_ready(self, my_task: Token) -> None:
        """Nothing more: the library would check the diagram on every visit, and send signals to nobody."""

    def _predict(self, my_task: Token, *_: Any, **__: Any) -> None:
        """Nothing is predicted: tokens are made when they are needed."""

    def _update_hook(self, my_task: Token) -> bool:
        """Called on arrival; True when the token is ready at once."""
        self.arrive(my_task)
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        for way in self.choose(my_task):
            for _ in range(self.node.completion_quantity):
                self.send(my_task, way.leads_to, flow_id=way.flow_id)

    def arrive(self, token: Token) -> None:
        """Prepare a token that has just come: the node's input mapping, as far as it has one."""
        if self.node.inputs:
            token.local = {**token.local, **mapped(self.node.inputs, token.context, surroundings_of(token))}

    def perform(self, token: Token) -> bool:
        """Do the node's part; True when it is done, False when it waits for somebody."""
        del token
        return True

    def choose(self, token: Token) -> Sequence[Way]:
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

    def open(self, way: Way, token: Token) -> bool:
        """Whether a way's condition holds, or it has none; the node's own scope is closed by then."""
        return way.condition is None or holds(way.condition, token.data, surroundings_of(token))

    def no_way(self, token: Token) -> Fault:
        """The fault of a node that no token can leave."""
        conditions = ", ".join(repr(way.condition.text) for way in self.ways if way.condition is not None)
        message = (
            f"Expected a way on from {self.node.id}, found no default flow and none of {conditions} to hold"
        )
        del token
        return Fault("no_flow_chosen", message, element_id=self.node.id)

    def gathered(self, token: Token) -> Mapping[str, Any] | None:
        """The data that the instances of a loop have brought together so far; None for everything else."""
        del token
        return None

    def send(self, token: Token, spec_name: str, *, flow_id: str | None = None) -> Token:
        """A new token on its way from `token` to the node of that name."""
        return Token(token.workflow, self._wf_spec.task_specs[spec_name], token, arrived_by=flow_id)

    def absorb(self, token: Token, results: Mapping[str, Any]) -> None:
        """Take results into the variables: through the output mapping where there is one, else all."""
        outputs = self.node.outputs
        if outputs:
            context = {**token.context, **results}
            token.write(
                mapped(outputs, context, surroundings_of(token), onto=token.data), writer=self.node.id
            )
        else:
            token.write(results, writer=self.node.id)
        token.local = {name: results.get(name, value) for name, value in token.local.items()}


def started_name(process_id: str) -> str:
    """The name of the spec that holds a process which a message of the case starts."""
    return f"{process_id} (started)"


def start_processes(token: Token, message: str, payload: Mapping[str, Any]) -> bool:
    """Start every process of the definition that begins with this message; True when there is one.

    It runs inside the same case, with variables of its own: those that the message carries.
    """
    case = token.workflow.top_workflow
    found = case.definition.message_starts.get(message, [])
    for process_id, start_event in found:
        started = Token(case, case.spec.task_specs[started_name(process_id)], case.root)
        started.facts.update(process=process_id, entrance=start_event, payload=dict(payload))
        started.enter()
    return bool(found)


Spec = TypeVar("Spec", bound=FlowNode)


def spec_of(token: Token, kind: type[Spec]) -> Spec:
    """The spec of a token that stands at a node of that kind; TypeError where it does not."""
    spec = token.task_spec
    if not isinstance(spec, kind):
        raise TypeError(f"expected a token at a {kind.__name__}, found one at {spec.name}")
    return spec


def surroundings_of(token: Token) -> Surroundings:
    """What the step knows besides the variables."""
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

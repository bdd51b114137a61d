"""Gateways: one way, every way, every way that holds, or whatever happens first."""

from collections.abc import Mapping, Sequence

from engine.runtime.branches import merged, nearest_fork, remove
from engine.runtime.expressions import holds
from engine.runtime.specs.flow_node import FlowNode, Way, surroundings_of
from engine.runtime.tokens import Token


class ExclusiveGateway(FlowNode):
    """The first way whose condition holds, else the default.

    A condition that is neither true nor false is a fault.
    """

    def choose(self, token: Token) -> Sequence[Way]:
        """One way."""
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
    """A gateway that waits for tokens on several flows and brings their variables together."""

    incoming: tuple[str, ...] = ()

    @property
    def patient(self) -> bool:
        """Whether it is asked only when nothing else in the case can move."""
        return False

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.incoming) <= 1:
            return True
        my_task.wait()
        my_task.workflow.top_workflow.arrivals.append(my_task)
        return False

    def arrived(self, token: Token) -> dict[str, Token]:
        """The tokens waiting at this gateway in the scope of `token`, one for each flow, the earliest."""
        waiting = sorted(self.waiting_beside(token), key=lambda other: -other.serial)
        return {other.arrived_by or "": other for other in waiting}

    def waiting_beside(self, token: Token) -> list[Token]:
        """Every token that waits at this gateway in the scope of `token`."""
        standing = token.workflow.top_workflow.index.standing.values()
        return [
            other
            for other in standing
            if other.task_spec is self and other.workflow is token.workflow and other.waiting
        ]

    def may_fire(self, arrived: Mapping[str, Token]) -> bool:
        """Whether enough tokens have come."""
        raise NotImplementedError

    def fire(self, tokens: Sequence[Token]) -> None:
        """Make one token of several: below where they forked, with the changes of all of them."""
        fork = nearest_fork(tokens)
        joined = Token(tokens[0].workflow, self, fork)
        joined.take(*merged(fork.data, sorted(tokens, key=lambda token: token.serial)))
        joined.make_ready()
        for token in tokens:
            remove(token)


class ParallelGateway(Join):
    """Waits for one token on each incoming flow; leaves by every outgoing one, whatever stands on it."""

    def may_fire(self, arrived: Mapping[str, Token]) -> bool:
        """One token on each flow."""
        return len(arrived) == len(self.incoming)

    def choose(self, token: Token) -> Sequence[Way]:
        """Every way."""
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

    def may_fire(self, arrived: Mapping[str, Token]) -> bool:
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

    def _update_hook(self, my_task: Token) -> bool:
        my_task.wait()
        my_task.workflow.top_workflow.arrivals.append(my_task)
        return False

    def arrive(self, token: Token) -> None:
        """The activity's mappings are the activity's."""

    def arrived(self, token: Token) -> dict[str, Token]:
        """As many tokens as the activity wants, the earliest, by whichever flow they came."""
        waiting = sorted(self.waiting_beside(token), key=lambda other: other.serial)
        return {str(other.id): other for other in waiting[: self.node.start_quantity]}

    def may_fire(self, arrived: Mapping[str, Token]) -> bool:
        """Enough of them."""
        return len(arrived) == self.node.start_quantity

    def _on_complete_hook(self, my_task: Token) -> None:
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

    def may_fire(self, arrived: Mapping[str, Token]) -> bool:
        """Whether the condition holds; after it has held, always, to take the rest of the round."""
        token = max(arrived.values(), key=lambda other: other.serial)
        if self.node.activation is None:
            return super().may_fire(arrived)
        if self._seen(token):
            return True
        context = {**token.data, "activationCount": len(arrived)}
        return holds(self.node.activation, context, surroundings_of(token))

    def fire(self, tokens: Sequence[Token]) -> None:
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

    def choose(self, token: Token) -> Sequence[Way]:
        """No way for a token that came late."""
        return () if token.facts.get("late") else super().choose(token)

    @property
    def _round(self) -> str:
        return f"round of {self.node.id}"

    def _seen(self, token: Token) -> list[str]:
        seen: list[str] = token.workflow.root.facts.get(self._round, [])
        return seen


class EventGateway(FlowNode):
    """Opens every event that follows; the first to happen takes the others away."""

    def choose(self, token: Token) -> Sequence[Way]:
        """Every event is opened."""
        del token
        return self.ways

"""Events on the edge of activities: opened beside them, and gone when they are done."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn.model import Node, TimerTrigger, Trigger
from engine.runtime.branches import remove, view_from
from engine.runtime.specs.catching import Catching
from engine.runtime.specs.flow_node import FlowNode, spec_of
from engine.runtime.specs.throwing import throw
from engine.runtime.specs.waiting import registration, rescheduled
from engine.runtime.tokens import Token


class BoundaryEvent(Catching):
    """An event on the edge of an activity, open as long as that activity is."""

    passive = True

    def own_variables(self, token: Token) -> Mapping[str, Any]:
        """The activity's own scope: its input mapping."""
        return host_of(token).local

    def fire(self, token: Token, payload: Mapping[str, Any]) -> None:
        """Interrupt the activity and go on here, or send another token on beside it."""
        if self.node.interrupting:
            self.interrupt(token, payload)
        else:
            self.branch_off(token, payload)

    def interrupt(self, token: Token, payload: Mapping[str, Any]) -> None:
        """Take the activity away and go on here, with what it has written outside itself so far."""
        host = host_of(token)
        happened = self._going_on(token)
        if not host.task_spec.node.outputs:
            kept = view_from(host)
            happened.take(kept.data, kept.writers)
        happened.task_spec.absorb(happened, payload)
        for other in list(token.origin.children):
            if other is host or isinstance(other.task_spec, BoundaryEvent):
                remove(other)
        happened.make_ready()

    def branch_off(self, token: Token, payload: Mapping[str, Any]) -> None:
        """Send a token on beside the activity.

        A timer that fires no more is closed, everything else stays open.
        """
        happened = self._going_on(token)
        happened.task_spec.absorb(happened, payload)
        happened.make_ready()
        if isinstance(self.trigger, TimerTrigger) and not rescheduled(token):
            remove(token)

    def _going_on(self, token: Token) -> Token:
        scope = token.workflow
        return Token(scope, scope.spec.task_specs[happened_name(self.node)], token.parent)


class Happened(FlowNode):
    """A boundary event that has happened: where its token goes on from."""


def happened_name(node: Node) -> str:
    """The name of the spec that goes on from a boundary event."""
    return f"{node.id} (happened)"


def host_of(boundary: Token) -> Token:
    """The token of the activity that a boundary event is attached to."""
    attached_to = boundary.task_spec.node.attached_to
    return next(other for other in boundary.origin.children if other.task_spec.name == attached_to)


def close_boundaries(host: Token) -> None:
    """Close the boundary events of an activity that is done."""
    parent = host.parent
    if (
        parent is None
        or not isinstance(parent.task_spec, Split)
        or parent.task_spec.node is not host.task_spec.node
    ):
        return
    for other in list(parent.children):
        if isinstance(other.task_spec, BoundaryEvent) and host_of(other) is host:
            remove(other)


class Split(FlowNode):
    """Stands before an activity with boundary events, and opens them beside it.

    Its data is what they fork from.
    """

    drawn = False
    leads_to: tuple[str, ...] = ()

    def arrive(self, token: Token) -> None:
        """The activity's mappings are the activity's."""

    def _on_complete_hook(self, my_task: Token) -> None:
        for name in self.leads_to:
            self.send(my_task, name, flow_id=my_task.arrived_by)


def throw_beside(host: Token, trigger: Trigger) -> None:
    """Let the boundary events of an activity that catch this go on beside it.

    Without one, throw it for others.
    """
    wanted = registration(trigger, host.context, host)
    caught = [
        token
        for token in host.origin.children
        if isinstance(token.task_spec, BoundaryEvent) and host_of(token) is host and token.facts == wanted
    ]
    for token in caught:
        spec_of(token, BoundaryEvent).branch_off(token, {})
    if not caught:
        throw(host, trigger)

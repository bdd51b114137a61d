"""Events: what is thrown, what a token waits for, and the events that stand on the edge of activities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.bpmn.model import (
    CancelTrigger,
    ConditionalTrigger,
    ErrorTrigger,
    EscalationTrigger,
    MessageTrigger,
    Node,
    SendWork,
    SignalTrigger,
    TerminateTrigger,
    TimerTrigger,
    Trigger,
)
from engine.bpmn.timers import FOREVER
from engine.runtime.branches import remove
from engine.runtime.contract import Surroundings, ThrownSignal
from engine.runtime.expressions import resolve_certain, resolve_spoken
from engine.runtime.library import WorkflowSpec
from engine.runtime.specs.activities import Activity, ServiceTaskSpec, send_message
from engine.runtime.specs.flow_node import (
    ENTERED,
    EventGateway,
    FlowNode,
    hand_on,
    mapped,
    spec_of,
    surroundings_of,
)
from engine.runtime.specs.timers import rescheduled, timer_registration
from engine.runtime.tokens import RuntimeToken

BROUGHT = "brought"
"""The fact that keeps what the other definitions of the same event have brought."""


@dataclass(frozen=True, kw_only=True)
class ThrownError:
    """A BPMN error, at the token it was thrown by."""

    token: RuntimeToken
    code: str | None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ThrownEscalation:
    """A BPMN escalation, at the token it was thrown by."""

    token: RuntimeToken
    code: str | None


@dataclass(frozen=True, kw_only=True)
class ThrownSignalWithin:
    """A signal, for the tokens of the same case that waited for it when it was thrown."""

    listening: frozenset[UUID]
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ThrownTermination:
    """A terminate end event: everything else in the token's scope stops."""

    token: RuntimeToken


@dataclass(frozen=True, kw_only=True)
class ThrownCancellation:
    """A cancel end event: the transaction around the token is undone."""

    token: RuntimeToken


Thrown = ThrownError | ThrownEscalation | ThrownSignalWithin | ThrownTermination | ThrownCancellation


class Throwing(FlowNode):
    """An event that is sent: an intermediate throw or an end."""

    def perform(self, token: RuntimeToken) -> bool:
        """Send what the event is about; the runner brings it to whoever catches it."""
        if isinstance(self.node.work, SendWork):
            send_message(token, self.node.work)
        for trigger in self.node.triggers:
            throw(token, trigger)
        self.absorb(token, {})
        return True


class ThrowingService(ServiceTaskSpec):
    """A message event that an agency or a system sends for us, and answers as a service task."""


def throw(token: RuntimeToken, trigger: Trigger) -> None:
    """Hand what a token throws to the runner, or to the caller."""
    case = token.workflow.top_workflow
    context, surroundings = token.context, surroundings_of(token)
    if isinstance(trigger, ErrorTrigger):
        case.thrown.append(ThrownError(token=token, code=resolve_spoken(trigger.code, context, surroundings)))
    elif isinstance(trigger, EscalationTrigger):
        case.thrown.append(
            ThrownEscalation(token=token, code=resolve_spoken(trigger.code, context, surroundings))
        )
    elif isinstance(trigger, SignalTrigger):
        name = resolve_certain(trigger.name, context, surroundings)
        case.thrown_signals.append(ThrownSignal(signal=name, variables=dict(token.local)))
        listening = frozenset(
            other.id for other in case.index.standing.values() if other.facts.get("signal") == name
        )
        case.thrown.append(ThrownSignalWithin(payload=dict(token.local), listening=listening))
    elif isinstance(trigger, TerminateTrigger):
        case.thrown.append(ThrownTermination(token=token))
    elif isinstance(trigger, CancelTrigger):
        case.thrown.append(ThrownCancellation(token=token))
    elif isinstance(trigger, MessageTrigger):
        send_message(token, SendWork(message=trigger.name, key=trigger.key))


def registration(trigger: Trigger, context: Mapping[str, Any], token: RuntimeToken) -> dict[str, Any]:
    """What a waiting token must remember: the due moment, the message and its key, the error code."""
    surroundings = surroundings_of(token)
    if isinstance(trigger, TimerTrigger):
        return timer_registration(trigger, context, token)
    if isinstance(trigger, MessageTrigger):
        key = resolve_certain(trigger.key, context, surroundings) if trigger.key is not None else None
        return {"message": resolve_certain(trigger.name, context, surroundings), "key": key}
    if isinstance(trigger, SignalTrigger):
        return {"signal": resolve_certain(trigger.name, context, surroundings)}
    if isinstance(trigger, ErrorTrigger):
        return {"error": resolve_spoken(trigger.code, context, surroundings)}
    if isinstance(trigger, EscalationTrigger):
        return {"escalation": resolve_spoken(trigger.code, context, surroundings)}
    if isinstance(trigger, ConditionalTrigger):
        return {"condition": False}
    return {}


def declared(node: Node, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an element declares that it takes of a payload.

    An output mapping sees all of it. Without one it is what data objects are written from, and nothing else.
    """
    if node.outputs:
        return payload
    sources = {write.source for write in node.writes}
    return {name: value for name, value in payload.items() if name in sources}


def begun_with(
    node: Node,
    payload: Mapping[str, Any],
    known: Mapping[str, Any],
    surroundings: Surroundings,
    *,
    only_mapped: bool = False,
) -> Mapping[str, Any]:
    """The variables with which a process begins at that element, beside those that are `known`.

    With an output mapping those that it sets, otherwise the payload as it is or, with `only_mapped`, what the
    element declares. What is known is not replaced by the payload, and a mapping sees it and not that.
    """
    taken = declared(node, payload) if only_mapped else payload
    seen = {**taken, **known}
    written = {write.target: seen[write.source] for write in node.writes if write.source in seen}
    if node.outputs:
        return {**mapped(node.outputs, seen, surroundings, onto=known), **written}
    return {**seen, **written}


class Entry(FlowNode):
    """A start event: where tokens begin."""


class Catching(FlowNode):
    """A node whose token waits for one trigger.

    What it waits for is worked out once, when the wait opens, and kept in its facts.
    """

    def __init__(
        self, container: WorkflowSpec, node: Node, *, trigger: Trigger, name: str | None = None
    ) -> None:
        super().__init__(container, node, name=name)
        self.trigger = trigger

    def _update_hook(self, my_task: RuntimeToken) -> bool:
        self.begin_scope(my_task)
        my_task.facts.update(registration(self.trigger, self.seen_by(my_task), my_task))
        my_task.wait()
        return False

    def happen(self, token: RuntimeToken, payload: Mapping[str, Any]) -> None:
        """What the token waits for has happened.

        Of an event that waits for all of its definitions, each but the last is only noted, with what it
        brought.
        """
        others = self._still_waiting(token) if self.node.parallel_multiple else []
        if others:
            others[0].facts[BROUGHT] = {
                **token.facts.get(BROUGHT, {}),
                **others[0].facts.get(BROUGHT, {}),
                **payload,
            }
            remove(token)
        else:
            self.fire(token, {**token.facts.get(BROUGHT, {}), **payload})

    def _still_waiting(self, token: RuntimeToken) -> list[RuntimeToken]:
        return [
            other
            for other in token.origin.children
            if other is not token and other.task_spec.node is self.node and other.waiting
        ]

    def seen_by(self, token: RuntimeToken) -> Mapping[str, Any]:
        """The variables that the trigger's expressions see."""
        return {**token.data, **self.own_variables(token)}

    def own_variables(self, token: RuntimeToken) -> Mapping[str, Any]:
        return token.local

    def fire(self, token: RuntimeToken, payload: Mapping[str, Any]) -> None:
        """Go on, and close the other events of the same event-based gateway.

        A cycle with a count sends one token on each time, and closes with the last.
        """
        origin = token.origin
        if isinstance(origin.task_spec, EventGateway):
            for other in list(origin.children):
                if other is not token:
                    remove(other)
        elif token.facts.get("count", FOREVER) != FOREVER and rescheduled(token):
            again = RuntimeToken(token.workflow, self, origin)
            again.task_spec.absorb(again, payload)
            again.make_ready()
            return
        self.absorb(token, payload)
        token.facts.clear()
        token.make_ready()


class FirstReceiveTask(Activity):
    """A receive task that begins its process, with what its message brought."""


class ReceiveTask(Catching, Activity):
    """A task that waits for a message; the message's variables are its results."""


class BoundaryEvent(Catching):
    """An event on the edge of an activity, open as long as that activity is."""

    passive = True

    def own_variables(self, token: RuntimeToken) -> Mapping[str, Any]:
        """The activity's own scope: its input mapping."""
        return host_of(token).local

    def fire(self, token: RuntimeToken, payload: Mapping[str, Any]) -> None:
        """Interrupt the activity and go on here, or send another token on beside it."""
        if self.node.interrupting:
            self.interrupt(token, payload)
        else:
            self.branch_off(token, payload)

    def interrupt(self, token: RuntimeToken, payload: Mapping[str, Any]) -> None:
        """Take the activity away and go on here; what it has written outside itself so far stays."""
        host = host_of(token)
        happened = self._going_on(token)
        happened.task_spec.absorb(happened, payload)
        for other in list(token.origin.children):
            if other is host or isinstance(other.task_spec, BoundaryEvent):
                remove(other)
        happened.make_ready()

    def branch_off(self, token: RuntimeToken, payload: Mapping[str, Any]) -> None:
        """Send a token on beside the activity.

        A timer that fires no more is closed, everything else stays open.
        """
        happened = self._going_on(token)
        happened.task_spec.absorb(happened, payload)
        happened.make_ready()
        if isinstance(self.trigger, TimerTrigger) and not rescheduled(token):
            remove(token)

    def _going_on(self, token: RuntimeToken) -> RuntimeToken:
        scope = token.workflow
        return RuntimeToken(scope, scope.spec.task_specs[happened_name(self.node)], token.parent)


class Happened(FlowNode):
    """A boundary event that has happened: where its token goes on from."""


def happened_name(node: Node) -> str:
    """The name of the spec that goes on from a boundary event."""
    return f"{node.id} (happened)"


def host_of(boundary: RuntimeToken) -> RuntimeToken:
    """The token of the activity that a boundary event is attached to."""
    attached_to = boundary.task_spec.node.attached_to
    return next(other for other in boundary.origin.children if other.task_spec.name == attached_to)


def close_boundaries(host: RuntimeToken) -> None:
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
    """Stands before an activity with boundary events, and opens them beside it."""

    drawn = False
    leads_to: tuple[str, ...] = ()

    def arrive(self, token: RuntimeToken) -> None:
        """Nothing: the mappings are applied at the activity behind it."""

    def _on_complete_hook(self, my_task: RuntimeToken) -> None:
        for name in self.leads_to:
            sent = self.send(my_task, name, flow_id=my_task.arrived_by)
            if ENTERED in my_task.facts and name == self.node.id:
                hand_on(my_task, sent)


def throw_beside(host: RuntimeToken, trigger: Trigger) -> None:
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

"""Events that are waited for and events that are thrown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.ports.workflow import ThrownSignal
from engine.spiff.branches import remove, view_from
from engine.spiff.diagram.model import (
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
from engine.spiff.expressions import resolve_certain, resolve_spoken
from engine.spiff.faults import Fault
from engine.spiff.library import WorkflowSpec
from engine.spiff.specs.activities import Activity, ServiceTask, send_message
from engine.spiff.specs.flow_node import FlowNode, spec_of, surroundings_of
from engine.spiff.specs.gateways import EventGateway
from engine.spiff.thrown import (
    ThrownCancellation,
    ThrownError,
    ThrownEscalation,
    ThrownTermination,
    ThrownWithin,
)
from engine.spiff.timers import FOREVER, NotATimer, Schedule, parse_duration, schedule
from engine.spiff.tokens import Token

BROUGHT = "brought"
"""The fact that keeps what the other definitions of the same event have brought."""


class Entry(FlowNode):
    """A start event: where tokens begin."""


class Catching(FlowNode):
    """A node whose token waits for one trigger.

    What it waits for is worked out once, when the wait opens, and kept in its facts.
    """

    def __init__(self, body: WorkflowSpec, node: Node, *, trigger: Trigger, name: str | None = None) -> None:
        super().__init__(body, node, name=name)
        self.trigger = trigger

    def _update_hook(self, my_task: Token) -> bool:
        self.arrive(my_task)
        my_task.facts.update(registration(self.trigger, self.seen_by(my_task), my_task))
        my_task.wait()
        return False

    def happen(self, token: Token, payload: Mapping[str, Any]) -> None:
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

    def _still_waiting(self, token: Token) -> list[Token]:
        beside = token.workflow.children(token.workflow.origin(token))
        return [
            other
            for other in beside
            if other is not token and other.task_spec.node is self.node and other.waiting
        ]

    def seen_by(self, token: Token) -> Mapping[str, Any]:
        """The variables that the trigger's expressions see."""
        return {**token.data, **self.own_variables(token)}

    def own_variables(self, token: Token) -> Mapping[str, Any]:
        """Those of them that are nobody else's."""
        return token.local

    def fire(self, token: Token, payload: Mapping[str, Any]) -> None:
        """Go on, and close the other events of the same event-based gateway.

        A cycle with a count sends one token on each time, and closes with the last.
        """
        if token.facts.get("count", FOREVER) != FOREVER and rescheduled(token):
            again = Token(token.workflow, self, token.workflow.parent_of(token))
            again.task_spec.absorb(again, payload)
            again.make_ready()
            return
        parent = token.workflow.parent_of(token)
        if parent is not None and isinstance(parent.task_spec, EventGateway):
            for other in token.workflow.children(parent):
                if other is not token:
                    remove(other)
        self.absorb(token, payload)
        token.facts.clear()
        token.make_ready()


class ReceiveTask(Catching, Activity):
    """A task that waits for a message; the message's variables are its results."""


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
        scope, host = token.workflow, host_of(token)
        happened = self._going_on(token)
        if not host.task_spec.node.outputs:
            kept = view_from(host)
            happened.take(kept.data, kept.writers)
        happened.task_spec.absorb(happened, payload)
        for other in scope.children(scope.origin(token)):
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
        return Token(scope, scope.spec.task_specs[happened_name(self.node)], scope.parent_of(token))


class Happened(FlowNode):
    """A boundary event that has happened: where its token goes on from."""


def happened_name(node: Node) -> str:
    """The name of the spec that goes on from a boundary event."""
    return f"{node.id} (happened)"


def host_of(boundary: Token) -> Token:
    """The token of the activity that a boundary event is attached to."""
    scope = boundary.workflow
    split = scope.origin(boundary)
    return next(
        other
        for other in scope.children(split)
        if other.task_spec.name == boundary.task_spec.node.attached_to
    )


def close_boundaries(host: Token) -> None:
    """Close the boundary events of an activity that is done."""
    parent = host.workflow.parent_of(host)
    if (
        parent is None
        or not isinstance(parent.task_spec, Split)
        or parent.task_spec.node is not host.task_spec.node
    ):
        return
    for other in host.workflow.children(parent):
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


class Throwing(FlowNode):
    """An event that is sent: an intermediate throw or an end."""

    def perform(self, token: Token) -> bool | None:
        """Send what the event is about; the runner brings it to whoever catches it."""
        if isinstance(self.node.work, SendWork):
            send_message(token, self.node.work)
        for trigger in self.node.triggers:
            throw(token, trigger)
        self.absorb(token, {})
        return True


class ThrowingService(ServiceTask):
    """A message event that an agency or a system sends for us, and answers as a service task."""


def throw(token: Token, trigger: Trigger) -> None:
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
        case.thrown.append(ThrownWithin(signal=name, payload=dict(token.local)))
    elif isinstance(trigger, TerminateTrigger):
        case.thrown.append(ThrownTermination(token=token))
    elif isinstance(trigger, CancelTrigger):
        case.thrown.append(ThrownCancellation(token=token))
    elif isinstance(trigger, MessageTrigger):
        send_message(token, SendWork(message=trigger.name, key=trigger.key))


def throw_beside(host: Token, trigger: Trigger) -> None:
    """Let the boundary events of an activity that catch this go on beside it.

    Without one, throw it for others.
    """
    wanted = registration(trigger, host.context, host)
    scope = host.workflow
    caught = [
        token
        for token in scope.children(scope.origin(host))
        if isinstance(token.task_spec, BoundaryEvent) and host_of(token) is host and token.facts == wanted
    ]
    for token in caught:
        spec_of(token, BoundaryEvent).branch_off(token, {})
    if not caught:
        throw(host, trigger)


def registration(trigger: Trigger, context: Mapping[str, Any], token: Token) -> dict[str, Any]:
    """What a waiting token must remember: the due moment, the message and its key, the error code."""
    surroundings = surroundings_of(token)
    if isinstance(trigger, TimerTrigger):
        return timer_facts(_opened_timer(trigger, context, token))
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


def _opened_timer(trigger: TimerTrigger, context: Mapping[str, Any], token: Token) -> Schedule:
    surroundings = surroundings_of(token)
    text = trigger.text
    value = text if isinstance(text, str) else text.certain(context, surroundings)
    try:
        return schedule(trigger.kind, value, surroundings.now)
    except NotATimer as problem:
        raise Fault("undecidable_expression", f"{problem}", element_id=token.task_spec.node.id) from problem


def timer_facts(timer: Schedule) -> dict[str, Any]:
    """A schedule as facts of a token."""
    facts: dict[str, Any] = {"due": timer.due.isoformat()}
    if timer.every is not None:
        facts |= {"count": timer.count, "every": timer.every.text()}
    return facts


def timer_of(token: Token) -> Schedule | None:
    """The schedule that a token waits by; None where it waits for something else."""
    facts = token.facts
    if "due" not in facts:
        return None
    every = parse_duration(facts["every"]) if "every" in facts else None
    return Schedule(due=datetime.fromisoformat(facts["due"]), count=facts.get("count", 1), every=every)


def rescheduled(token: Token) -> bool:
    """Set a timer that has fired to its next moment; False when it fires no more."""
    timer = timer_of(token)
    try:
        following = timer.following(surroundings_of(token).now) if timer is not None else None
    except NotATimer:  # the next time lies beyond the calendar, so there is none
        return False
    if following is None:
        return False
    token.facts.update(timer_facts(following))
    return True

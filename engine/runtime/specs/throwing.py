"""Events that are thrown: by intermediate and end events, and by loops as their instances complete."""

from engine.bpmn.model import (
    CancelTrigger,
    ErrorTrigger,
    EscalationTrigger,
    MessageTrigger,
    SendWork,
    SignalTrigger,
    TerminateTrigger,
    Trigger,
)
from engine.runtime.contract import ThrownSignal
from engine.runtime.expressions import resolve_certain, resolve_spoken
from engine.runtime.specs.activities import ServiceTask, send_message
from engine.runtime.specs.flow_node import FlowNode, surroundings_of
from engine.runtime.thrown import (
    ThrownCancellation,
    ThrownError,
    ThrownEscalation,
    ThrownTermination,
    ThrownWithin,
)
from engine.runtime.tokens import Token


class Throwing(FlowNode):
    """An event that is sent: an intermediate throw or an end."""

    def perform(self, token: Token) -> bool:
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
        listening = frozenset(
            other.id for other in case.index.standing.values() if other.facts.get("signal") == name
        )
        case.thrown.append(ThrownWithin(payload=dict(token.local), listening=listening))
    elif isinstance(trigger, TerminateTrigger):
        case.thrown.append(ThrownTermination(token=token))
    elif isinstance(trigger, CancelTrigger):
        case.thrown.append(ThrownCancellation(token=token))
    elif isinstance(trigger, MessageTrigger):
        send_message(token, SendWork(message=trigger.name, key=trigger.key))

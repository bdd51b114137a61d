"""Activities without an inside: tasks done by a person, an agency, an expression, a decision or a message."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn.model import DecisionWork, Node, ScriptWork, SendWork, ServiceWork, UserWork
from engine.runtime.contract import TakenDecision, ThrownMessage
from engine.runtime.expressions import resolve_certain, value_of
from engine.runtime.library import WorkflowSpec
from engine.runtime.specs.flow_node import FlowNode, start_processes, surroundings_of
from engine.runtime.tokens import RuntimeToken


class Activity(FlowNode):
    """Work that begins with an input mapping and ends with results."""

    def arrive(self, token: RuntimeToken) -> None:
        """Read data objects, then apply the input mapping."""
        for read in self.node.reads:
            if read.source in token.context:
                token.local = {**token.local, read.target: token.context[read.source]}
        super().arrive(token)

    def finish(self, token: RuntimeToken, results: Mapping[str, Any]) -> None:
        """Complete a token that waits, with the results of its work."""
        self.absorb(token, results)
        token.complete()

    def absorb(self, token: RuntimeToken, results: Mapping[str, Any]) -> None:
        """Take the results into the variables, and write data objects."""
        seen = {**token.context, **results}
        super().absorb(token, results)
        written = {write.target: seen[write.source] for write in self.node.writes if write.source in seen}
        token.write(written)


class NoneTask(Activity):
    """A task that says nothing about how it is done; it is passed."""

    def perform(self, token: RuntimeToken) -> bool:
        self.absorb(token, {})
        return True


class PersonTask(Activity):
    """A user or manual task: ready for a person, and completed by one."""

    def __init__(
        self, container: WorkflowSpec, node: Node, work: UserWork, *, name: str | None = None
    ) -> None:
        super().__init__(container, node, name=name)
        self.work = work
        self.manual = True


class ServiceTaskSpec(Activity):
    """Work of an agency or a system: it is started here, and answered in its own time.

    A step calls nobody.
    """

    def __init__(
        self, container: WorkflowSpec, node: Node, work: ServiceWork, *, name: str | None = None
    ) -> None:
        super().__init__(container, node, name=name)
        self.work = work

    def perform(self, token: RuntimeToken) -> bool:
        del token
        return False


class ScriptTask(Activity):
    """A FEEL expression, evaluated within the step."""

    def __init__(
        self, container: WorkflowSpec, node: Node, work: ScriptWork, *, name: str | None = None
    ) -> None:
        super().__init__(container, node, name=name)
        self.work = work

    def perform(self, token: RuntimeToken) -> bool:
        """Evaluate it; without a result variable, the entries of a context become variables."""
        work = self.work
        value = value_of(work.expression, token.context, surroundings_of(token))
        if work.result is not None:
            self.absorb(token, {work.result: value})
        else:
            self.absorb(token, value if isinstance(value, Mapping) else {})
        return True


class DecisionTask(Activity):
    """A DMN decision of the same definition, made within the step."""

    def __init__(
        self, container: WorkflowSpec, node: Node, work: DecisionWork, *, name: str | None = None
    ) -> None:
        super().__init__(container, node, name=name)
        self.work = work

    def perform(self, token: RuntimeToken) -> bool:
        """Decide; a decision that comes to nothing for a reason is a fault."""
        work = self.work
        surroundings = surroundings_of(token)
        decision = resolve_certain(work.decision, token.context, surroundings)
        case = token.workflow.top_workflow
        inputs = {**token.context, **surroundings.names}
        outcome = case.definition.decisions.decide(
            decision,
            inputs,
            element_id=self.node.id,
            now=surroundings.local_now,
            version_tag=work.version_tag,
        )
        case.decisions.append(
            TakenDecision(element_id=self.node.id, decision_id=decision, rules=outcome.rules)
        )
        self.absorb(token, {work.result: outcome.value})
        return True


class SendTask(Activity):
    """A message that leaves the case at once, carrying what the input mapping names."""

    def __init__(
        self, container: WorkflowSpec, node: Node, work: SendWork, *, name: str | None = None
    ) -> None:
        super().__init__(container, node, name=name)
        self.work = work

    def perform(self, token: RuntimeToken) -> bool:
        work = self.work
        send_message(token, work)
        self.absorb(token, {})
        return True


def send_message(token: RuntimeToken, work: SendWork) -> None:
    """Note a message for the caller to route; its variables are those of the input mapping, and no others.

    A message that starts a process of the same definition has found its way already.
    """
    surroundings = surroundings_of(token)
    message = ThrownMessage(
        message=resolve_certain(work.message, token.context, surroundings),
        correlation_key=resolve_certain(work.key, token.context, surroundings)
        if work.key is not None
        else None,
        variables=dict(token.local),
    )
    if not start_processes(token, message.message, message.variables):
        token.workflow.top_workflow.thrown_messages.append(message)

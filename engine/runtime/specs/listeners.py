"""Listeners: service tasks before and after an element, within its own scope.

The token goes from one to the next, through the element, and takes the element's own variables along. What
one before the element answers is a variable of the element; what one after it answers is one around it.
"""

from collections.abc import Mapping
from typing import Any

from engine.bpmn.model import Listener, Node, ServiceWork
from engine.runtime.library import WorkflowSpec
from engine.runtime.specs.activities import ServiceTaskSpec
from engine.runtime.specs.flow_node import FlowNode
from engine.runtime.tokens import RuntimeToken

ENTRANCE = "entrance"
"""The fact that names the start event at which a process begins when its listeners are done."""


def listener_name(node_id: str, number: int, *, before: bool) -> str:
    """The name of the spec of a listener, which is also the element that its service task is known by."""
    return f"{node_id} ({'start' if before else 'end'} listener {number})"


def leaving_name(node_id: str) -> str:
    """The name of the spec from which the flows of an element with listeners leave."""
    return f"{node_id} (leaves)"


OPENING = "(opens)"
"""The name of the spec at which a process begins when the listeners before it are done."""


class ListenerTask(ServiceTaskSpec):
    """Work of an agency or a system that belongs to an element and is not the element's own."""

    drawn = False
    leads_within = True

    def __init__(self, container: WorkflowSpec, node: Node, listener: Listener, *, name: str) -> None:
        work = ServiceWork(topic=listener.topic, retries=listener.retries, headers=listener.headers)
        super().__init__(container, node, work, name=name)
        self._before = listener.before

    def absorb(self, token: RuntimeToken, results: Mapping[str, Any]) -> None:
        """Before the element the results are its own variables; after it they are variables around it."""
        if self._before:
            token.local = {**token.local, **results}
        else:
            token.write(results)


class Leaving(FlowNode):
    """Where an element is left by its flows, when the listeners after it are done."""

    drawn = False


class ProcessListenerTask(ListenerTask):
    """A listener of a process: its results are variables of the process."""

    def absorb(self, token: RuntimeToken, results: Mapping[str, Any]) -> None:
        token.write(results)

    def send(self, token: RuntimeToken, spec_name: str, *, flow_id: str | None = None) -> RuntimeToken:
        """Go on, and remember where the process begins."""
        sent = super().send(token, spec_name, flow_id=flow_id)
        if ENTRANCE in token.facts:
            sent.facts[ENTRANCE] = token.facts[ENTRANCE]
        return sent


class Opening(FlowNode):
    """Where a process begins when the listeners before it are done."""

    drawn = False

    def _on_complete_hook(self, my_task: RuntimeToken) -> None:
        scope = my_task.workflow
        scope.spec.start.begin_inside(scope.root, my_task.facts.get(ENTRANCE))

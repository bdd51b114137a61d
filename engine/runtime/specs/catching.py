"""Events that are waited for: start events, intermediate events and receive tasks."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn.model import Node, Trigger
from engine.bpmn.timers import FOREVER
from engine.runtime.branches import remove
from engine.runtime.library import WorkflowSpec
from engine.runtime.specs.activities import Activity
from engine.runtime.specs.flow_node import FlowNode
from engine.runtime.specs.gateways import EventGateway
from engine.runtime.specs.waiting import registration, rescheduled
from engine.runtime.tokens import Token

BROUGHT = "brought"
"""The fact that keeps what the other definitions of the same event have brought."""


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
        return [
            other
            for other in token.origin.children
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
        origin = token.origin
        if isinstance(origin.task_spec, EventGateway):
            for other in list(origin.children):
                if other is not token:
                    remove(other)
        elif token.facts.get("count", FOREVER) != FOREVER and rescheduled(token):
            again = Token(token.workflow, self, origin)
            again.task_spec.absorb(again, payload)
            again.make_ready()
            return
        self.absorb(token, payload)
        token.facts.clear()
        token.make_ready()


class FirstReceiveTask(Activity):
    """A receive task that begins its process: what the process begins with is what its message brought."""

    def perform(self, token: Token) -> bool:
        """Take the message; nothing is waited for."""
        self.absorb(token, token.data)
        return True


class ReceiveTask(Catching, Activity):
    """A task that waits for a message; the message's variables are its results."""

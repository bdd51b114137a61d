"""The spec of a process or sub-process: its nodes, and where its tokens begin."""

from __future__ import annotations

from engine.bpmn.model import Container
from engine.runtime.library import BpmnProcessSpec, WorkflowSpec
from engine.runtime.specs.flow_node import FlowNode
from engine.runtime.tokens import Token

ROOT = "(root)"
"""The name of the spec of the first token. No element has it: XML ids hold no brackets."""


class ContainerSpec(BpmnProcessSpec):  # type: ignore[misc]  # the library's class carries no types
    """The library's process spec without its generated nodes: elements may have their names as ids."""

    name: str
    task_specs: dict[str, FlowNode]
    start: Root

    def __init__(self, container: Container) -> None:
        # The library's own constructor would generate those nodes, so the one above it is called.
        WorkflowSpec.__init__(self, name=container.id, filename=container.place.file)
        self.container = container
        self.svg = None
        self.io_specification = None
        self.data_objects: dict[str, object] = {}
        self.data_stores: dict[str, object] = {}
        self.correlation_keys: dict[str, object] = {}
        self.bpmn_start_events: list[FlowNode] = []

    def _add_notify(self, task_spec: FlowNode) -> None:
        WorkflowSpec._add_notify(self, task_spec)  # noqa: SLF001 - the library's way to register a spec


class Root(FlowNode):
    """The first token of a scope: opens the event sub-processes, then sends tokens to where it begins."""

    drawn = False
    passive = True
    leads_to: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    compensator: str | None = None
    """The event sub-process that undoes the container, if it has one."""

    def begin(self, root: Token, entrance: str | None = None) -> None:
        """Send the first tokens: to `entrance`, or to everything the container begins with."""
        root.mark_left()
        for name in (*self.opens, *((entrance,) if entrance is not None else self.leads_to)):
            self.send(root, name).enter()

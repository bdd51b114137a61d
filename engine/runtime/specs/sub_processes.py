"""Processes and sub-processes: where their tokens begin, called ones, and those that an event starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.model import CallWork, Container, Node, SubProcessWork, TimerTrigger
from engine.bpmn.shared_parts import CASE_NAMES, part_name
from engine.runtime.branches import clear, remove
from engine.runtime.expressions import resolve_certain
from engine.runtime.faults import RuntimeFault
from engine.runtime.library import BpmnProcessSpec, WorkflowSpec
from engine.runtime.specs.activities import Activity
from engine.runtime.specs.events import Catching, begun_with
from engine.runtime.specs.flow_node import FlowNode, surroundings_of
from engine.runtime.specs.listeners import ENTRANCE
from engine.runtime.specs.timers import rescheduled
from engine.runtime.tokens import InnerScope, RuntimeScope, RuntimeToken

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
    listens_before: str | None = None
    listens_after: str | None = None
    """The first listener of a process before it begins, and the first after it has ended."""

    def begin(self, root: RuntimeToken, entrance: str | None = None) -> None:
        """Send the first tokens: to `entrance`, or to everything the container begins with."""
        root.mark_left()
        if self.listens_before is None:
            self.begin_inside(root, entrance)
            return
        listening = self.send(root, self.listens_before)
        listening.facts.update({ENTRANCE: entrance} if entrance is not None else {})
        listening.enter()

    def begin_inside(self, root: RuntimeToken, entrance: str | None = None) -> None:
        """Open the event sub-processes, and begin."""
        for name in (*self.opens, *((entrance,) if entrance is not None else self.leads_to)):
            self.send(root, name).enter()


class ScopeActivity(Activity):
    """An activity that opens a scope and waits until it is done."""

    def perform(self, token: RuntimeToken) -> bool:
        scope = token.workflow.top_workflow.open_scope(self.container_of(token), token)
        scope.variables = self.inner_data(token)
        begin(scope)
        return False

    def container_of(self, token: RuntimeToken) -> ContainerSpec:
        raise NotImplementedError

    def inner_data(self, token: RuntimeToken) -> Mapping[str, Any]:
        """The variables that the scope begins with, where it has its own."""
        del token
        return {}

    def scope_ended(self, token: RuntimeToken, scope: RuntimeScope) -> None:
        """Go on after the scope. The variables of the activity's own scope stay behind."""
        self.absorb_scope(token, scope)
        token.complete()

    def absorb_scope(self, token: RuntimeToken, scope: RuntimeScope) -> None:
        """Let out of the scope what leaves it at its end."""
        del scope
        self.absorb(token, {})


class SubProcess(ScopeActivity):
    """An embedded sub-process or transaction: its variables are those around it, and its own.

    With an output mapping, what is written inside stays inside, and the mapping says what leaves.
    """

    shares_variables = True

    def __init__(
        self, container: WorkflowSpec, node: Node, work: SubProcessWork, *, name: str | None = None
    ) -> None:
        super().__init__(container, node, name=name)
        self.work = work
        self.keeps_inside = bool(node.outputs)

    def container_of(self, token: RuntimeToken) -> ContainerSpec:
        return token.workflow.top_workflow.definition.containers[self.work.container]


class CallActivity(ScopeActivity):
    """A called process, with the variables that are passed to it and back.

    A shared part is given the parties, the case and what the input mapping names, and gives back what the
    output mapping names.
    """

    def __init__(
        self, container: WorkflowSpec, node: Node, work: CallWork, *, name: str | None = None
    ) -> None:
        super().__init__(container, node, name=name)
        self.work = work
        self.calls_part = isinstance(work.process, str) and part_name(work.process) is not None

    def container_of(self, token: RuntimeToken) -> ContainerSpec:
        """The called process; one that does not exist (its id is an expression) is a fault.

        So is a shared part that an expression names: its mappings could not be checked.
        """
        process = resolve_certain(self.work.process, token.context, surroundings_of(token))
        definition = token.workflow.top_workflow.definition
        called = definition.containers[process] if process in definition.process_ids else None
        if not self.calls_part and part_name(process) is not None:
            called = None
        if called is None or self.work.version_tag not in {None, called.container.version_tag}:
            tag = self.work.version_tag
            tagged = f" with the version tag {tag!r}" if tag is not None else ""
            message = f"Expected the id of a process of the bundle{tagged}, found {process!r}"
            raise RuntimeFault("unknown_process", message, element_id=self.node.id)
        return called

    def inner_data(self, token: RuntimeToken) -> Mapping[str, Any]:
        """Everything, or only what the input mapping names."""
        if self.calls_part:
            known = token.context
            return {**{name: known[name] for name in CASE_NAMES if name in known}, **token.local}
        return token.context if self.work.all_parent_variables else token.local

    def absorb_scope(self, token: RuntimeToken, scope: RuntimeScope) -> None:
        """Everything that was written inside, or only what the output mapping names."""
        if self.node.outputs:
            self.absorb(token, scope.variables)
        elif self.work.all_child_variables and not self.calls_part:
            self.absorb(token, {name: scope.variables[name] for name in sorted(scope.written)})
        else:
            self.absorb(token, {})


class EventSubProcessStart(Catching):
    """What an event sub-process waits for, open as long as its scope is."""

    passive = True
    drawn = False
    leads_to: str = ""

    def fire(self, token: RuntimeToken, payload: Mapping[str, Any]) -> None:
        """Start the event sub-process: instead of everything else in the scope, or beside it."""
        scope = token.workflow
        self.absorb(token, payload)
        started = RuntimeToken(scope, scope.spec.task_specs[self.leads_to], scope.root)
        if self.node.interrupting:
            clear(scope, keep=started)
        elif isinstance(self.trigger, TimerTrigger) and not rescheduled(token):
            remove(token)
        started.enter()


class EventSubProcess(SubProcess):
    """A sub-process that an event has started, in the scope that it belongs to."""


class StartedProcess(ScopeActivity):
    """A process that a message or signal of the case has started. Its variables are its own."""

    drawn = False

    def perform(self, token: RuntimeToken) -> bool:
        """Open it at the start event that caught."""
        scope = token.workflow.top_workflow.open_scope(self.container_of(token), token)
        entrance = scope.spec.task_specs[token.facts["entrance"]]
        scope.variables = begun_with(entrance.node, token.facts["payload"], {}, surroundings_of(token))
        begin(scope, entrance=entrance.name)
        return False

    def container_of(self, token: RuntimeToken) -> ContainerSpec:
        return token.workflow.top_workflow.definition.containers[token.facts["process"]]

    def absorb_scope(self, token: RuntimeToken, scope: RuntimeScope) -> None:
        """Nothing leaves it but what it throws."""


def begin(scope: InnerScope, *, entrance: str | None = None) -> None:
    """Put the first tokens into a scope: where it begins, or at one start event."""
    scope.spec.start.begin(scope.plant(scope.spec.start), entrance)

"""A running case: the tokens that stand in it, and a scope for each open process and sub-process.

They are the library's tasks and workflows without predictions, log lines or clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from engine.runtime.contract import (
    PassedElement,
    Surroundings,
    TakenDecision,
    TakenFlow,
    ThrownMessage,
    ThrownSignal,
)
from engine.runtime.faults import RuntimeFault, RuntimeLimits
from engine.runtime.library import BpmnSubWorkflow, BpmnWorkflow, Task, TaskState

if TYPE_CHECKING:
    from engine.runtime.definitions import ParsedDefinition
    from engine.runtime.specs.events import Thrown
    from engine.runtime.specs.flow_node import FlowNode
    from engine.runtime.specs.sub_processes import ContainerSpec


_STANDING = TaskState.READY | TaskState.STARTED | TaskState.WAITING
_ALIVE = _STANDING | TaskState.FUTURE

RECORDED = "recorded"
"""The fact with the variables that an element sees which undoes another: as they were when that was done."""


class RuntimeToken(Task):  # type: ignore[misc]  # the library's class carries no types
    """A visit of one flow node.

    `local` holds the variables of the element's own scope: never changed in place, always replaced. `facts`
    is what the element's spec remembers between steps. `serial` orders tokens by when they last did
    something. `waiting` is a token for an event or for other tokens, `completed` one that has left its
    element, `alive` one that still stands somewhere; `listed` is where the index has it.
    """

    parent: RuntimeToken | None = None
    """The token this one came from, in the trimmed tree; in the library, a property that looks it up."""
    children: list[RuntimeToken] = []  # noqa: RUF012 - hides the library's property; each token gets a list of its own

    id: UUID
    workflow: RuntimeScope
    task_spec: FlowNode

    def __init__(
        self,
        scope: RuntimeScope,
        spec: FlowNode,
        parent: RuntimeToken | None,
        *,
        arrived_by: str | None = None,
        id: UUID | None = None,  # noqa: A002 - the library's name
    ) -> None:
        # The library's constructor reads the clock for every task, so it is not called; these are its
        # attributes.
        self.id = id or uuid4()
        self.workflow = scope
        self.task_spec = spec
        self.triggered = False
        self._state = 0
        self.facts: dict[str, Any] = {}
        self.parent = parent
        self.children = []
        self.waiting = self.completed = self.alive = False
        self.listed: dict[UUID, RuntimeToken] | None = None
        self.local: Mapping[str, Any] = {}
        self.arrived_by = arrived_by
        case = scope.top_workflow
        case.serial += 1
        self.serial = case.serial
        scope.tasks[self.id] = self
        if parent is not None:
            parent.children.append(self)

    @property
    def around(self) -> Mapping[str, Any]:
        """The variables around the element: of its scope as they are now, or, to undo, as they were then."""
        recorded: Mapping[str, Any] | None = self.facts.get(RECORDED)
        return self.workflow.visible if recorded is None else recorded

    @property
    def context(self) -> Mapping[str, Any]:
        """Every variable that an expression at this element sees."""
        return {**self.around, **self.local} if self.local else self.around

    @property
    def data(self) -> Mapping[str, Any]:
        """What the element's results are written to, and what its leaving flows see."""
        return self.context if self.task_spec.keeps_results else self.around

    @property
    def origin(self) -> RuntimeToken:
        """The parent of a token that is not the first one; LookupError for that."""
        if self.parent is None:
            raise LookupError(f"expected a token that came from another, found the first one of {self.id}")
        return self.parent

    @property
    def present(self) -> bool:
        """Whether it is still part of its scope."""
        return self.id in self.workflow.tasks

    def write(self, values: Mapping[str, Any]) -> None:
        """Set variables around the element; an instance whose results are collected keeps them instead."""
        if self.task_spec.keeps_results:
            self.local = {**self.local, **values}
        elif values:
            self.workflow.write(values)

    def write_inside(self, values: Mapping[str, Any]) -> None:
        """Set variables as written inside the element: its own ones there, the others around it."""
        own = values if self.task_spec.keeps_inside else values.keys() & self.local.keys()
        if own:
            self.workflow.top_workflow.has_written = True
            self.local = {**self.local, **{name: values[name] for name in own}}
        if self.task_spec.shows_inside:
            self.write(values)
        elif len(own) < len(values):
            self.workflow.write({name: value for name, value in values.items() if name not in own})

    def wait(self) -> None:
        """Stand and wait for an event or for other tokens."""
        self._set_state(TaskState.WAITING)

    def start(self) -> None:
        """Stand and wait for an answer, or for what runs inside."""
        self._set_state(TaskState.STARTED)

    def make_ready(self) -> None:
        """Put it before the runner, or, at a task for a person, before that person."""
        self._set_state(TaskState.READY)

    def enter(self) -> None:
        """Arrive at the element: its spec decides whether it is ready or waits."""
        self.task_spec._update(self)  # noqa: SLF001 - the library's way in

    def mark_left(self) -> None:
        """Count as left without doing anything: the first token of a scope is no visit of an element."""
        self._set_state(TaskState.COMPLETED)

    def restore(self, state: int) -> None:
        self._set_state(state)

    def leave_index(self) -> None:
        """Be counted no more: the token is being removed."""
        self._set_state(TaskState.CANCELLED)

    def _set_state(self, value: int) -> None:
        before, self._state = self._state, value
        if before != value:
            self.waiting, self.completed = value == TaskState.WAITING, value == TaskState.COMPLETED
            self.alive = bool(value & _ALIVE)
            self.workflow.top_workflow.index.note(self, value, was_alive=bool(before & _ALIVE))


class NoScripts:
    """Stands where the library expects its Python script engine, and runs nothing: all is FEEL."""


def is_standing(spec: FlowNode, state: int) -> bool:
    """Whether a token at that element waits there for somebody or something: `TokenIndex.standing`."""
    return bool(state & _STANDING) and (state != TaskState.READY or spec.manual)


class TokenIndex:
    """The tokens of a case by what they stand for, so that nobody has to look through all of them."""

    def __init__(self, limits: RuntimeLimits) -> None:
        self.opening: dict[UUID, RuntimeToken] = {}
        self.ready: dict[UUID, RuntimeToken] = {}
        self.standing: dict[UUID, RuntimeToken] = {}
        self.quiet: deque[RuntimeScope] = deque()
        self._limits = limits
        self._alive = 0

    def note(self, token: RuntimeToken, state: int, *, was_alive: bool) -> None:
        """Keep the index true to a token that has come to `state`."""
        spec = token.task_spec
        if token.listed is not None:
            del token.listed[token.id]
            token.listed = None
        if state & _STANDING:
            token.listed = self.standing
            if state == TaskState.READY and not spec.manual:
                token.listed = self.ready if spec.drawn else self.opening
            token.listed[token.id] = token
        if token.alive == was_alive:
            return
        change = 1 if token.alive else -1
        self._alive += change
        if self._alive > self._limits.tokens:
            message = f"More than {self._limits.tokens} tokens are alive at once"
            raise RuntimeFault("limit_passed", message, element_id=spec.bpmn_id)
        if not spec.passive:
            token.workflow.busy += change
            if token.workflow.busy == 0:
                self.quiet.append(token.workflow)


class RuntimeScope:
    """What a case and the scopes inside it have in common: tokens, tied to the ones they came from.

    `root` is the one that every other came from. `busy` counts the tokens that keep the scope open.
    `compensations` remembers, in order, what can be undone. All tokens of a scope see and write the same
    variables. Those of a process are its `variables`, never changed in place, and `written` has the names of
    those set since it began; a sub-process sees and writes those around it.
    """

    spec: ContainerSpec
    tasks: dict[UUID, RuntimeToken]
    root: RuntimeToken
    top_workflow: RunningCase
    parent_token: RuntimeToken | None
    depth: int
    busy: int
    compensations: list[dict[str, Any]]
    variables: Mapping[str, Any]
    written: set[str]

    @property
    def has_variables(self) -> bool:
        """Whether its variables are its own: those of every process are."""
        return self.parent_token is None or not self.parent_token.task_spec.shares_variables

    @property
    def visible(self) -> Mapping[str, Any]:
        """The variables that every token of the scope sees, as they are now."""
        if self.parent_token is None or not self.parent_token.task_spec.shares_variables:
            return self.variables
        return self.parent_token.context

    def write(self, values: Mapping[str, Any]) -> None:
        """Set variables, for every token of the scope at once."""
        if self.parent_token is not None and self.parent_token.task_spec.shares_variables:
            self.parent_token.write_inside(values)
        else:
            self.top_workflow.has_written = True
            self.variables = {**self.variables, **values}
            self.written.update(values)

    @property
    def is_open(self) -> bool:
        """Whether the scope is still part of its case: others than the process end or are interrupted."""
        host = self.parent_token
        return host is None or self.top_workflow.subprocesses.get(host.id) is self

    def plant(self, spec: FlowNode) -> RuntimeToken:
        """The first token, which all others come from."""
        self.root = RuntimeToken(self, spec, None)
        return self.root


class InnerScope(RuntimeScope, BpmnSubWorkflow):  # type: ignore[misc]  # the library's class carries no types
    """The tokens of one open sub-process or called process."""

    def __init__(self, spec: ContainerSpec, parent: RuntimeToken, case: RunningCase) -> None:
        self.busy = 0
        self.parent_token = parent
        self._depth = parent.workflow.depth + 1
        self.compensations: list[dict[str, Any]] = []
        self.variables: Mapping[str, Any] = {}
        self.written: set[str] = set()
        super().__init__(spec, parent.id, case, deserializing=True)

    def _calculate_depth(self) -> int:
        return self._depth

    def _task_completed_notify(self, task: RuntimeToken) -> None:
        self.top_workflow._task_completed_notify(task)  # noqa: SLF001 - the library's name


class RunningCase(RuntimeScope, BpmnWorkflow):  # type: ignore[misc]  # the library's class carries no types
    """One case in memory, for the length of one step. Also the scope of its process.

    `has_written` says whether the step has set variables.
    """

    subprocesses: dict[UUID, InnerScope]

    def __init__(
        self, definition: ParsedDefinition, *, surroundings: Surroundings, limits: RuntimeLimits
    ) -> None:
        self.definition = definition
        self.surroundings = surroundings
        self.limits = limits
        self.index = TokenIndex(limits)
        self.busy = 0
        self.compensations = []
        self.variables = {}
        self.written = set()
        self.parent_token = None
        self.serial = 0
        self.has_written = False
        self.passed: list[PassedElement] = []
        self.decisions: list[TakenDecision] = []
        self.flows: dict[TakenFlow, None] = {}
        self.completed_elements: dict[str, None] = {}
        self.thrown: deque[Thrown] = deque()
        self.arrivals: deque[RuntimeToken] = deque()
        self.thrown_messages: list[ThrownMessage] = []
        self.thrown_signals: list[ThrownSignal] = []
        self.outcome: str | None = None
        super().__init__(
            definition.process, definition.containers, script_engine=NoScripts(), deserializing=True
        )

    def scopes(self) -> Iterator[RuntimeScope]:
        """Every open scope, the process first, outer ones before inner ones."""
        yield self
        yield from self.subprocesses.values()

    def open_scope(self, spec: ContainerSpec, parent: RuntimeToken) -> InnerScope:
        """A new scope inside `parent`; too many inside each other are a `RuntimeFault`."""
        scope = InnerScope(spec, parent, self)
        if scope.depth > self.limits.call_depth:
            message = (
                f"More than {self.limits.call_depth} processes and sub-processes are open inside each other"
            )
            raise RuntimeFault("limit_passed", message, element_id=parent.task_spec.bpmn_id)
        self.subprocesses[parent.id] = scope
        return scope

    def note_flow(self, flow_id: str, file: str) -> None:
        """Remember that a token went on a sequence flow of that diagram."""
        self.flows[TakenFlow(flow_id=flow_id, file=file)] = None

    def _task_completed_notify(self, task: RuntimeToken) -> None:
        """Remember that an element of the diagram was left."""
        self.serial += 1
        task.serial = self.serial
        spec = task.task_spec
        if not spec.drawn:
            return
        node = spec.node
        self.completed_elements[node.id] = None
        file = node.place.file
        self.passed.append(
            PassedElement(element_id=node.id, kind=node.kind, name=node.name, legal=spec.legal, file=file)
        )
        if task.arrived_by is not None:
            self.note_flow(task.arrived_by, file)
        if node.kind == "endEvent" and task.workflow is self:
            self.outcome = node.id

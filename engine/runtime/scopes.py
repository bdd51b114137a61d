"""A running case and the scopes inside it: one for each open process and sub-process."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.runtime.contract import PassedElement, Surroundings, TakenDecision, ThrownMessage, ThrownSignal
from engine.runtime.faults import Fault
from engine.runtime.library import BpmnSubWorkflow, BpmnWorkflow, TaskState
from engine.runtime.limits import Limits
from engine.runtime.tokens import Token

if TYPE_CHECKING:
    from engine.runtime.definitions import ParsedDefinition
    from engine.runtime.specs.container import ContainerSpec
    from engine.runtime.specs.flow_node import FlowNode
    from engine.runtime.thrown import Thrown


_STANDING = TaskState.READY | TaskState.STARTED | TaskState.WAITING


class NoScripts:
    """Stands where the library expects its Python script engine, and runs nothing: all is FEEL."""


class TokenIndex:
    """The tokens of a case by what they stand for, so that nobody has to look through all of them."""

    def __init__(self, limits: Limits) -> None:
        self.opening: dict[UUID, Token] = {}
        self.ready: dict[UUID, Token] = {}
        self.standing: dict[UUID, Token] = {}
        self.quiet: deque[TokenTree] = deque()
        self._limits = limits
        self._alive = 0

    def note(self, token: Token, state: int, *, was_alive: bool) -> None:
        """Keep the index true to a token that has come to `state`."""
        token_id, spec = token.id, token.task_spec
        self.opening.pop(token_id, None)
        self.ready.pop(token_id, None)
        self.standing.pop(token_id, None)
        if state == TaskState.READY and not spec.manual:
            (self.ready if spec.drawn else self.opening)[token_id] = token
        elif state & _STANDING:
            self.standing[token_id] = token
        if token.alive == was_alive:
            return
        change = 1 if token.alive else -1
        self._alive += change
        if self._alive > self._limits.tokens:
            message = f"More than {self._limits.tokens} tokens are alive at once"
            raise Fault("limit_passed", message, element_id=spec.bpmn_id)
        if not spec.passive:
            token.workflow.busy += change
            if token.workflow.busy == 0:
                self.quiet.append(token.workflow)


class TokenTree:
    """What a case and the scopes inside it have in common: tokens, tied to the ones they came from.

    `root` is the one that every other came from. `busy` counts the tokens that keep the scope open.
    `compensations` remembers, in order, what can be undone.
    """

    spec: ContainerSpec
    tasks: dict[UUID, Token]
    root: Token
    top_workflow: Case
    parent_token: Token | None
    depth: int
    busy: int
    compensations: list[dict[str, Any]]

    @property
    def is_open(self) -> bool:
        """Whether the scope is still part of its case: others than the process end or are interrupted."""
        host = self.parent_token
        return host is None or self.top_workflow.subprocesses.get(host.id) is self

    def plant(self, spec: FlowNode) -> Token:
        """The first token, which all others come from."""
        self.root = Token(self, spec, None)
        return self.root


class Scope(TokenTree, BpmnSubWorkflow):  # type: ignore[misc]  # the library's class carries no types
    """The tokens of one open sub-process or called process."""

    def __init__(self, spec: ContainerSpec, parent: Token, case: Case) -> None:
        self.busy = 0
        self.parent_token = parent
        self._depth = parent.workflow.depth + 1
        self.compensations: list[dict[str, Any]] = []
        super().__init__(spec, parent.id, case, deserializing=True)

    def _calculate_depth(self) -> int:
        return self._depth

    def _task_completed_notify(self, task: Token) -> None:
        self.top_workflow._task_completed_notify(task)  # noqa: SLF001 - the library's name


class Case(TokenTree, BpmnWorkflow):  # type: ignore[misc]  # the library's class carries no types
    """One case in memory, for the length of one step. Also the scope of its process."""

    subprocesses: dict[UUID, Scope]

    def __init__(self, definition: ParsedDefinition, *, surroundings: Surroundings, limits: Limits) -> None:
        self.definition = definition
        self.surroundings = surroundings
        self.limits = limits
        self.index = TokenIndex(limits)
        self.busy = 0
        self.compensations = []
        self.parent_token = None
        self.serial = 0
        self.passed: list[PassedElement] = []
        self.decisions: list[TakenDecision] = []
        self.completed_elements: dict[str, None] = {}
        self.thrown: deque[Thrown] = deque()
        self.arrivals: deque[Token] = deque()
        self.thrown_messages: list[ThrownMessage] = []
        self.thrown_signals: list[ThrownSignal] = []
        self.final_data: Mapping[str, Any] | None = None
        self.outcome: str | None = None
        super().__init__(
            definition.process, definition.containers, script_engine=NoScripts(), deserializing=True
        )

    def scopes(self) -> Iterator[TokenTree]:
        """Every open scope, the process first, outer ones before inner ones."""
        yield self
        yield from self.subprocesses.values()

    def open_scope(self, spec: ContainerSpec, parent: Token) -> Scope:
        """A new scope inside `parent`; too many inside each other are a `Fault`."""
        scope = Scope(spec, parent, self)
        if scope.depth > self.limits.call_depth:
            message = (
                f"More than {self.limits.call_depth} processes and sub-processes are open inside each other"
            )
            raise Fault("limit_passed", message, element_id=parent.task_spec.bpmn_id)
        self.subprocesses[parent.id] = scope
        return scope

    def _task_completed_notify(self, task: Token) -> None:
        """Remember that an element of the diagram was left."""
        self.serial += 1
        task.serial = self.serial
        spec = task.task_spec
        if not spec.drawn:
            return
        node = spec.node
        self.completed_elements[node.id] = None
        self.passed.append(PassedElement(element_id=node.id, kind=node.kind, name=node.name))
        if node.kind == "endEvent" and task.workflow is self:
            self.outcome = node.id

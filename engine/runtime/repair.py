"""Repairs by a person: variables corrected, tokens moved to another element."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.runtime.branches import remove
from engine.runtime.contract import StepRefused
from engine.runtime.specs.events import BoundaryEvent
from engine.runtime.specs.flow_node import EventGateway, FlowNode, Join
from engine.runtime.specs.listeners import ListenerTask
from engine.runtime.specs.sub_processes import EventSubProcess, EventSubProcessStart
from engine.runtime.tokens import RECORDED, RunningCase, RuntimeScope, RuntimeToken

_STANDS_BEFORE = ("(quantity)", "(start listener 1)", "(split)", "(any)")
"""What the engine puts before an element, in the order in which tokens meet it."""


def correct(case: RunningCase, path: Sequence[str], value: Any) -> None:
    """Set the variable at `path` wherever the case holds it: in processes, and in elements' own scopes."""
    correction = _Correction(path, value)
    for scope in case.scopes():
        if scope.has_variables:
            scope.variables = correction.applied(scope.variables)
        for token in scope.tasks.values():
            if path[0] in token.local:
                token.local = correction.applied(token.local)
            if RECORDED in token.facts:
                token.facts[RECORDED] = correction.applied(token.facts[RECORDED])


class _Correction:
    """Puts one value at a path; what was one shared value stays one."""

    def __init__(self, path: Sequence[str], value: Any) -> None:
        self._path = path
        self._value = value
        self._corrected: dict[int, Any] = {}
        self._seen: list[Any] = []

    def applied(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        first = self._path[0]
        before = variables.get(first)
        if id(before) not in self._corrected:
            # A value must outlive its place in the table, or another could come to have its id.
            self._seen.append(before)
            self._corrected[id(before)] = self._placed(before, 1)
        return {**variables, first: self._corrected[id(before)]}

    def _placed(self, holder: Any, depth: int) -> Any:
        if depth == len(self._path):
            return self._value
        if holder is not None and not isinstance(holder, Mapping):
            where = ".".join(self._path[:depth])
            raise StepRefused(f"Expected {where} to be a context, found a {type(holder).__name__}")
        inner = dict(holder or {})
        name = self._path[depth]
        inner[name] = self._placed(inner.get(name), depth + 1)
        return inner


def move(case: RunningCase, *, source: str, target: str) -> None:
    """Take the token that stands at `source` away, and begin at `target` with its variables."""
    token = _standing_at(case, source)
    scope = token.workflow
    spec = _beginning_at(scope, target)
    outermost = _outermost(token)
    moved = RuntimeToken(scope, spec, outermost.parent)
    remove(outermost)
    moved.enter()


def ways(case: RunningCase) -> dict[str, tuple[str, ...]]:
    """Where one token stands alone, each place with the elements that `move` would begin with it."""
    found: dict[str, tuple[str, ...]] = {}
    for element_id in dict.fromkeys(token.task_spec.node.id for token in case.index.standing.values()):
        try:
            scope = _standing_at(case, element_id).workflow
        except StepRefused:
            continue
        found[element_id] = tuple(name for name in scope.spec.task_specs if _can_begin(scope, name))
    return found


def _can_begin(scope: RuntimeScope, element_id: str) -> bool:
    try:
        _beginning_at(scope, element_id)
    except StepRefused:
        return False
    return True


def _standing_at(case: RunningCase, element_id: str) -> RuntimeToken:
    here = [
        token
        for token in case.index.standing.values()
        if token.task_spec.node.id == element_id
        and (token.task_spec.drawn or isinstance(token.task_spec, ListenerTask) or token.parent is None)
        and not token.task_spec.passive
    ]
    if len({_outermost(token).id for token in here}) != 1:
        found = len(here) or "none"
        raise StepRefused(f"Expected one token to stand at {element_id}, found {found}")
    return here[0]


def _outermost(token: RuntimeToken) -> RuntimeToken:
    """The token that stands for the whole element: for what is on its edge, or waits instead of it, too."""
    while (parent := token.parent) is not None:
        is_same = parent.task_spec.node is token.task_spec.node
        if not is_same and not isinstance(parent.task_spec, EventGateway):
            break
        token = parent
    return token


def _beginning_at(scope: RuntimeScope, element_id: str) -> FlowNode:
    specs = scope.spec.task_specs
    spec = specs.get(element_id)
    if spec is None or not spec.drawn or spec is scope.spec.start:
        raise StepRefused(f"Expected an element beside the one that is left, found {element_id!r}")
    if isinstance(spec, BoundaryEvent | EventSubProcess | EventSubProcessStart) or spec.node.for_compensation:
        raise StepRefused(f"Expected an element that flows lead to, found the {spec.node.kind} {element_id}")
    if isinstance(spec, Join) and len(spec.incoming) > 1:
        raise StepRefused(
            f"Expected an element that one token can begin, found the join {element_id}: name what follows it"
        )
    before = (specs.get(f"{element_id} {mark}") for mark in _STANDS_BEFORE)
    return next((found for found in before if found is not None), spec)

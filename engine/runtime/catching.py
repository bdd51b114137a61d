"""Brings events to whoever catches them: errors outwards, signals across the case, timers when due."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.model import (
    CancelTrigger,
    ErrorTrigger,
    EscalationTrigger,
    TimerTrigger,
)
from engine.runtime.branches import clear, remove
from engine.runtime.faults import RuntimeFault
from engine.runtime.specs.compensation import UNDO
from engine.runtime.specs.events import (
    BoundaryEvent,
    Catching,
    Thrown,
    ThrownCancellation,
    ThrownError,
    ThrownEscalation,
    ThrownSignalWithin,
    ThrownTermination,
    host_of,
)
from engine.runtime.specs.flow_node import spec_of
from engine.runtime.specs.loops import ParentActivity
from engine.runtime.specs.sub_processes import EventSubProcessStart
from engine.runtime.specs.timers import timer_of
from engine.runtime.tokens import RunningCase, RuntimeScope, RuntimeToken


def bring(case: RunningCase, thrown: Thrown) -> None:
    """Bring what was thrown to its catcher. What a scope threw that has been interrupted since is void."""
    if not isinstance(thrown, ThrownSignalWithin) and not thrown.token.workflow.is_open:
        return
    if isinstance(thrown, ThrownError):
        bring_error(thrown)
    elif isinstance(thrown, ThrownEscalation):
        _bring_escalation(thrown)
    elif isinstance(thrown, ThrownSignalWithin):
        _bring_signal(case, thrown)
    elif isinstance(thrown, ThrownTermination):
        _terminate(thrown)
    elif isinstance(thrown, ThrownCancellation):
        _cancel(thrown)


def bring_error(thrown: ThrownError) -> None:
    """Fire the nearest catcher of an error, outwards from where it was thrown; a code before a catch-all.

    None is a `RuntimeFault`.
    """
    for level in _outwards(thrown.token):
        catcher = _catcher(level, ErrorTrigger, "error", thrown.code)
        if catcher is not None:
            fire(catcher, thrown.payload)
            return
    code = thrown.code or "without a code"
    raise RuntimeFault(
        "uncaught_error", f"Nothing catches the error {code}", element_id=thrown.token.task_spec.node.id
    )


def _bring_escalation(thrown: ThrownEscalation) -> None:
    """Fire the nearest catcher of an escalation.

    One that nothing catches is no fault (BPMN 2.0.2, 10.5.7).
    """
    for level in _outwards(thrown.token):
        catcher = _catcher(level, EscalationTrigger, "escalation", thrown.code)
        if catcher is not None:
            fire(catcher, {})
            return


def _outwards(token: RuntimeToken) -> Iterator[list[RuntimeToken]]:
    """The events open around a token, level by level: on its edge, in its scope, and outwards."""
    current: RuntimeToken | None = token
    while current is not None:
        yield _edge_of(current)
        scope = current.workflow
        yield [child for child in scope.root.children if isinstance(child.task_spec, EventSubProcessStart)]
        current = scope.parent_token


def _edge_of(token: RuntimeToken) -> list[RuntimeToken]:
    parent = token.parent if token.present else None
    if parent is not None and isinstance(parent.task_spec, ParentActivity):
        token, parent = parent, parent.parent
    if parent is None:
        return []
    return [
        other
        for other in parent.children
        if isinstance(other.task_spec, BoundaryEvent) and host_of(other) is token and other.waiting
    ]


def _catcher(
    level: list[RuntimeToken], kind: type[ErrorTrigger | EscalationTrigger], fact: str, code: str | None
) -> RuntimeToken | None:
    open_here = [token for token in level if isinstance(_trigger(token), kind)]
    exact = [token for token in open_here if code is not None and token.facts.get(fact) == code]
    every = [token for token in open_here if token.facts.get(fact) is None]
    return next(iter(exact + every), None)


def _trigger(token: RuntimeToken) -> object:
    return token.task_spec.trigger if isinstance(token.task_spec, Catching) else None


def fire(token: RuntimeToken, payload: Mapping[str, Any]) -> None:
    """Let the event that a token waits for happen."""
    spec_of(token, Catching).happen(token, payload)


def _bring_signal(case: RunningCase, thrown: ThrownSignalWithin) -> None:
    for token in list(case.index.standing.values()):
        if (
            token.id in thrown.listening
            and token.waiting
            and token.present
            and isinstance(token.task_spec, Catching)
        ):
            fire(token, thrown.payload)


def _terminate(thrown: ThrownTermination) -> None:
    """Stop everything that still stands in the scope. What had been written before stays."""
    for token in list(thrown.token.workflow.tasks.values()):
        if token.present and token.alive:
            remove(token)


CANCELLED = "cancelled"
"""The fact by which the first token of a transaction knows that it is being undone."""


def _cancel(thrown: ThrownCancellation) -> None:
    """Stop the transaction and undo what it has completed; its cancel event goes on when that is done."""
    scope = thrown.token.workflow
    clear(scope)
    scope.root.facts[CANCELLED] = True
    RuntimeToken(scope, scope.spec.task_specs[UNDO], scope.root).enter()


def go_on_after_cancel(scope: RuntimeScope) -> None:
    """Leave an undone transaction by its cancel boundary event; without one the case is stuck."""
    host = scope.parent_token
    events = _edge_of(host) if host is not None else []
    catcher = next((token for token in events if isinstance(_trigger(token), CancelTrigger)), None)
    if catcher is None:
        raise RuntimeFault(
            "uncaught_cancel", "Nothing catches the cancelled transaction", element_id=scope.spec.name
        )
    fire(catcher, {})


def due_timers(case: RunningCase) -> list[RuntimeToken]:
    """The tokens whose timers are due, the earliest first."""
    waiting = [token for token in case.index.standing.values() if isinstance(_trigger(token), TimerTrigger)]
    now = case.surroundings.now
    due = [
        (timer.due, token) for token in waiting if (timer := timer_of(token)) is not None and timer.due <= now
    ]
    return [token for _, token in sorted(due, key=lambda pair: (pair[0], pair[1].serial))]

"""Where a running case stands, for whoever plays it: variables by scope, timers, messages waited for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.runtime.contract import OpenedSubscription
from engine.runtime.specs.timers import timer_of
from engine.runtime.step import opened_subscriptions
from engine.runtime.tokens import RunningCase, RuntimeToken


@dataclass(frozen=True, kw_only=True)
class ScopeVariables:
    """The variables that a scope has of its own.

    `element_id` is the process, the call activity that holds a process, or the activity that has them from
    its input mapping or as an instance of a loop.
    """

    element_id: str
    variables: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class WaitingTimer:
    """A timer that waits at an element; `due` is None while it stands still by its clock of the law."""

    element_id: str
    due: datetime | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a case stands: the outermost scope comes first, the timer that is due next comes first."""

    scopes: tuple[ScopeVariables, ...] = ()
    timers: tuple[WaitingTimer, ...] = ()
    events: tuple[OpenedSubscription, ...] = ()


def standing(case: RunningCase) -> Standing:
    """Everything of it, read from the tokens."""
    tokens = sorted(case.index.standing.values(), key=lambda token: token.serial)
    return Standing(
        scopes=tuple(
            ScopeVariables(element_id=element, variables=variables)
            for element, variables in (*_scopes(case), *_locals(tokens))
        ),
        timers=tuple(sorted(_timers(tokens), key=lambda timer: (timer.due is None, timer.due))),
        events=opened_subscriptions(case),
    )


def _scopes(case: RunningCase) -> list[tuple[str, Mapping[str, Any]]]:
    inner = [
        (scope.parent_token.task_spec.node.id, dict(scope.variables))
        for scope in case.subprocesses.values()
        if scope.has_variables and scope.parent_token is not None
    ]
    return [(case.spec.name, dict(case.variables)), *inner]


def _locals(tokens: list[RuntimeToken]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(token.task_spec.node.id, dict(token.local)) for token in tokens if token.local]


def _timers(tokens: list[RuntimeToken]) -> list[WaitingTimer]:
    return [
        WaitingTimer(
            element_id=token.task_spec.node.id, due=timer.due if (timer := timer_of(token)) else None
        )
        for token in tokens
        if token.facts.keys() & {"due", "clock"}
    ]

"""Reads snapshots of format 1, in which every token had variables of its own.

There a branch saw only what it had written itself, and joins merged branches three ways, against the data
they forked from. What was written on any branch of a scope becomes a variable of that scope, of two values
the one written later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import Any

from engine.runtime.library import TaskState
from engine.runtime.specs.flow_node import FlowNode
from engine.runtime.specs.loops import BEGUN, AdHocActivity
from engine.runtime.specs.sub_processes import ContainerSpec
from engine.runtime.tokens import RECORDED
from engine.runtime.values import decode, encode

EARLIER_FORMAT = 1
"""The number of the format that is read here."""

_GATHERED = "gathered"
"""The fact in which a loop, and what is like one, kept the variables with all that was done below it."""
_SINCE = "since"
"""The fact in which an undoing token kept the variables that what it undoes was completed with."""


@dataclass(kw_only=True)
class _Token:
    """A row of a token, with the variables that it had."""

    row: list[Any]
    spec: FlowNode
    data: Mapping[str, Any]
    local: Mapping[str, Any]
    facts: dict[str, Any]
    parent: "_Token | None"
    children: list["_Token"] = field(default_factory=list)
    inside: "_Scope | None" = None

    @property
    def serial(self) -> int:
        serial: int = self.row[4]
        return serial

    @property
    def has_left(self) -> bool:
        return bool(self.row[3] == TaskState.COMPLETED)


@dataclass(kw_only=True)
class _Scope:
    """A row of a scope, with its tokens, and the token that it is inside of."""

    row: Mapping[str, Any]
    host: _Token | None
    tokens: dict[str, _Token] = field(default_factory=dict)

    @property
    def root(self) -> _Token:
        return next(iter(self.tokens.values()))


@dataclass(frozen=True, kw_only=True)
class _View:
    """The variables at some place, and when the last that wrote them did something.

    What differs from `base` was written there.
    """

    data: Mapping[str, Any]
    base: Mapping[str, Any]
    serial: int


def upgraded(state: Mapping[str, Any], containers: Mapping[str, ContainerSpec]) -> dict[str, Any]:
    """The snapshot as the present format has it; KeyError where it knows an element that is not there."""
    scopes: list[_Scope] = []
    for row in state["scopes"]:
        host = next((scope.tokens[row["inside"]] for scope in scopes if row["inside"] in scope.tokens), None)
        scope = _Scope(row=row, host=host)
        for token_row in row["tokens"]:
            _add_token(scope, token_row, containers[row["body"]].task_specs)
        if host is not None:
            host.inside = scope
        scopes.append(scope)
    final = decode(state["final"])
    rows = [_scope_row(scope) for scope in scopes]
    if final is not None:
        rows[0]["variables"] = encode(final)
    return {
        "passed": state["completed"],
        "completed": final is not None,
        "outcome": state["outcome"],
        "serial": state["serial"],
        "scopes": rows,
    }


def _add_token(scope: _Scope, row: list[Any], specs: Mapping[str, FlowNode]) -> None:
    row = row + [None] * (11 - len(row))
    parent = scope.tokens[row[1]] if row[1] is not None else None
    changed, gone, local, facts = (
        decode(row[6] or {}),
        row[7] or (),
        decode(row[9] or {}),
        decode(row[10] or {}),
    )
    before = parent.data if parent is not None else {}
    data = {**{name: value for name, value in before.items() if name not in gone}, **changed}
    token = _Token(row=row, spec=specs[row[2]], data=data, local=local, facts=facts, parent=parent)
    scope.tokens[row[0]] = token
    if parent is not None:
        parent.children.append(token)


def _scope_row(scope: _Scope) -> dict[str, Any]:
    """The present row of a scope: every token of it sees what is written on all its branches."""
    host = scope.host
    own = host is None or not host.spec.shares_variables
    variables = _view(scope.root).data
    around = {**host.data, **host.local} if host is not None else {}
    written = sorted(name for name in variables if not same(around.get(name, MISSING), variables[name]))
    return {
        "body": scope.row["body"],
        "inside": scope.row["inside"],
        "variables": encode(dict(variables)) if own else None,
        "written": written if own and host is not None else [],
        "undo": scope.row["undo"],
        "tokens": [_token_row(token) for token in scope.tokens.values()],
    }


def _token_row(token: _Token) -> list[Any]:
    local, facts = _own(token), _present_facts(token)
    return [*token.row[:6], encode(local) if local else None, encode(facts) if facts else None]


def _own(token: _Token) -> dict[str, Any]:
    """The variables of the element's own scope, with what was written inside and does not leave it yet."""
    local = dict(token.local)
    if token.inside is not None and token.spec.shares_variables:
        inside = _view(token.inside.root).data
        local = {name: inside.get(name, value) for name, value in local.items()}
        if token.spec.keeps_inside:
            local |= _differing(inside, {**token.data, **local})
    if token.spec.keeps_results:
        local |= _differing(token.data, _base_of(token))
    return local


def _differing(data: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if not same(base.get(name, MISSING), value)}


def _base_of(token: _Token) -> Mapping[str, Any]:
    """The variables that a token came into being with."""
    if token.parent is None:
        return token.data
    base: Mapping[str, Any] = token.parent.facts.get(_SINCE, token.parent.data)
    return base


def _present_facts(token: _Token) -> dict[str, Any]:
    """What the element's spec remembers, without the variables that it kept."""
    facts = {name: value for name, value in token.facts.items() if name not in {_GATHERED, _SINCE}}
    if _GATHERED in token.facts:
        facts[BEGUN] = True
    if isinstance(token.spec, AdHocActivity):
        facts["names"] = token.spec.everything
    if token.parent is not None and _SINCE in token.parent.facts:
        facts[RECORDED] = token.parent.facts[_SINCE]
    return facts


def _view(start: _Token) -> _View:
    """The variables as written below a token and inside it; of two values for a path the later one."""
    outer_first = [start]
    for token in outer_first:
        outer_first.extend(token.children)
    seen: dict[int, _View] = {}
    for token in reversed(outer_first):
        below = [seen[id(child)] for child in token.children if not child.spec.passive]
        if _GATHERED in token.facts and not any(child.spec.keeps_results for child in token.children):
            below.append(_View(data=token.facts[_GATHERED], base=token.data, serial=token.serial))
        elif not token.has_left:
            below = []
        seen[id(token)] = _brought_together(token, below) if below else _tip(token)
    return seen[id(start)]


def _brought_together(fork: _Token, branches: Sequence[_View]) -> _View:
    data: Mapping[str, Any] = fork.data
    ordered = sorted(branches, key=attrgetter("serial"))
    for branch in ordered:
        data = overlay(branch.base, branch.data, data)
    return _View(data=data, base=_base_of(fork), serial=ordered[-1].serial)


def _tip(token: _Token) -> _View:
    """The variables at a token, with what an open sub-process has written around itself."""
    if token.inside is None or not token.spec.shares_variables or token.spec.keeps_inside:
        return _View(data=token.data, base=_base_of(token), serial=token.serial)
    inside = _view(token.inside.root)
    outward = {name: value for name, value in inside.data.items() if name not in token.local}
    data, serial = {**token.data, **outward}, max(token.serial, inside.serial)
    return _View(data=data, base=_base_of(token), serial=serial)


Path = tuple[str, ...]


class _Missing:
    """The mark of an entry that is not there."""

    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


def changes(base: Mapping[str, Any], mine: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The paths where `mine` differs from `base`, with the new value, `MISSING` where the entry is gone."""
    ahead: list[tuple[Path, Mapping[str, Any], Mapping[str, Any]]] = [((), base, mine)]
    while ahead:
        path, before, after = ahead.pop()
        if before is after:
            continue
        for name in (*before, *(name for name in after if name not in before)):
            old, new = before.get(name, MISSING), after.get(name, MISSING)
            if old is new:
                continue
            inner = _opened(old, new)
            if inner is not None:
                ahead.append(((*path, name), *inner))
            elif not same(old, new):
                yield (*path, name), new


def _opened(old: Any, new: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Two contexts are compared entry by entry; a context that is new counts as one that was empty."""
    if not isinstance(new, Mapping) or not new:
        return None
    if isinstance(old, Mapping):
        return old, new
    return ({}, new) if old is MISSING else None


def apply(base: Mapping[str, Any], changed: Mapping[Path, Any]) -> dict[str, Any]:
    """`base` with the changes made; what is not touched is shared, not copied."""
    result = dict(base)
    fresh: set[Path] = {()}
    for path, value in changed.items():
        holder = result
        for depth, name in enumerate(path[:-1], start=1):
            if path[:depth] not in fresh:
                inner = holder.get(name)
                holder[name] = dict(inner) if isinstance(inner, Mapping) else {}
                fresh.add(path[:depth])
            holder = holder[name]
        if value is MISSING:
            holder.pop(path[-1], None)
        else:
            holder[path[-1]] = value
    return result


def overlay(base: Mapping[str, Any], data: Mapping[str, Any], onto: Mapping[str, Any]) -> dict[str, Any]:
    """`onto` with the changes that `data` made since `base`; where both changed something, `data` wins."""
    return apply(onto, dict(changes(base, data)))


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same: `true` is not `1`, but the 1 of a form and the 1 of FEEL are."""
    if one is other:
        return True
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return isinstance(one, bool) == isinstance(other, bool) and one == other
    return type(one) is type(other) and bool(one == other)

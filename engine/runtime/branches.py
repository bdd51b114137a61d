"""Keeps the tree of tokens small: what is finished is trimmed, and branches that ended are merged.

A token that was left and has one child is taken out, its child hung under its parent: nobody can return
to it. So a tree holds only tokens that stand somewhere, the forks they came from (whose data is the base of
later merges), and, for each fork, at most one token that stands for all its branches that have ended.

Variables of branches are merged three ways, against the data they forked from. Contexts are compared entry by
entry; lists and everything else are atomic. Nothing is changed in place: data is shared between tokens.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from engine.runtime.faults import RuntimeFault
from engine.runtime.tokens import RuntimeScope, RuntimeToken


def trim(token: RuntimeToken) -> RuntimeToken | None:
    """Trim around a token that was left, or whose children changed.

    Gives the token that now stands for an ended branch, if that is what came of it.
    """
    scope = token.workflow
    current = token
    while current.completed and current.id in scope.tasks:
        parent = current.parent
        if parent is None or len(current.children) > 1:
            return None
        if current.children:
            child = _take_out(current, parent)
            current = child if child.completed and not child.children else parent
        elif _fold_into_siblings(current, parent):
            current = parent
        else:
            return current
    return None


def _take_out(token: RuntimeToken, parent: RuntimeToken) -> RuntimeToken:
    child = token.children[0]
    del token.workflow.tasks[token.id]
    parent.children[parent.children.index(token)] = child
    child.parent = parent
    return child


def _fold_into_siblings(ended: RuntimeToken, parent: RuntimeToken) -> bool:
    """Fold an ended branch into the ended ones beside it.

    True when its parent has nothing else and so has ended itself.
    """
    scope = ended.workflow
    others = [
        child for child in parent.children if child is not ended and child.completed and not child.children
    ]
    for other in others:
        first, second = sorted((other, ended), key=attrgetter("serial"))
        ended.take(*merged(parent.data, (first, second), repeat=True))
        ended.serial = second.serial
        parent.children.remove(other)
        del scope.tasks[other.id]
    if not parent.completed or parent is scope.root or len(parent.children) > 1:
        return False
    parent.take(ended.data, ended.writers)
    parent.serial = ended.serial
    parent.children.remove(ended)
    del scope.tasks[ended.id]
    return True


def merged(
    base: Mapping[str, Any], ends: Sequence[RuntimeToken], *, repeat: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """The data of several branches brought together, and who wrote it.

    A disagreement is a `RuntimeFault` `merge_conflict`.
    """
    branches = [BranchEnd(data=end.data, writers=end.writers, end=end.task_spec.node.id) for end in ends]
    try:
        return merge(base, branches, same_writer_may_repeat=repeat)
    except MergeConflict as conflict:
        raise RuntimeFault(
            "merge_conflict",
            f"{conflict}",
            element_id=ends[-1].task_spec.node.id,
            variable=".".join(conflict.path),
        ) from conflict


def remove(token: RuntimeToken) -> None:
    """Take a token away, with all that came from it or is open inside it, and trim what that leaves."""
    scope = token.workflow
    parent = token.parent
    for gone in _with_descendants(token):
        _remove_scope(gone)
        gone.leave_index()
        scope.tasks.pop(gone.id, None)
    while parent is not None:
        parent.children.remove(token)
        if parent.children or not parent.completed or parent is scope.root:
            trim(parent)
            return
        token, parent = parent, parent.parent
        del scope.tasks[token.id]


def clear(scope: RuntimeScope, *, keep: RuntimeToken | None = None) -> None:
    """Take every token of a scope away but its root, and but `keep`."""
    for child in list(scope.root.children):
        if child is not keep:
            remove(child)


def _with_descendants(token: RuntimeToken) -> list[RuntimeToken]:
    found = [token]
    for parent in found:
        found.extend(parent.children)
    return found


def _remove_scope(token: RuntimeToken) -> None:
    case = token.workflow.top_workflow
    scope = case.subprocesses.pop(token.id, None)
    if scope is None:
        return
    for inner in list(scope.tasks.values()):
        _remove_scope(inner)
        inner.leave_index()
    scope.tasks.clear()


def nearest_fork(tokens: Sequence[RuntimeToken]) -> RuntimeToken:
    """The token that all of these came from, as near as there is one."""
    paths = [list(_ancestors(token))[::-1] for token in tokens]
    common = paths[0][0]
    for step in zip(*paths, strict=False):
        if any(token is not step[0] for token in step):
            break
        common = step[0]
    return common


def _ancestors(token: RuntimeToken) -> Iterator[RuntimeToken]:
    parent = token.parent
    while parent is not None:
        yield parent
        parent = parent.parent


@dataclass(frozen=True, kw_only=True)
class View:
    """The variables at some place, who wrote each, and when the last of them did something."""

    data: Mapping[str, Any]
    writers: Mapping[str, str]
    serial: int


def view(scope: RuntimeScope) -> View:
    """The variables of a scope as they are now on all its branches.

    Of two values for a path the later written one.
    """
    return view_from(scope.root)


def view_from(start: RuntimeToken) -> View:
    """The same for one token with all that came from it and is open inside it."""
    seen: dict[UUID, View] = {}
    for token in reversed(_with_descendants(start)):
        inner = [seen[child.id] for child in token.children if not child.task_spec.passive]
        gathered = token.task_spec.gathered(token) if "gathered" in token.facts else None
        if gathered is not None:
            inner.append(View(data=gathered, writers=token.writers, serial=token.serial))
        elif not token.completed:
            inner = []
        seen[token.id] = _fork_view(token, inner) if inner else _tip(token)
    return seen[start.id]


def _fork_view(fork: RuntimeToken, branches: Sequence[View]) -> View:
    data: Mapping[str, Any] = fork.data
    writers = dict(fork.writers)
    ordered = sorted(branches, key=attrgetter("serial"))
    for branch in ordered:
        data = overlay(fork.data, branch.data, data)
        writers.update(branch.writers)
    return View(data=data, writers=writers, serial=ordered[-1].serial)


def _tip(token: RuntimeToken) -> View:
    """The variables at a token, with what an open sub-process has written so far."""
    scope = token.workflow.top_workflow.subprocesses.get(token.id)
    if scope is None or not token.task_spec.shares_variables:
        return View(data=token.data, writers=token.writers, serial=token.serial)
    inner = view(scope)
    outward = {name: value for name, value in inner.data.items() if name not in token.local}
    return View(
        data={**token.data, **outward},
        writers={**token.writers, **inner.writers},
        serial=max(token.serial, inner.serial),
    )


def last_data(scope: RuntimeScope) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The data that a finished scope leaves behind: of all its branches, folded together as they ended."""
    ended = [child for child in scope.root.children if child.completed]
    if len(ended) == 1:
        return ended[0].data, ended[0].writers
    return scope.root.data, scope.root.writers


Path = tuple[str, ...]


class _Missing:
    """The mark of an entry that is not there."""

    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


@dataclass(frozen=True, kw_only=True)
class BranchEnd:
    """The data at the end of one branch, and which element wrote each variable last.

    `end` is told where no writer is known.
    """

    data: Mapping[str, Any]
    writers: Mapping[str, str]
    end: str

    def writer(self, path: Path) -> str:
        """The element to name for a change at `path`."""
        return self.writers.get(path[0], self.end)


class MergeConflict(Exception):
    """Two branches left different values at the same path."""

    def __init__(self, path: Path, first: str, second: str) -> None:
        super().__init__(f"{'.'.join(path)} was written differently by {first} and by {second}")
        self.path = path
        self.first = first
        self.second = second


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


def merge(
    base: Mapping[str, Any], branches: Sequence[BranchEnd], *, same_writer_may_repeat: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """The base with the changes of all branches, and the writer of each changed variable.

    `MergeConflict` where two disagree.

    With `same_writer_may_repeat` the later of two values wins when one element wrote both, as a reminder that
    fires every week does.
    """
    merged: dict[Path, Any] = {}
    origin: dict[Path, str] = {}
    within: dict[Path, Path] = {}
    writers: dict[str, str] = {}
    for branch in branches:
        for path, value in list(changes(base, branch.data)):
            writer = branch.writer(path)
            for other in _overlapping(path, merged, within):
                agreed = other == path and same(merged[other], value)
                if not agreed and not (same_writer_may_repeat and origin[other] == writer):
                    raise MergeConflict(min(path, other, key=len), origin[other], writer)
                if other != path:
                    del merged[other]
            merged[path], origin[path] = value, writer
            for depth in range(1, len(path)):
                within[path[:depth]] = path
        writers.update(branch.writers)
    return apply(base, merged), writers


def overlay(base: Mapping[str, Any], data: Mapping[str, Any], onto: Mapping[str, Any]) -> dict[str, Any]:
    """`onto` with the changes that `data` made since `base`; where both changed something, `data` wins."""
    return apply(onto, dict(changes(base, data)))


def _overlapping(path: Path, merged: Mapping[Path, Any], within: Mapping[Path, Path]) -> list[Path]:
    """The changed paths that are this one, around it, or inside it."""
    found = [path[:depth] for depth in range(1, len(path) + 1) if path[:depth] in merged]
    if path in within:
        found += [other for other in merged if len(other) > len(path) and other[: len(path)] == path]
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same: `true` is not `1`, but the 1 of a form and the 1 of FEEL are."""
    if one is other:
        return True
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return isinstance(one, bool) == isinstance(other, bool) and one == other
    return type(one) is type(other) and bool(one == other)

"""Keeps the tree of tokens small: what is finished is trimmed, what ended is folded together.

A token that was left and has one child is taken out, its child hung under its parent: nobody can return
to it. So a tree holds only tokens that stand somewhere, the forks they came from (whose data is the base of
later merges), and, for each fork, at most one token that stands for all its branches that have ended.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from engine.runtime.faults import Fault
from engine.runtime.join import Branch, MergeConflict, merge, overlay
from engine.runtime.scopes import TokenTree
from engine.runtime.tokens import Token


def settle(token: Token) -> Token | None:
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


def _take_out(token: Token, parent: Token) -> Token:
    child = token.children[0]
    del token.workflow.tasks[token.id]
    parent.children[parent.children.index(token)] = child
    child.parent = parent
    return child


def _fold_into_siblings(ended: Token, parent: Token) -> bool:
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
    base: Mapping[str, Any], ends: Sequence[Token], *, repeat: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """The data of several branches brought together, and who wrote it.

    A disagreement is a `Fault` `merge_conflict`.
    """
    branches = [Branch(data=end.data, writers=end.writers, end=end.task_spec.node.id) for end in ends]
    try:
        return merge(base, branches, same_writer_may_repeat=repeat)
    except MergeConflict as conflict:
        raise Fault(
            "merge_conflict",
            f"{conflict}",
            element_id=ends[-1].task_spec.node.id,
            variable=".".join(conflict.path),
        ) from conflict


def remove(token: Token) -> None:
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
            settle(parent)
            return
        token, parent = parent, parent.parent
        del scope.tasks[token.id]


def clear(scope: TokenTree, *, keep: Token | None = None) -> None:
    """Take every token of a scope away but its root, and but `keep`."""
    for child in list(scope.root.children):
        if child is not keep:
            remove(child)


def _with_descendants(token: Token) -> list[Token]:
    found = [token]
    for parent in found:
        found.extend(parent.children)
    return found


def _remove_scope(token: Token) -> None:
    case = token.workflow.top_workflow
    scope = case.subprocesses.pop(token.id, None)
    if scope is None:
        return
    for inner in list(scope.tasks.values()):
        _remove_scope(inner)
        inner.leave_index()
    scope.tasks.clear()


def nearest_fork(tokens: Sequence[Token]) -> Token:
    """The token that all of these came from, as near as there is one."""
    paths = [list(_ancestors(token))[::-1] for token in tokens]
    common = paths[0][0]
    for step in zip(*paths, strict=False):
        if any(token is not step[0] for token in step):
            break
        common = step[0]
    return common


def _ancestors(token: Token) -> Iterator[Token]:
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


def view(scope: TokenTree) -> View:
    """The variables of a scope as they are now on all its branches.

    Of two values for a path the later written one.
    """
    return view_from(scope.root)


def view_from(start: Token) -> View:
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


def _fork_view(fork: Token, branches: Sequence[View]) -> View:
    data: Mapping[str, Any] = fork.data
    writers = dict(fork.writers)
    ordered = sorted(branches, key=attrgetter("serial"))
    for branch in ordered:
        data = overlay(fork.data, branch.data, data)
        writers.update(branch.writers)
    return View(data=data, writers=writers, serial=ordered[-1].serial)


def _tip(token: Token) -> View:
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


def last_data(scope: TokenTree) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The data that a finished scope leaves behind: of all its branches, folded together as they ended."""
    ended = [child for child in scope.root.children if child.completed]
    if len(ended) == 1:
        return ended[0].data, ended[0].writers
    return scope.root.data, scope.root.writers

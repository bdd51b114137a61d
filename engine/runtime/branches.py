"""Keeps the tree of tokens small: what is finished is trimmed.

A token that was left and has one child is taken out, its child hung under its parent: nobody can return
to it. A branch that has ended is taken out too. So a tree holds only tokens that stand somewhere, and the
forks they came from.
"""

from collections.abc import Iterator, Sequence

from engine.runtime.tokens import RuntimeScope, RuntimeToken


def trim(token: RuntimeToken) -> RuntimeToken | None:
    """Trim around a token that was left, or whose children changed.

    Gives the token that now stands for what has ended below a token which waits for that, if there is one.
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
        elif parent.completed:
            parent.children.remove(current)
            del scope.tasks[current.id]
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

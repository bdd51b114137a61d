"""Brings branches of variables together: three-way merging against the data they forked from.

Contexts are compared entry by entry; lists and everything else are atomic. Nothing is changed in place: data
is shared between tokens.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Path = tuple[str, ...]


class _Missing:
    """The mark of an entry that is not there."""

    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


@dataclass(frozen=True, kw_only=True)
class Branch:
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
    base: Mapping[str, Any], branches: Sequence[Branch], *, same_writer_may_repeat: bool = False
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

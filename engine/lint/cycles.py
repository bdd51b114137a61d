"""Cycles in a graph of names, found without recursion."""

from collections import deque
from collections.abc import Collection, Mapping

Graph = Mapping[str, Collection[str]]
"""Which names each name leads to; names that lead nowhere may be missing."""


def components(graph: Graph) -> dict[str, frozenset[str]]:
    """Every name that leads back to itself, with all the names it goes round with (Kosaraju's algorithm)."""
    backwards: dict[str, list[str]] = {name: [] for name in graph}
    for name, leads_to in graph.items():
        for other in leads_to:
            backwards.setdefault(other, []).append(name)
    found: dict[str, frozenset[str]] = {}
    placed: set[str] = set()
    for name in reversed(_by_completion(graph)):
        if name not in placed:
            component = _reached(name, backwards, placed)
            if len(component) > 1 or name in graph.get(name, ()):
                found |= dict.fromkeys(component, component)
    return found


def shortest_path(start: str, goal: str, graph: Graph) -> tuple[str, ...]:
    """A shortest way from one name to another, both included; empty if there is none."""
    came_from: dict[str, str | None] = {start: None}
    waiting = deque([start])
    while waiting and goal not in came_from:
        current = waiting.popleft()
        for other in sorted(graph.get(current, ())):
            if other not in came_from:
                came_from[other] = current
                waiting.append(other)
    steps: list[str] = []
    current_step = goal if goal in came_from else None
    while current_step is not None:
        steps.append(current_step)
        current_step = came_from[current_step]
    return tuple(reversed(steps))


def _by_completion(graph: Graph) -> list[str]:
    """The names in the order in which a depth-first search is done with them."""
    done: list[str] = []
    seen: set[str] = set()
    for root in graph:
        if root in seen:
            continue
        seen.add(root)
        path = [(root, iter(sorted(graph[root])))]
        while path:
            name, ahead = path[-1]
            following = next((other for other in ahead if other not in seen), None)
            if following is None:
                done.append(name)
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(sorted(graph.get(following, ())))))
    return done


def _reached(start: str, graph: Graph, placed: set[str]) -> frozenset[str]:
    """What can be reached from a name and was not placed yet; it is placed now."""
    placed.add(start)
    reached = [start]
    waiting = [start]
    while waiting:
        for other in graph.get(waiting.pop(), ()):
            if other not in placed:
                placed.add(other)
                reached.append(other)
                waiting.append(other)
    return frozenset(reached)

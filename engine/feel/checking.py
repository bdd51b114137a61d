"""What is wrong with a text whatever the values are: functions that nobody has, and calls that fit none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from typing import TypeAlias

from engine.feel.builtins import FUNCTIONS
from engine.feel.functions import FormalParameter, Signature
from engine.feel.invocation import ordered
from engine.feel.problems import Position
from engine.feel.reads import children
from engine.feel.syntax import (
    Call,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    Name,
    PathExpression,
    Quantified,
    SyntaxNode,
)

Signatures: TypeAlias = tuple[Signature, ...]


class MistakeKind(Enum):
    """What is wrong with a call."""

    UNKNOWN_FUNCTION = "unknown function"
    WRONG_ARGUMENTS = "wrong arguments"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A call that no values can make right.

    name: the function, as it is called
    found: the call, with the number or the names of its arguments
    expected: the function's signatures; of an unknown one, the name that is nearest among those known
    """

    kind: MistakeKind
    name: str
    found: str
    expected: str
    position: Position

    def __str__(self) -> str:
        if self.kind is MistakeKind.UNKNOWN_FUNCTION:
            return (
                f"expected a function that is known here, found {self.found}; "
                f"the nearest name is '{self.expected}'"
            )
        return f"expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a text can call besides the built-in functions and those that it makes itself.

    functions: by name, or by path as in `stoa.working_days`; under the first name of a path is nothing else
    open: names that may hold functions of which nothing is known, or contexts with such functions
    """

    functions: Mapping[str, Signatures] = field(default_factory=dict)
    open: frozenset[str] = frozenset()


BUILT_IN_ONLY = Scope()
"""Nothing can be called but the built-in functions and those that the text makes."""


def signatures_of(parameters: Sequence[str]) -> Signatures:
    """What can be said of a function of which only the parameters' names are known."""
    return (Signature(tuple(FormalParameter(name) for name in parameters), lambda *_: None),)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that a name is most like, whatever case, spaces and dashes are; "" if none is known."""
    plain = {_plain(each): each for each in sorted(known, reverse=True)}
    found = get_close_matches(_plain(name), plain, n=1, cutoff=0)
    return plain[found[0]] if found else ""


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum()) or name


def mistakes(nodes: Iterable[SyntaxNode], scope: Scope) -> tuple[Mistake, ...]:
    """The calls in syntax trees that are wrong whatever the values are, in the order of the text."""
    nodes = tuple(nodes)
    checker = _Checker(scope, frozenset(_keys(nodes)))
    found = [mistake for node in nodes for mistake in checker.check(node, {}, filtering=False)]
    return tuple(sorted(found, key=lambda mistake: mistake.position))


def _keys(nodes: Iterable[SyntaxNode]) -> Iterator[str]:
    """The names of the entries of every context in the text: inside filters they are names too."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ContextLiteral):
            yield from (key for key, _ in node.entries)
        pending.extend(children(node))


Bound: TypeAlias = Mapping[str, Signatures | None]
"""The names that the text itself gives a value; None where that may be anything."""


@dataclass(frozen=True, slots=True)
class _Checker:
    scope: Scope
    keys: frozenset[str]

    def check(self, node: SyntaxNode, bound: Bound, *, filtering: bool) -> Iterator[Mistake]:
        match node:
            case Call():
                yield from self._call(node, bound, filtering=filtering)
                for child in children(node):
                    yield from self.check(child, bound, filtering=filtering)
            case Filter(source=source, condition=condition):
                yield from self.check(source, bound, filtering=filtering)
                yield from self.check(condition, {**bound, "item": None}, filtering=True)
            case ContextLiteral(entries=entries):
                for key, value in entries:
                    bound = {**bound, key: _signatures(value)}
                    yield from self.check(value, bound, filtering=filtering)
            case FunctionLiteral(parameters=parameters, body=body):
                inner = {**bound, **dict.fromkeys(parameter.name for parameter in parameters)}
                yield from self.check(body, inner, filtering=filtering)
            case For(iterators=iterators) | Quantified(iterators=iterators):
                *sources, body = children(node)
                inner = {**bound, **dict.fromkeys(each.name for each in iterators)}
                for part in (*sources, body):
                    yield from self.check(part, inner, filtering=filtering)
            case _:
                for child in children(node):
                    yield from self.check(child, bound, filtering=filtering)

    def _call(self, call: Call, bound: Bound, *, filtering: bool) -> Iterator[Mistake]:
        if isinstance(call.function, FunctionLiteral):
            yield from _argument_mistakes(call, "function", _signatures(call.function) or ())
            return
        path = _path(call.function)
        if not path:
            return
        root, name = path[0], ".".join(path)
        if root in bound:
            known = bound[root] if len(path) == 1 else None
        else:
            known = self._known(name)
            if known is None and self._is_closed(path, filtering=filtering):
                yield Mistake(
                    MistakeKind.UNKNOWN_FUNCTION,
                    name=name,
                    found=_call_text(call, name),
                    expected=nearest(
                        name, (*FUNCTIONS, *self.scope.functions, *self._bound_functions(bound))
                    ),
                    position=call.position,
                )
        if known is not None:
            yield from _argument_mistakes(call, name, known)

    def _known(self, name: str) -> Signatures | None:
        if name in self.scope.functions:
            return self.scope.functions[name]
        return FUNCTIONS[name].signatures if name in FUNCTIONS and name not in self.scope.open else None

    def _is_closed(self, path: Sequence[str], *, filtering: bool) -> bool:
        """Whether everything is known that could be meant: a single name, or a path below a known one."""
        if path[0] in self.scope.open or (filtering and path[0] in self.keys):
            return False
        return len(path) == 1 or any(name.startswith(f"{path[0]}.") for name in self.scope.functions)

    @staticmethod
    def _bound_functions(bound: Bound) -> Iterator[str]:
        return (name for name, known in bound.items() if known is not None)


def _path(node: SyntaxNode) -> list[str]:
    """`a.b.c` as its names; empty for what is no path from a name."""
    members: list[str] = []
    while isinstance(node, PathExpression):
        members.append(node.member)
        node = node.source
    return [node.name, *reversed(members)] if isinstance(node, Name) else []


def _signatures(node: SyntaxNode) -> Signatures | None:
    """The signature of a function that is written out; None for every other value."""
    if not isinstance(node, FunctionLiteral):
        return None
    return signatures_of([parameter.name for parameter in node.parameters])


def _argument_mistakes(call: Call, name: str, signatures: Signatures) -> Iterator[Mistake]:
    names = [argument.name for argument in call.arguments if argument.name is not None] or None
    values = [None] * len(call.arguments)
    if any(ordered(signature, values, names) is not None for signature in signatures):
        return
    yield Mistake(
        MistakeKind.WRONG_ARGUMENTS,
        name=name,
        found=_call_text(call, name),
        expected=" or ".join(f"{name}{signature}" for signature in signatures),
        position=call.position,
    )


def _call_text(call: Call, name: str) -> str:
    """A call with what stands for its arguments, or with their names: `contains(…)`, `abs(m: …)`."""
    names = [argument.name for argument in call.arguments if argument.name is not None]
    if names:
        return f"{name}({', '.join(f'{each}: …' for each in names)})"
    return f"{name}({', '.join('…' for _ in call.arguments)})"

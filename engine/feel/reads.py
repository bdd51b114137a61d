"""What an expression reads from its context, found without evaluating it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.feel.syntax import (
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    HalfRange,
    If,
    In,
    InstanceOf,
    IterationContext,
    Junction,
    ListLiteral,
    Literal,
    Name,
    Negation,
    PathExpression,
    Quantified,
    RangeLiteral,
    SyntaxNode,
)
from engine.feel.values import kind_of

_NULL_FUNCTIONS = frozenset({"is defined", "get or else"})


def _iterated(iterators: tuple[IterationContext, ...], body: SyntaxNode) -> tuple[SyntaxNode, ...]:
    parts = [part for each in iterators for part in (each.source, each.end) if part is not None]
    return *parts, body


_CHILDREN: dict[type, Callable[..., tuple[SyntaxNode, ...]]] = {
    Literal: lambda _: (),
    AtLiteral: lambda _: (),
    Name: lambda _: (),
    PathExpression: lambda node: (node.source,),
    Filter: lambda node: (node.source, node.condition),
    Call: lambda node: (node.function, *(argument.value for argument in node.arguments)),
    RangeLiteral: lambda node: (node.start, node.end),
    HalfRange: lambda node: (node.bound,),
    ListLiteral: lambda node: node.items,
    ContextLiteral: lambda node: tuple(value for _, value in node.entries),
    FunctionLiteral: lambda node: (node.body,),
    If: lambda node: (node.condition, node.consequence, node.alternative),
    For: lambda node: _iterated(node.iterators, node.body),
    Quantified: lambda node: _iterated(node.iterators, node.condition),
    Junction: lambda node: node.terms,
    Comparison: lambda node: (node.left, node.right),
    Between: lambda node: (node.value, node.low, node.high),
    In: lambda node: (node.value, *node.tests),
    Arithmetic: lambda node: (node.first, *(operation.operand for operation in node.operations)),
    Negation: lambda node: (node.operand,),
    InstanceOf: lambda node: (node.value,),
}


def children(node: SyntaxNode) -> tuple[SyntaxNode, ...]:
    """The nodes directly below a node, in the order of the text."""
    return _CHILDREN[type(node)](node)


def mentions(node: SyntaxNode, name: str) -> bool:
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Name) and current.name == name:
            return True
        pending.extend(children(current))
    return False


def asks_for_null(node: SyntaxNode) -> bool:
    """Whether a null is compared with, or asked about by `is defined`, `get or else` or `instance of`."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, InstanceOf) or (isinstance(current, Literal) and current.value is None):
            return True
        if isinstance(current, Name) and current.name in _NULL_FUNCTIONS:
            return True
        pending.extend(children(current))
    return False


def kinds_tested(tests: tuple[SyntaxNode, ...]) -> frozenset[str] | None:
    """The kinds of the constants in unary tests and of their ranges; None where there are others, or null."""
    kinds: set[str] = set()
    for test in tests:
        match test:
            case Literal(value=value) | HalfRange(bound=Literal(value=value)):
                kinds.add(kind_of(value))
            case RangeLiteral(start=Literal(value=value)):
                kinds.add(kind_of(value))
            case _:
                return None
    return frozenset(kinds) if kinds and "null" not in kinds else None


@dataclass(slots=True)
class NamesRead:
    """The names that an expression reads from its context.

    functions: names of built-in functions, which have no entries: `date.year` reads a variable
    names: root names that no construct of the text binds
    paths: those with the entries read from them, such as `applicant.afm`
    possible: names in filters, which may be entries of the elements filtered instead
    hiding: names of built-in functions that are read as values, which a variable of that name hides
    """

    functions: frozenset[str]
    names: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    hiding: set[str] = field(default_factory=set)


def reads_of(nodes: tuple[SyntaxNode, ...], built_in: frozenset[str]) -> NamesRead:
    """What the nodes read; built-in functions are left out, but not a variable with the name of one."""
    reads = NamesRead(built_in)
    for node in nodes:
        _collect(node, frozenset({"?"}), reads, filtering=False)
    return reads


def _collect(node: SyntaxNode, bound: frozenset[str], reads: NamesRead, *, filtering: bool) -> None:
    match node:
        case Name() | PathExpression():
            _collect_path(node, bound, reads, filtering=filtering)
        case Call(function=Name(name=name), arguments=arguments) if name in reads.functions:
            for argument in arguments:
                _collect(argument.value, bound, reads, filtering=filtering)
        case Filter(source=source, condition=condition):
            _collect(source, bound, reads, filtering=filtering)
            _collect(condition, bound | {"item"}, reads, filtering=True)
        case ContextLiteral(entries=entries):
            for key, value in entries:
                _collect(value, bound, reads, filtering=filtering)
                bound |= {key}
        case FunctionLiteral(parameters=parameters, body=body):
            _collect(body, bound | {parameter.name for parameter in parameters}, reads, filtering=filtering)
        case For() | Quantified():
            _collect_iteration(node, bound, reads, filtering=filtering)
        case _:
            for child in children(node):
                _collect(child, bound, reads, filtering=filtering)


def _collect_iteration(
    node: For | Quantified, bound: frozenset[str], reads: NamesRead, *, filtering: bool
) -> None:
    for each in node.iterators:
        for part in (each.source, each.end):
            if part is not None:
                _collect(part, bound, reads, filtering=filtering)
        bound |= {each.name}
    if isinstance(node, For):
        _collect(node.body, bound | {"partial"}, reads, filtering=filtering)
    else:
        _collect(node.condition, bound, reads, filtering=filtering)


def _collect_path(
    node: Name | PathExpression, bound: frozenset[str], reads: NamesRead, *, filtering: bool
) -> None:
    members: list[str] = []
    root: SyntaxNode = node
    while isinstance(root, PathExpression):
        members.append(root.member)
        root = root.source
    if not isinstance(root, Name):
        _collect(root, bound, reads, filtering=filtering)
    elif root.name in bound:
        return
    elif root.name in reads.functions and not members:
        reads.hiding.add(root.name)
    elif filtering:
        reads.possible.add(root.name)
    else:
        reads.names.add(root.name)
        reads.paths.add(".".join([root.name, *reversed(members)]))

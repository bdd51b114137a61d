"""What an expression reads from its context, found without evaluating it."""

from __future__ import annotations

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
    Junction,
    ListLiteral,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    RangeLiteral,
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node, in the order of the text."""
    match node:
        case Literal() | AtLiteral() | Name():
            return ()
        case Path(source=source):
            return (source,)
        case Filter(source=source, condition=condition):
            return source, condition
        case Call(function=function, arguments=arguments):
            return function, *(argument.value for argument in arguments)
        case RangeLiteral(start=start, end=end):
            return start, end
        case HalfRange(bound=bound):
            return (bound,)
        case ListLiteral(items=items):
            return items
        case ContextLiteral(entries=entries):
            return tuple(value for _, value in entries)
        case FunctionLiteral(body=body):
            return (body,)
        case If(condition=condition, consequence=consequence, alternative=alternative):
            return condition, consequence, alternative
        case For(iterators=iterators, body=body) | Quantified(iterators=iterators, condition=body):
            sources = [part for each in iterators for part in (each.source, each.end) if part is not None]
            return *sources, body
        case Junction(terms=terms):
            return terms
        case Comparison(left=left, right=right):
            return left, right
        case Between(value=value, low=low, high=high):
            return value, low, high
        case In(value=value, tests=tests):
            return value, *tests
        case Arithmetic(first=first, operations=operations):
            return first, *(operation.operand for operation in operations)
        case Negation(operand=operand):
            return (operand,)
        case InstanceOf(value=value):
            return (value,)


def mentions(node: Node, name: str) -> bool:
    """Whether a name stands anywhere in a tree."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Name) and current.name == name:
            return True
        pending.extend(children(current))
    return False


@dataclass(slots=True)
class Reads:
    """The names that an expression reads from its context.

    names: root names that no construct of the text binds
    paths: those with the entries read from them, such as `applicant.afm`
    possible: names in filters, which may be entries of the elements filtered instead
    """

    names: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)


def reads_of(nodes: tuple[Node, ...], built_in: frozenset[str]) -> Reads:
    """What the nodes read; the names of built-in functions are left out."""
    reads = Reads()
    for node in nodes:
        _collect(node, built_in | {"?"}, False, reads)
    return reads


def _collect(node: Node, bound: frozenset[str], filtering: bool, reads: Reads) -> None:  # noqa: FBT001 - a state of the walk
    match node:
        case Name() | Path():
            _collect_path(node, bound, filtering, reads)
        case Filter(source=source, condition=condition):
            _collect(source, bound, filtering, reads)
            _collect(condition, bound | {"item"}, True, reads)
        case ContextLiteral(entries=entries):
            for key, value in entries:
                _collect(value, bound, filtering, reads)
                bound |= {key}
        case FunctionLiteral(parameters=parameters, body=body):
            _collect(body, bound | {parameter.name for parameter in parameters}, filtering, reads)
        case For(iterators=iterators, body=body) | Quantified(iterators=iterators, condition=body):
            for each in iterators:
                for part in (each.source, each.end):
                    if part is not None:
                        _collect(part, bound, filtering, reads)
                bound |= {each.name}
            _collect(body, bound | {"partial"} if isinstance(node, For) else bound, filtering, reads)
        case _:
            for child in children(node):
                _collect(child, bound, filtering, reads)


def _collect_path(node: Name | Path, bound: frozenset[str], filtering: bool, reads: Reads) -> None:  # noqa: FBT001 - a state of the walk
    members: list[str] = []
    root: Node = node
    while isinstance(root, Path):
        members.append(root.member)
        root = root.source
    if not isinstance(root, Name):
        _collect(root, bound, filtering, reads)
    elif root.name in bound:
        return
    elif filtering:
        reads.possible.add(root.name)
    else:
        reads.names.add(root.name)
        reads.paths.add(".".join([root.name, *reversed(members)]))

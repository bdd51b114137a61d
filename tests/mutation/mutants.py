"""Mutants of a module: its source with one check left out, turned round or weakened."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_OTHERWISE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
"""What a comparison becomes: its opposite, or with a limit the same one with or without the limit itself."""

Change = Callable[[Any], None]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A changed source: the line of the change in the original, what was changed, and all of the new text.

    `function` is the outermost function around it, with the name of its class, and `lines` are those of the
    function; empty and None for a constant of the module.
    """

    line: int
    change: str
    source: str
    function: str = ""
    lines: range | None = None


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a source: of what functions do, and of the constants of the module."""
    tree = ast.parse(source)
    chosen = {id(node) for statement in _changeable(tree) for node in ast.walk(statement)}
    functions = dict(_functions(tree))
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in chosen:
            continue
        for name, change in _changes(node):
            changed = copy.deepcopy(tree)
            change(next(one for at, one in enumerate(ast.walk(changed)) if at == number))
            text = ast.unparse(ast.fix_missing_locations(changed))
            line = getattr(node, "lineno", 0)
            function = next((one for one, lines in functions.items() if line in lines), "")
            yield Mutant(
                line=line,
                change=f"{name}: {_short(node)}",
                source=text,
                function=function,
                lines=functions.get(function),
            )


def _functions(tree: ast.Module | ast.ClassDef, around: str = "") -> Iterator[tuple[str, range]]:
    """The functions of a module and of its classes, each with its lines from the first decorator on."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{around}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield around + node.name, range(first, (node.end_lineno or node.lineno) + 1)


def _changeable(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from node.body
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            yield statement.value


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.If() | ast.IfExp():
            yield "never", _set("test", ast.Constant(False))
            yield "always", _set("test", ast.Constant(True))
        case ast.BoolOp():
            for index in range(len(node.values)):
                yield f"without operand {index + 1}", _without("values", index)
        case ast.Compare() if type(node.ops[0]) in _OTHERWISE:
            yield "compared otherwise", _set("ops", [_OTHERWISE[type(node.ops[0])](), *node.ops[1:]])
        case ast.UnaryOp(op=ast.Not()):
            yield "not turned round", _set("operand", ast.UnaryOp(op=ast.Not(), operand=node.operand))
        case ast.Constant(value=bool() as value):
            yield "opposite", _set("value", not value)
        case ast.Constant(value=int() as value):
            yield "next number", _set("value", value + 1)
        case ast.Tuple(ctx=ast.Load()) | ast.Set() if len(node.elts) > 1:
            for index in range(len(node.elts)):
                yield f"without element {index + 1}", _without("elts", index)
        case ast.Call() if len(node.args) > 1:
            for index, argument in enumerate(node.args[1:], 1):
                if isinstance(argument, ast.Attribute):
                    yield f"without argument {index + 1}", _without("args", index)
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield "left out", _leave_out


def _set(name: str, value: object) -> Change:
    return lambda node: setattr(node, name, value)


def _without(name: str, index: int) -> Change:
    return lambda node: getattr(node, name).pop(index)


def _leave_out(statement: ast.stmt) -> None:
    """Turn the statement into one that does nothing."""
    for field in statement._fields:
        delattr(statement, field)
    statement.__class__ = ast.Pass


def _short(node: ast.AST) -> str:
    text = ast.unparse(node.test if isinstance(node, ast.If) else node)
    return text if len(text) < 80 else text[:79] + "…"

"""Compiled calls, and functions made by `function(…)` (DMN 1.5, 10.3.2.13)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel.evaluator import Compiled, Evaluator, Frame
from engine.feel.functions import FeelFunction, FormalParameter, Signature
from engine.feel.invocation import invoke
from engine.feel.problems import FeelValueError, Position, Weight
from engine.feel.syntax import (
    Between,
    Comparison,
    FunctionLiteral,
    In,
    InstanceOf,
    Junction,
    Literal,
    Quantified,
    SyntaxNode,
)
from engine.feel.types import FeelType, SimpleType
from engine.feel.values import Value, kind_of

_CALL_LEVELS = 4
"""Python calls that a FEEL call adds to those of the expressions around it."""


def call(
    function: Compiled,
    arguments: Sequence[Compiled],
    names: Sequence[str] | None,
    levels: int,
    position: Position,
) -> Compiled:
    """`function(arguments)`; `levels` says how many Python calls lie between it and the body it is in."""
    levels += _CALL_LEVELS

    def run(frame: Frame) -> Value:
        evaluator = frame.evaluator
        mark = len(evaluator.problems)
        callee = function(frame)
        if type(callee) is not FeelFunction:
            return _refuse(callee, evaluator, mark, position)
        if callee.handles_null and arguments:
            values = [arguments[0](frame)]
            evaluator.handle(mark)
            values += [argument(frame) for argument in arguments[1:]]
        else:
            values = [argument(frame) for argument in arguments]
        evaluator.enter(levels)
        try:
            return invoke(evaluator, callee, values, names)
        except FeelValueError as error:
            return evaluator.report(str(error), position, error.weight)
        except ArithmeticError:
            return evaluator.report(
                f"{callee.name}: the result is beyond the numbers that FEEL has", position
            )
        finally:
            evaluator.leave(levels)

    return run


def _refuse(callee: Value, evaluator: Evaluator, mark: int, position: Position) -> Value:
    """Null for a call of what is no function; `mark` is how many problems there were before it was found."""
    if callee is not None or len(evaluator.problems) == mark:
        found = "null" if callee is None else f"a {kind_of(callee)}"
        return evaluator.report(f"{found} is no function", position, Weight.WRONG)
    evaluator.weigh(mark, Weight.WRONG)
    return None


def function_literal(node: FunctionLiteral, body: Compiled) -> Compiled:
    """`function(parameters) body`: a closure over the frame it is made in."""
    inferred = known_type(node.body)
    formal = tuple(FormalParameter(parameter.name, parameter.type) for parameter in node.parameters)

    def run(frame: Frame) -> Value:
        if node.external:
            return FeelFunction("function", (Signature(formal, _refuse_external),))
        return closure("function", formal, body, frame, inferred)

    return run


def closure(
    name: str,
    formal: tuple[FormalParameter, ...],
    body: Compiled,
    frame: Frame,
    inferred: FeelType | None,
) -> FeelFunction:
    """A function whose body sees its parameters and, around them, the frame."""

    def implementation(evaluator: Evaluator, arguments: Sequence[Value]) -> Value:
        entries = {parameter.name: value for parameter, value in zip(formal, arguments, strict=True)}
        return body(Frame(entries, frame, evaluator))

    return FeelFunction(name, (Signature(formal, implementation, inferred=inferred),))


def known_type(body: SyntaxNode) -> FeelType | None:
    """The type that a body's form alone gives it: a literal's, or boolean; None where that says nothing."""
    if isinstance(body, Literal):
        return SimpleType(kind_of(body.value))
    if isinstance(body, Comparison | Junction | Between | In | InstanceOf | Quantified):
        return SimpleType("boolean")
    return None


def _refuse_external(_: Evaluator, __: Sequence[Value]) -> Value:
    raise FeelValueError("functions in other languages are not called")

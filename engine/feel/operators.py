"""Compiled operators: arithmetic, comparison, `and`, `or`, `between`, `in`, `instance of`."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from decimal import Decimal

from engine.feel.arithmetic import OPERATORS, negate
from engine.feel.comparison import belongs, equal, in_range, ordered
from engine.feel.conformance import is_instance
from engine.feel.evaluator import Compiled, Frame
from engine.feel.problems import FeelValueError, Position
from engine.feel.types import FeelType
from engine.feel.values import CONTEXT, Range, Value, kind_of

_HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_NUMBER_OPERATORS = {"+": CONTEXT.add, "-": CONTEXT.subtract, "*": CONTEXT.multiply}
_BEYOND = "the result is beyond the numbers that FEEL has"


def order(symbol: str, left: Compiled, right: Compiled, position: Position) -> Compiled:
    """`<`, `<=`, `>` or `>=`."""
    holds = _HOLDS[symbol]

    def run(frame: Frame) -> Value:
        one = left(frame)
        other = right(frame)
        if type(one) is Decimal and type(other) is Decimal:
            return holds(one, other)
        try:
            return ordered(symbol, one, other)
        except FeelValueError as error:
            return frame.evaluator.report(str(error), position)

    return run


def equality(left: Compiled, right: Compiled, position: Position, *, negated: bool) -> Compiled:
    """`=`, or `!=` when negated."""

    def run(frame: Frame) -> Value:
        one = left(frame)
        other = right(frame)
        if type(one) is str and type(other) is str:
            return (one == other) is not negated
        result = equal(one, other, frame.evaluator)
        if result is None:
            return frame.evaluator.report(f"cannot compare {kind_of(one)} with {kind_of(other)}", position)
        return result is not negated

    return run


def conjunction(terms: Sequence[Compiled], *, decisive: bool) -> Compiled:
    """`or` when true is decisive, `and` when false is: three-valued logic (DMN 1.5, 10.3.2.4)."""
    indecisive = not decisive

    def run(frame: Frame) -> Value:
        problems = frame.evaluator.problems
        mark = len(problems)
        result: bool | None = indecisive
        for term in terms:
            value = term(frame)
            if value is decisive:
                if len(problems) != mark:
                    frame.evaluator.handle(mark)  # whatever the other terms are, this one decides
                return decisive
            if value is not indecisive:
                result = None
        return result

    return run


def handled(value: Compiled) -> Compiled:
    """A value that the construct around it asks to be null or not, so that a null is no problem."""

    def run(frame: Frame) -> Value:
        problems = frame.evaluator.problems
        mark = len(problems)
        found = value(frame)
        if len(problems) != mark:
            frame.evaluator.handle(mark)
        return found

    return run


def arithmetic(first: Compiled, operations: Sequence[tuple[str, Compiled, Position]]) -> Compiled:
    """Operators of one rank, from left to right; with one operator, the usual case, without a loop."""
    if len(operations) == 1:
        symbol, operand, position = operations[0]
        return _binary(symbol, first, operand, position)
    steps = [(OPERATORS[symbol], operand, position) for symbol, operand, position in operations]

    def run(frame: Frame) -> Value:
        evaluator = frame.evaluator
        result = first(frame)
        for compute, operand, position in steps:
            other = operand(frame)
            try:
                result = compute(result, other, evaluator)
            except FeelValueError as error:
                result = evaluator.report(str(error), position)
            except ArithmeticError:
                result = evaluator.report(_BEYOND, position)
        return result

    return run


def _binary(symbol: str, left: Compiled, right: Compiled, position: Position) -> Compiled:
    compute = OPERATORS[symbol]
    of_numbers = _NUMBER_OPERATORS.get(symbol)

    def run(frame: Frame) -> Value:
        one = left(frame)
        other = right(frame)
        try:
            if of_numbers is not None and type(one) is Decimal and type(other) is Decimal:
                return of_numbers(one, other)
            return compute(one, other, frame.evaluator)
        except FeelValueError as error:
            return frame.evaluator.report(str(error), position)
        except ArithmeticError:
            return frame.evaluator.report(_BEYOND, position)

    return run


def negation(operand: Compiled, position: Position) -> Compiled:
    def run(frame: Frame) -> Value:
        try:
            return negate(operand(frame))
        except FeelValueError as error:
            return frame.evaluator.report(str(error), position)

    return run


def between(value: Compiled, low: Compiled, high: Compiled, position: Position) -> Compiled:
    """`value between low and high`: at least the one and at most the other."""
    at_least = half_range_test(">=", low, position)
    at_most = half_range_test("<=", high, position)
    return inclusion(value, conjunction((at_least, at_most), decisive=False))


def instance_of(value: Compiled, feel_type: FeelType, position: Position) -> Compiled:
    """`value instance of type`."""

    def run(frame: Frame) -> Value:
        try:
            return is_instance(value(frame), feel_type, frame.evaluator.types)
        except FeelValueError as error:
            return frame.evaluator.report(str(error), position)

    return run


# Unary tests: each is compiled to a function of a frame whose `?` is the value under test.


def half_range_test(symbol: str, bound: Compiled, position: Position) -> Compiled:
    """`< 10` and its kin, as a test of `?`."""
    if symbol in _HOLDS:
        return order(symbol, _input, bound, position)
    return equality(_input, bound, position, negated=symbol == "!=")


def _input(frame: Frame) -> Value:
    return frame.entries["?"]


def range_test(bounds: Compiled, position: Position) -> Compiled:
    """Whether `?` lies in a range that is written out; null when the range is."""

    def run(frame: Frame) -> Value:
        limits = bounds(frame)
        if not isinstance(limits, Range):
            return None
        value = frame.entries["?"]
        try:
            return (
                equal(value, limits, frame.evaluator) if isinstance(value, Range) else in_range(value, limits)
            )
        except FeelValueError as error:
            return frame.evaluator.report(str(error), position)

    return run


def boolean_test(condition: Compiled, position: Position) -> Compiled:
    """A condition on `?`: passed when it is true."""

    def run(frame: Frame) -> Value:
        result = condition(frame)
        if result is None or isinstance(result, bool):
            return result
        return frame.evaluator.report(f"expected a condition, found {kind_of(result)}", position)

    return run


def membership_test(candidate: Compiled, position: Position, *, may_be_condition: bool) -> Compiled:
    """Whether `?` equals a value, lies in it or is one of it; a condition without `?` passes when true.

    The literals `true` and `false` are values and never conditions: a null does not pass `true`.
    """

    def run(frame: Frame) -> Value:
        value = frame.entries["?"]
        found = candidate(frame)
        if may_be_condition and isinstance(found, bool) and not isinstance(value, bool):
            return found
        try:
            return belongs(value, found, frame.evaluator)
        except FeelValueError as error:
            return frame.evaluator.report(str(error), position)

    return run


def any_test(tests: Sequence[Compiled], *, negated: bool) -> Compiled:
    """Whether one of the tests is passed, or none when negated; no tests at all are always passed."""
    if not tests:
        return lambda _: True
    passed = tests[0] if len(tests) == 1 else conjunction(tests, decisive=True)
    if not negated:
        return passed

    def run(frame: Frame) -> Value:
        result = passed(frame)
        return None if result is None else result is False

    return run


def inclusion(value: Compiled, passed: Compiled) -> Compiled:
    """`value in tests`."""

    def run(frame: Frame) -> Value:
        return passed(Frame({"?": value(frame)}, frame, frame.evaluator))

    return run

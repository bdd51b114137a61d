"""An evaluator of FEEL from the literal text of the specification (DMN 1.5, 10.3.2), apart from ours.

Where that text leaves room, it follows the choices that `engine.feel` states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException
from fractions import Fraction

from tests.feel.difference.functions import FUNCTIONS
from tests.feel.difference.temporal import parse, property_of, shift, subtract
from tests.feel.difference.trees import (
    Between,
    Binary,
    BuiltIn,
    Constant,
    Entries,
    Filter,
    Function,
    If,
    In,
    InstanceOf,
    Interval,
    Invocation,
    Items,
    Iteration,
    Minus,
    Path,
    Scope,
    Test,
    Tree,
    Variable,
)
from tests.feel.difference.values import (
    Closure,
    Day,
    Months,
    Range,
    Span,
    Undefined,
    equal,
    kind,
    order,
    within,
)

NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN)


def evaluate(tree: Tree, scope: Scope) -> object:
    """The value of a tree; what the specification leaves undefined is null."""
    try:
        return _RULES[type(tree)](tree, scope)
    except (Undefined, DecimalException):
        return None


def _constant(tree: Constant, _: Scope) -> object:
    match tree.kind:
        case "null":
            return None
        case "boolean":
            return tree.text == "true"
        case "number":
            return NUMBERS.create_decimal(tree.text)
        case "string":
            return tree.text
    return parse(tree.kind, tree.text)


def _variable(tree: Variable, scope: Scope) -> object:
    return scope.get(tree.name)


def _minus(tree: Minus, scope: Scope) -> object:
    match evaluate(tree.operand, scope):
        case Decimal() as number:
            return NUMBERS.minus(number)
        case Span(seconds):
            return Span(-seconds)
        case Months(count):
            return Months(-count)
    raise Undefined


def _binary(tree: Binary, scope: Scope) -> object:
    left, right = evaluate(tree.left, scope), evaluate(tree.right, scope)
    match tree.operator:
        case "and":
            return _junction((left, right), decisive=False)
        case "or":
            return _junction((left, right), decisive=True)
        case "=":
            return equal(left, right)
        case "!=":
            found = equal(left, right)
            return None if found is None else not found
        case "<" | "<=" | ">" | ">=":
            return _compares(tree.operator, left, right)
    return _ARITHMETIC[tree.operator](left, right)


def _junction(values: Iterable[object], *, decisive: bool) -> bool | None:
    """Tables 38 and 39: one that decides does so whatever the others are; what is no boolean is null."""
    values = list(values)
    if any(value is decisive for value in values):
        return decisive
    return (not decisive) if all(value is (not decisive) for value in values) else None


def _compares(operator: str, left: object, right: object) -> bool:
    found = order(left, right)
    return {"<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0}[operator]


def _add(left: object, right: object) -> object:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(right, Span | Months):
        return shift(left, right)
    if isinstance(left, Span | Months):
        return shift(right, left)
    raise Undefined


def _subtract(left: object, right: object) -> object:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.subtract(left, right)
    if isinstance(right, Span):
        return shift(left, Span(-right.seconds))
    if isinstance(right, Months):
        return shift(left, Months(-right.count))
    return subtract(left, right)


def _multiply(left: object, right: object) -> object:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.multiply(left, right)
    if isinstance(left, Decimal):
        left, right = right, left
    if isinstance(left, Span) and isinstance(right, Decimal):
        return Span(left.seconds * Fraction(right))
    if isinstance(left, Months) and isinstance(right, Decimal):
        return Months(int(left.count * Fraction(right)))
    raise Undefined


def _divide(left: object, right: object) -> object:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.divide(left, right) if right else None
    if isinstance(left, Span) and isinstance(right, Span):
        return _quotient(left.seconds, right.seconds)
    if isinstance(left, Months) and isinstance(right, Months):
        return _quotient(Fraction(left.count), Fraction(right.count))
    if not isinstance(right, Decimal) or not right:
        raise Undefined
    if isinstance(left, Span):
        return Span(left.seconds / Fraction(right))
    if isinstance(left, Months):
        return Months(int(left.count / Fraction(right)))
    raise Undefined


def _quotient(left: Fraction, right: Fraction) -> Decimal:
    if not right:
        raise Undefined
    found = left / right
    return NUMBERS.divide(Decimal(found.numerator), Decimal(found.denominator))


def _power(left: object, right: object) -> object:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.power(left, right)
    raise Undefined


_ARITHMETIC: dict[str, Callable[[object, object], object]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "**": _power,
}


def _between(tree: Between, scope: Scope) -> object:
    """`e1 >= e2 and e1 <= e3` (10.3.2.8, table 45)."""
    return evaluate(
        Binary("and", Binary(">=", tree.value, tree.low), Binary("<=", tree.value, tree.high)), scope
    )


def _in(tree: In, scope: Scope) -> object:
    value = evaluate(tree.value, scope)
    return _junction([_passes(test, value, scope) for test in tree.tests], decisive=True)


def _passes(test: Test, value: object, scope: Scope) -> object:
    bound = evaluate(test.bound, scope)
    try:
        if test.operator:
            return _compares(test.operator, value, bound)
        if isinstance(bound, Range) and not isinstance(value, Range):
            return within(value, bound)
    except Undefined:
        return None
    if isinstance(test.bound, Interval):
        return None if bound is None else equal(value, bound)
    if isinstance(bound, bool) and not isinstance(value, bool) and not isinstance(test.bound, Constant):
        return bound
    if isinstance(bound, list):
        return _is_among(value, bound)
    return equal(value, bound) is True


def _is_among(value: object, candidates: list[object]) -> bool:
    for candidate in candidates:
        if isinstance(candidate, Range) and not isinstance(value, Range):
            try:
                if within(value, candidate):
                    return True
            except Undefined:
                continue
        elif equal(value, candidate) is True:
            return True
    return isinstance(value, list) and equal(value, candidates) is True


def _interval(tree: Interval, scope: Scope) -> object:
    start, end = evaluate(tree.start, scope), evaluate(tree.end, scope)
    order(start, end)
    return Range(start, end, tree.start_included, tree.end_included)


def _if(tree: If, scope: Scope) -> object:
    verdict = evaluate(tree.condition, scope)
    return evaluate(tree.consequence if verdict is True else tree.alternative, scope)


def _iteration(tree: Iteration, scope: Scope) -> object:
    domain = _domain(tree, scope)
    results = [evaluate(tree.body, {**scope, tree.variable: element}) for element in domain]
    if tree.word == "for":
        return results
    return _junction(results, decisive=tree.word == "some") if results else tree.word == "every"


def _domain(tree: Iteration, scope: Scope) -> list[object]:
    source = evaluate(tree.source, scope)
    if tree.end is not None:
        end = evaluate(tree.end, scope)
        return _steps(source, end)
    if source is None:
        raise Undefined
    if isinstance(source, Range):
        return _counted(source)
    return source if isinstance(source, list) else [source]


def _steps(start: object, end: object) -> list[object]:
    """The numbers or dates from one to another, in steps of one up or down."""
    if isinstance(start, Day) and isinstance(end, Day):
        sign = 1 if start.number <= end.number else -1
        return [Day(start.number + sign * each) for each in range(abs(end.number - start.number) + 1)]
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        step = Decimal(1) if start <= end else Decimal(-1)
        return [NUMBERS.add(start, step * each) for each in range(int(abs(end - start)) + 1)]
    raise Undefined


def _counted(bounds: Range) -> list[object]:
    """What lies in a range from its lower end on, in steps of one."""
    if order(bounds.start, bounds.end) > 0:
        raise Undefined
    return [each for each in _steps(bounds.start, bounds.end) if within(each, bounds)]


def _filter(tree: Filter, scope: Scope) -> object:
    source = evaluate(tree.source, scope)
    if source is None:
        return None
    items = source if isinstance(source, list) else [source]
    verdicts = [evaluate(tree.condition, _around(item, scope)) for item in items]
    first = verdicts[0] if verdicts else evaluate(tree.condition, scope)
    if isinstance(first, Decimal):
        return _at(items, first)
    return [item for item, verdict in zip(items, verdicts, strict=True) if verdict is True]


def _around(item: object, scope: Scope) -> Scope:
    """A filter sees `item` and, closer, the entries of an item that is a context."""
    entries = {str(key): entry for key, entry in item.items()} if isinstance(item, dict) else {}
    return {**scope, "item": item, **entries}


def _at(items: list[object], position: Decimal) -> object:
    if position != int(position) or not 1 <= abs(position) <= len(items):
        return None
    return items[int(position) - 1 if position > 0 else int(position)]


def _path(tree: Path, scope: Scope) -> object:
    return _member(evaluate(tree.source, scope), tree.member)


def _member(value: object, name: str) -> object:
    if isinstance(value, list):
        return [_member(item, name) for item in value]
    if isinstance(value, dict):
        return value.get(name)
    try:
        return property_of(value, name)
    except Undefined:
        return None


def _items(tree: Items, scope: Scope) -> object:
    return [evaluate(item, scope) for item in tree.items]


def _entries(tree: Entries, scope: Scope) -> object:
    made: dict[str, object] = {}
    for name, value in tree.entries:
        made[name] = evaluate(value, {**scope, **made})
    return made


def _function(tree: Function, scope: Scope) -> object:
    return Closure(tree, scope)


def _invocation(tree: Invocation, scope: Scope) -> object:
    function = evaluate(tree.function, scope)
    arguments = [evaluate(argument, scope) for argument in tree.arguments]
    if not isinstance(function, Closure):
        raise Undefined
    if tree.names is None:
        return call(function, arguments)
    given = dict(zip(tree.names, arguments, strict=True))
    if not given.keys() <= set(function.function.parameters):
        raise Undefined
    return call(function, [given.get(name) for name in function.function.parameters])


def call(function: Closure, arguments: list[object]) -> object:
    """A function's result; raises Undefined for a wrong number of arguments."""
    parameters = function.function.parameters
    if len(parameters) != len(arguments):
        raise Undefined
    return evaluate(
        function.function.body, {**function.scope, **dict(zip(parameters, arguments, strict=True))}
    )


def _built_in(tree: BuiltIn, scope: Scope) -> object:
    return FUNCTIONS[tree.name]([evaluate(argument, scope) for argument in tree.arguments], call)


def _instance_of(tree: InstanceOf, scope: Scope) -> object:
    value = evaluate(tree.value, scope)
    if value is None:
        return tree.type == "Null"
    return tree.type == "Any" or kind(value) == tree.type


_RULES: dict[type, Callable[..., object]] = {
    Constant: _constant,
    Variable: _variable,
    Minus: _minus,
    Binary: _binary,
    Between: _between,
    In: _in,
    Interval: _interval,
    If: _if,
    Iteration: _iteration,
    Filter: _filter,
    Path: _path,
    Items: _items,
    Entries: _entries,
    Function: _function,
    Invocation: _invocation,
    BuiltIn: _built_in,
    InstanceOf: _instance_of,
}

"""A syntax tree into nested Python functions that compute it.

Each function takes a `Frame`. What a name, path or filter gives may hold values straight from the caller
(an int, a tuple …): such a value is made FEEL's when it is looked at, and through and through only where it
leaves the expression or enters a function, a comparison or a test. So big contexts cost nothing while
little is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.feel import iteration, operators, selection
from engine.feel.calls import call, function_literal
from engine.feel.comparison import compare
from engine.feel.evaluator import Compiled, Frame
from engine.feel.functions import FeelFunction
from engine.feel.limits import MAX_TREE_HEIGHT, FeelLimitError
from engine.feel.problems import FeelValueError, Weight
from engine.feel.reads import mentions
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
    Tests,
)
from engine.feel.temporal.text import parse_temporal
from engine.feel.values import Range, Value, kind_of

_MAX_ITERATORS = 30
_PLAIN = frozenset(
    {
        Literal,
        AtLiteral,
        Comparison,
        Arithmetic,
        Junction,
        Negation,
        InstanceOf,
        Between,
        In,
        Quantified,
        RangeLiteral,
    }
)
"""Constructs whose values are FEEL's through and through already."""


def compile_expression(node: SyntaxNode, functions: Mapping[str, FeelFunction]) -> Compiled:
    """The function that computes an expression; raises FeelLimitError when it is too deep."""
    return _Compiler(functions).compile(node)


def compile_tests(tests: Tests, functions: Mapping[str, FeelFunction]) -> Compiled:
    """The function that says whether the frame's `?` passes the tests."""
    return _Compiler(functions).tests(tests.tests, negated=tests.negated)


class _Compiler:
    def __init__(self, functions: Mapping[str, FeelFunction]) -> None:
        self._functions = functions
        self._height = 0
        self._levels = 0
        self._rules: dict[type, Callable[..., Compiled]] = {
            Literal: self._literal,
            AtLiteral: self._at_literal,
            Name: self._name,
            PathExpression: self._path,
            Filter: self._filter,
            Call: self._call,
            RangeLiteral: self._range,
            HalfRange: self._half_range,
            ListLiteral: self._list,
            ContextLiteral: self._context,
            FunctionLiteral: self._function,
            If: self._if,
            For: self._for,
            Quantified: self._quantified,
            Junction: self._junction,
            Comparison: self._comparison,
            Between: self._between,
            In: self._in,
            Arithmetic: self._arithmetic,
            Negation: self._negation,
            InstanceOf: self._instance_of,
        }

    def compile(self, node: SyntaxNode) -> Compiled:
        """A node's function; what it gives may not yet be FEEL's through and through."""
        self._height += 1
        self._levels += 1
        if self._height > MAX_TREE_HEIGHT:
            raise FeelLimitError("nesting", MAX_TREE_HEIGHT)
        compiled = self._rules[type(node)](node)
        self._height -= 1
        self._levels -= 1
        return compiled

    def deep(self, node: SyntaxNode) -> Compiled:
        """A node's function, whose values are FEEL's through and through."""
        compiled = self.compile(node)
        return compiled if type(node) in _PLAIN else selection.deep_value(compiled, node.position)

    def tests(self, tests: tuple[SyntaxNode, ...], *, negated: bool) -> Compiled:
        """The tests of `in`, or of a decision table's cell."""
        return operators.any_test([self._test(test) for test in tests], negated=negated)

    def _test(self, node: SyntaxNode) -> Compiled:
        if isinstance(node, HalfRange):
            return operators.half_range_test(node.operator, self.deep(node.bound), node.position)
        if isinstance(node, RangeLiteral):
            return operators.range_test(self.compile(node), node.position)
        if mentions(node, "?"):
            return operators.boolean_test(self.compile(node), node.position)
        is_condition = not isinstance(node, Literal)
        return operators.membership_test(self.deep(node), node.position, may_be_condition=is_condition)

    def _literal(self, node: Literal) -> Compiled:
        return selection.constant(node.value)

    def _at_literal(self, node: AtLiteral) -> Compiled:
        try:
            value = parse_temporal(node.text)
        except FeelValueError as error:
            message = str(error)
            return lambda frame: frame.evaluator.report(message, node.position)
        return selection.constant(value)

    def _name(self, node: Name) -> Compiled:
        return selection.name(node.name, self._functions.get(node.name), node.position)

    def _path(self, node: PathExpression) -> Compiled:
        return selection.path(self.compile(node.source), node.member, node.position)

    def _filter(self, node: Filter) -> Compiled:
        source, condition = self.compile(node.source), self.compile(node.condition)
        return selection.selected(
            source, condition, node.position, reads_item=mentions(node.condition, "item")
        )

    def _call(self, node: Call) -> Compiled:
        arguments = [self.deep(argument.value) for argument in node.arguments]
        names = [argument.name for argument in node.arguments if argument.name is not None]
        return call(self.compile(node.function), arguments, names or None, self._levels, node.position)

    def _range(self, node: RangeLiteral) -> Compiled:
        start, end = self.compile(node.start), self.compile(node.end)

        def run(frame: Frame) -> Value:
            low, high = start(frame), end(frame)
            try:
                compare(low, high)
            except FeelValueError as error:
                return frame.evaluator.report(f"no range has these ends: {error}", node.position)
            return Range(low, high, node.start_included, node.end_included)

        return run

    def _half_range(self, node: HalfRange) -> Compiled:
        bound = self.deep(node.bound)

        def run(frame: Frame) -> Value:
            end = bound(frame)
            try:
                compare(end, end)
                return _half_open(node.operator, end)
            except FeelValueError as error:
                return frame.evaluator.report(f"no range has this end: {error}", node.position)

        return run

    def _list(self, node: ListLiteral) -> Compiled:
        items = [self.compile(item) for item in node.items]

        def run(frame: Frame) -> Value:
            return [item(frame) for item in items]

        return run

    def _context(self, node: ContextLiteral) -> Compiled:
        entries = [(key, self.compile(value)) for key, value in node.entries]
        keys = [key for key, _ in entries]
        if len(set(keys)) < len(keys):
            repeated = next(key for key in keys if keys.count(key) > 1)
            return lambda frame: frame.evaluator.report(
                f"the entry '{repeated}' is there twice", node.position
            )

        def run(frame: Frame) -> Value:
            context: dict[str, Value] = {}
            inner = Frame(context, frame, frame.evaluator)
            for key, value in entries:
                context[key] = value(inner)
            return context

        return run

    def _function(self, node: FunctionLiteral) -> Compiled:
        levels, self._levels = self._levels, 0
        body = self.deep(node.body)
        self._levels = levels
        return function_literal(node, body)

    def _if(self, node: If) -> Compiled:
        condition = self.compile(node.condition)
        consequence, alternative = self.compile(node.consequence), self.compile(node.alternative)

        def run(frame: Frame) -> Value:
            evaluator = frame.evaluator
            problems = evaluator.problems
            mark = len(problems)
            verdict = condition(frame)
            if verdict is not True and verdict is not False:
                evaluator.report(f"expected a condition, found {kind_of(verdict)}", node.position)
            if len(problems) != mark:
                evaluator.weigh(mark, Weight.UNDECIDED)
            return consequence(frame) if verdict is True else alternative(frame)

        return run

    def _domains(self, iterators: tuple[IterationContext, ...]) -> list[iteration.Domain]:
        if len(iterators) > _MAX_ITERATORS:
            raise FeelLimitError("nesting", _MAX_ITERATORS)
        return [
            iteration.Domain(
                each.name,
                self.compile(each.source),
                self.compile(each.end) if each.end is not None else None,
                each.position,
            )
            for each in iterators
        ]

    def _for(self, node: For) -> Compiled:
        domains = self._domains(node.iterators)
        return iteration.loop(domains, self.compile(node.body), with_partial=mentions(node.body, "partial"))

    def _quantified(self, node: Quantified) -> Compiled:
        domains = self._domains(node.iterators)
        return iteration.quantifier(domains, self.compile(node.condition), every=node.every)

    def _junction(self, node: Junction) -> Compiled:
        return operators.conjunction(
            [self.compile(term) for term in node.terms], decisive=not node.conjunction
        )

    def _comparison(self, node: Comparison) -> Compiled:
        left, right = self.deep(node.left), self.deep(node.right)
        if node.operator in ("=", "!="):
            if _is_null(node.right) or _is_null(node.left):
                left, right = operators.handled(left), operators.handled(right)
            return operators.equality(left, right, node.position, negated=node.operator == "!=")
        return operators.order(node.operator, left, right, node.position)

    def _between(self, node: Between) -> Compiled:
        low, high = self.compile(node.low), self.compile(node.high)
        return operators.between(self.compile(node.value), low, high, node.position)

    def _in(self, node: In) -> Compiled:
        value = self.deep(node.value)
        if any(_is_null(test) for test in node.tests):
            value = operators.handled(value)
        return operators.inclusion(value, self.tests(node.tests, negated=False))

    def _arithmetic(self, node: Arithmetic) -> Compiled:
        operations = [(each.operator, self.compile(each.operand), each.position) for each in node.operations]
        return operators.arithmetic(self.compile(node.first), operations)

    def _negation(self, node: Negation) -> Compiled:
        return operators.negation(self.compile(node.operand), node.position)

    def _instance_of(self, node: InstanceOf) -> Compiled:
        value = operators.handled(self.deep(node.value))
        return operators.instance_of(value, node.type, node.position)


def _is_null(node: SyntaxNode) -> bool:
    return isinstance(node, Literal) and node.value is None


def _half_open(operator: str, end: Value) -> Range:
    match operator:
        case "<" | "<=":
            return Range(None, end, start_included=False, end_included=operator == "<=")
        case ">" | ">=":
            return Range(end, None, start_included=operator == ">=", end_included=False)
        case "=":
            return Range(end, end)
    raise FeelValueError("'!=' leaves everything but one value")

"""Compiles boxed expressions into evaluators (DMN 1.5, 10.2.1 and 10.3.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from engine import feel
from engine.dmn.decision_run import CompiledExpression, DecisionRun, ExpressionSite, NamedValues
from engine.dmn.feel_texts import FeelTexts
from engine.dmn.findings import DmnFindings
from engine.dmn.functions import Function, FunctionParameter, function_value
from engine.dmn.item_types import ItemType, ItemTypes
from engine.dmn.model import (
    BoxedExpression,
    BoxedFilter,
    BoxedIterator,
    Conditional,
    Context,
    DecisionTable,
    DmnVariable,
    FunctionDefinition,
    Invocation,
    Iteration,
    ListExpression,
    LiteralExpression,
    Relation,
)
from engine.dmn.outcome import show
from engine.dmn.table_compiler import TableCompiler

Names = frozenset[str]

_SOURCE: Final = "boxed source"
_BODY: Final = "boxed body"
_EACH: Final = f"for element in {_SOURCE} return {_BODY}(element)"
_EACH_WITH_PARTIAL: Final = f"for element in {_SOURCE} return {_BODY}(element, partial)"
_FILTER: Final = f"{_SOURCE}[{_BODY}(item)]"


@dataclass(frozen=True, slots=True)
class BoxedCompiler:
    """Compiles the boxed expressions of one element of the graph.

    `owner` names that element in problems. What the file's types and texts cannot mean becomes a finding.
    """

    owner: str
    types: ItemTypes
    texts: FeelTexts
    findings: DmnFindings

    def compile(self, expression: BoxedExpression, names: Names) -> CompiledExpression:
        """An evaluator of the expression, which may use these names; its value has the written type."""
        evaluate = self._untyped(expression, names)
        result = self.types.find(DmnVariable("", expression.type_ref, expression.place))
        if result is None or isinstance(expression, FunctionDefinition):
            return evaluate
        site = ExpressionSite(self.owner, expression.place)

        def conforming(scope: NamedValues, run: DecisionRun) -> object:
            return run.conform(evaluate(scope, run), result, site)

        return conforming

    def _untyped(self, expression: BoxedExpression, names: Names) -> CompiledExpression:
        match expression:
            case LiteralExpression():
                return self.texts.expression(
                    expression.text, names, ExpressionSite(self.owner, expression.place)
                )
            case DecisionTable():
                tables = TableCompiler(self.owner, self.types, self.texts, self.findings)
                return tables.compile(expression, names)
            case Context():
                return self._context(expression, names)
            case ListExpression():
                return self._list(expression, names)
            case Relation():
                return self._relation(expression, names)
            case Invocation():
                return self._invocation(expression, names)
            case FunctionDefinition():
                return self._function_definition(expression, names)
            case Conditional():
                return self._conditional(expression, names)
            case BoxedFilter():
                return self._filter(expression, names)
            case BoxedIterator():
                return self._iterator(expression, names)

    def _typed_variable(
        self, variable: DmnVariable, value: BoxedExpression, names: Names
    ) -> CompiledExpression:
        """A value as its variable's type, which old files write as the result's where it is a function."""
        evaluate = self.compile(value, names)
        if isinstance(value, FunctionDefinition):
            return evaluate
        type_ = self.types.find(variable)
        if type_ is None:
            return evaluate
        site = ExpressionSite(self.owner, variable.place)
        return lambda scope, run: run.conform(evaluate(scope, run), type_, site)

    def _context(self, context: Context, names: Names) -> CompiledExpression:
        entries: list[tuple[str, CompiledExpression]] = []
        result: CompiledExpression | None = None
        for entry in context.entries:
            if entry.variable is None:
                result = self.compile(entry.value, names)
                continue
            own = names | {entry.variable.name} if isinstance(entry.value, FunctionDefinition) else names
            entries.append((entry.variable.name, self._typed_variable(entry.variable, entry.value, own)))
            names |= {entry.variable.name}

        def evaluate(scope: NamedValues, run: DecisionRun) -> object:
            inner = dict(scope)
            made: dict[str, object] = {}
            for name, value in entries:
                made[name] = inner[name] = value(inner, run)
            return made if result is None else result(inner, run)

        return evaluate

    def _list(self, expression: ListExpression, names: Names) -> CompiledExpression:
        items = [self.compile(item, names) for item in expression.items]
        return lambda scope, run: [item(scope, run) for item in items]

    def _relation(self, relation: Relation, names: Names) -> CompiledExpression:
        rows = [
            [
                (column.name, self._typed_variable(column, cell, names))
                for column, cell in zip(relation.columns, row, strict=False)
            ]
            for row in relation.rows
        ]
        return lambda scope, run: [{name: cell(scope, run) for name, cell in row} for row in rows]

    def _invocation(self, invocation: Invocation, names: Names) -> CompiledExpression:
        function = self.compile(invocation.function, names)
        bindings = [
            (binding.parameter.name, self._typed_variable(binding.parameter, binding.value, names))
            for binding in invocation.bindings
        ]
        site = ExpressionSite(self.owner, invocation.place)
        if bindings and isinstance(invocation.function, LiteralExpression):
            parameters = [name for name, _ in bindings]
            self.texts.check_invocation(invocation.function.text, parameters, names, site)

        def evaluate(scope: NamedValues, run: DecisionRun) -> object:
            called = function(scope, run)
            if not isinstance(called, feel.FeelFunction):
                run.report(site, f"expected a function to invoke, found {show(called)}")
                return None
            arguments = {name: value(scope, run) for name, value in bindings}
            return run.invoke(called, arguments, site)

        return evaluate

    def _function_definition(self, definition: FunctionDefinition, names: Names) -> CompiledExpression:
        function = self.function(definition, name="function", names=names, result=None)
        return lambda scope, run: function_value(function, scope, run)

    def function(
        self, definition: FunctionDefinition, *, name: str, names: Names, result: ItemType | None
    ) -> Function:
        """A compiled function; one whose kind is not FEEL is null, with a problem, whenever it is invoked."""
        site = ExpressionSite(self.owner, definition.place)
        parameters = tuple(
            FunctionParameter(parameter.name, self.types.find(parameter))
            for parameter in definition.parameters
        )
        inner = names | {parameter.name for parameter in parameters}
        return Function(
            name=name,
            site=site,
            types=self.types.names,
            parameters=parameters,
            result=result,
            body=self._body(definition, inner, site),
        )

    def _body(self, definition: FunctionDefinition, names: Names, site: ExpressionSite) -> CompiledExpression:
        if definition.kind != "FEEL":
            return _refusing(
                site, f"expected a function of kind FEEL, found {definition.kind}, which is never run"
            )
        if definition.body is None:
            return _refusing(site, "expected an expression in the function, found none")
        return self.compile(definition.body, names)

    def _conditional(self, conditional: Conditional, names: Names) -> CompiledExpression:
        condition = self.compile(conditional.condition, names)
        then = self.compile(conditional.then, names)
        otherwise = self.compile(conditional.otherwise, names)
        site = ExpressionSite(self.owner, conditional.condition.place)

        def evaluate(scope: NamedValues, run: DecisionRun) -> object:
            mark = len(run.problems)
            decided = condition(scope, run)
            if not isinstance(decided, bool):
                run.report(site, f"expected true or false, found {show(decided)}")
            run.weigh(mark, site)
            if not isinstance(decided, bool):
                return None
            return (then if decided else otherwise)(scope, run)

        return evaluate

    def _filter(self, boxed: BoxedFilter, names: Names) -> CompiledExpression:
        source = self.compile(boxed.source, names)
        match = replace(self, texts=self.texts.aside()).compile(boxed.match, names | {"item"})
        apply = self._internal(_FILTER, boxed)
        site = ExpressionSite(self.owner, boxed.match.place)

        def evaluate(scope: NamedValues, run: DecisionRun) -> object:
            verdicts: list[object] = []

            def matches(item: object) -> object:
                inner = {**scope, **item} if isinstance(item, dict) else dict(scope)
                verdict = match({**inner, "item": item}, run)
                verdicts.append(verdict)
                is_position = len(verdicts) == 1 and isinstance(verdict, Decimal)
                return verdict if is_position or isinstance(verdict, bool) else None

            found = apply({_SOURCE: source(scope, run), _BODY: _native(matches, ["item"])}, run)
            by_position = bool(verdicts) and isinstance(verdicts[0], Decimal)
            return found if by_position or _are_conditions(verdicts, site, run) else None

        return evaluate

    def _iterator(self, iterator: BoxedIterator, names: Names) -> CompiledExpression:
        partial = {"partial"} if iterator.iteration is Iteration.FOR else set()
        source = self.compile(iterator.source, names)
        body = self.compile(iterator.body, names | {iterator.variable} | partial)
        apply = self._internal(_EACH_WITH_PARTIAL if partial else _EACH, iterator)
        parameters = ["element", *partial]
        site = ExpressionSite(self.owner, iterator.body.place)

        def evaluate(scope: NamedValues, run: DecisionRun) -> object:
            def step(element: object, *partial_results: object) -> object:
                inner = {**scope, iterator.variable: element}
                if partial_results:
                    inner["partial"] = partial_results[0]
                return body(inner, run)

            found = apply({_SOURCE: source(scope, run), _BODY: _native(step, parameters)}, run)
            if iterator.iteration is Iteration.FOR or not isinstance(found, list):
                return found
            if not _are_conditions(found, site, run):
                return None
            return _quantified(found, every=iterator.iteration is Iteration.EVERY)

        return evaluate

    def _internal(self, text: str, expression: BoxedFilter | BoxedIterator) -> CompiledExpression:
        """FEEL's own iteration over a boxed source and body, so that both forms mean the same."""
        return self.texts.expression(
            text, frozenset({_SOURCE, _BODY}), ExpressionSite(self.owner, expression.place)
        )


def _are_conditions(verdicts: Sequence[object], site: ExpressionSite, run: DecisionRun) -> bool:
    """Whether each is true, false or null; what is not makes null of the whole boxed expression."""
    for verdict in verdicts:
        if verdict is not None and not isinstance(verdict, bool):
            run.report(site, f"expected true or false, found {show(verdict)}")
            return False
    return True


def _quantified(verdicts: Sequence[object], *, every: bool) -> bool | None:
    """An `and` over all verdicts for `every`, an `or` for `some`."""
    decisive = not every
    if decisive in verdicts:
        return decisive
    return None if None in verdicts else every


def _native(body: Callable[..., object], parameters: list[str]) -> feel.FeelFunction:
    return feel.FeelFunction.native(_BODY, parameters, body)


def _refusing(site: ExpressionSite, message: str) -> CompiledExpression:
    def evaluate(_scope: NamedValues, run: DecisionRun) -> object:
        run.report(site, message)
        return None

    return evaluate

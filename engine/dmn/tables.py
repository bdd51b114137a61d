"""Decision tables, compiled: inputs are computed once, rules matched in order, the hit policy chooses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from engine import feel
from engine.dmn.allowed_values import AllowedValues
from engine.dmn.decision_run import (
    CompiledExpression,
    DecisionRun,
    Doubt,
    ExpressionSite,
    NamedValues,
    Test,
    Trace,
)
from engine.dmn.feel_texts import fold, is_same
from engine.dmn.hit_policy import Hits, TableResult, choose, without_match
from engine.dmn.model import DecisionTable, HitPolicy
from engine.dmn.outcome import CellTrace, InputTrace, RuleTrace, TableTrace, show


@dataclass(frozen=True, slots=True)
class Input:
    """A compiled input column.

    handles_null: one of its cells asks for null, so that a null in the column is no problem of the others
    """

    label: str
    site: ExpressionSite
    value: CompiledExpression
    allowed: AllowedValues | None
    handles_null: bool


@dataclass(frozen=True, slots=True)
class Output:
    """A compiled output column; `ranking` holds the output values in the order in which they are written."""

    name: str
    label: str
    allowed: AllowedValues | None
    ranking: Sequence[object]
    default: CompiledExpression | None


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A compiled rule: the tests that are not `-` with their column, and one evaluator per output column."""

    tests: tuple[tuple[int, Test], ...]
    outputs: tuple[CompiledExpression, ...]


class Table:
    """A compiled decision table; calling it evaluates it (DMN 1.5, 8.3.1)."""

    def __init__(
        self,
        *,
        table: DecisionTable,
        site: ExpressionSite,
        inputs: tuple[Input, ...],
        outputs: tuple[Output, ...],
        rows: tuple[CompiledRule, ...],
    ) -> None:
        self._table = table
        self._site = site
        self._inputs = inputs
        self._outputs = outputs
        self._rows = rows

    def __call__(self, scope: NamedValues, run: DecisionRun) -> object:
        """The table's value in a scope; with a trace in the run, every cell is tested and noted."""
        run.evaluator.charge(1 + len(self._rows))
        values = [_input_value(column, scope, run) for column in self._inputs]
        if not self._are_allowed(values, run):
            return None
        if run.trace is not None:
            return self._traced(values, scope, run, run.trace)
        return self._chosen(self._matched(values, scope, run), scope, run).value

    def _matched(self, values: Sequence[object], scope: NamedValues, run: DecisionRun) -> Sequence[int]:
        first_decides = self._table.hit_policy is HitPolicy.FIRST
        matched = []
        for index, row in enumerate(self._rows):
            if self._matches(row, values, scope, run):
                matched.append(index)
                if first_decides:
                    break
        return matched

    def _matches(
        self, row: CompiledRule, values: Sequence[object], scope: NamedValues, run: DecisionRun
    ) -> bool:
        """Whether every cell of a rule is met; one that surely is not settles it whatever the others are."""
        matched, doubts = True, []
        for column, test in row.tests:
            verdict = test(values[column], scope, run)
            if verdict is True:
                continue
            if verdict is False:
                return False
            matched = matched and verdict.passed
            handled = values[column] is None and self._inputs[column].handles_null
            if not handled or verdict.is_grave:
                doubts.append(verdict)
        for doubt in doubts:
            run.decide_by(doubt)
        return matched

    def _are_allowed(self, values: Sequence[object], run: DecisionRun) -> bool:
        allowed = True
        for column, value in zip(self._inputs, values, strict=True):
            if column.allowed is not None and not column.allowed(value):
                run.report(
                    self._site,
                    f"expected input '{column.label}' among {column.allowed.text}, found {show(value)}",
                )
                allowed = False
        return allowed

    def _chosen(self, matched: Sequence[int], scope: NamedValues, run: DecisionRun) -> TableResult:
        table = self._table
        if not matched:
            return TableResult(self._default(scope, run), ())
        hits = Hits(
            matched=matched,
            output=partial(self._output, scope=scope, run=run),
            rank=partial(self._rank, run=run),
            is_same=partial(is_same, run=run),
            fold=partial(fold, site=self._site, run=run),
        )
        choice = choose(table.hit_policy, table.aggregation, hits)
        if choice.problem:
            run.report(self._site, choice.problem)
        for index in choice.fired:
            run.note_rule(table.rules[index].id)
        return choice

    def _output(self, index: int, scope: NamedValues, run: DecisionRun) -> object:
        values = [
            self._allowed_output(column, entry(scope, run), run)
            for column, entry in zip(self._outputs, self._rows[index].outputs, strict=True)
        ]
        return self._shaped(values)

    def _allowed_output(self, column: Output, value: object, run: DecisionRun) -> object:
        if column.allowed is None or column.allowed(value):
            return value
        run.report(
            self._site,
            f"expected output '{column.label}' among {column.allowed.text}, found {show(value)}",
        )
        return None

    def _shaped(self, values: Sequence[object]) -> object:
        if len(self._outputs) == 1:
            return values[0]
        return {column.name: value for column, value in zip(self._outputs, values, strict=True)}

    def _default(self, scope: NamedValues, run: DecisionRun) -> object:
        if all(column.default is None for column in self._outputs):
            return without_match(self._table.hit_policy, self._table.aggregation)
        return self._shaped(
            [None if column.default is None else column.default(scope, run) for column in self._outputs]
        )

    def _rank(self, output: object, run: DecisionRun) -> tuple[int, ...]:
        values: Mapping[str, object] = output if isinstance(output, dict) and len(self._outputs) > 1 else {}
        return tuple(
            self._position(values.get(column.name) if values else output, column.ranking, run)
            for column in self._outputs
            if column.ranking
        )

    def _position(self, value: object, ranking: Sequence[object], run: DecisionRun) -> int:
        for position, candidate in enumerate(ranking):
            if is_same(candidate, value, run):
                return position
        return len(ranking)

    def _traced(self, values: Sequence[object], scope: NamedValues, run: DecisionRun, trace: Trace) -> object:
        results = [
            {column: _passed(test, values[column], scope, run) for column, test in row.tests}
            for row in self._rows
        ]
        matched = [index for index, tests in enumerate(results) if all(tests.values())]
        choice = self._chosen(matched, scope, run)
        trace.tables.append(
            TableTrace(
                element=self._site.place.element,
                hit_policy=_policy_text(self._table),
                inputs=tuple(
                    InputTrace(label=column.label, value=value)
                    for column, value in zip(self._inputs, values, strict=True)
                ),
                outputs=tuple(column.label for column in self._outputs),
                rules=tuple(
                    self._rule_trace(index, tests, fired=index in choice.fired)
                    for index, tests in enumerate(results)
                ),
                value=choice.value,
            )
        )
        return choice.value

    def _rule_trace(self, index: int, tests: Mapping[int, bool], *, fired: bool) -> RuleTrace:
        rule = self._table.rules[index]
        return RuleTrace(
            number=index + 1,
            id=rule.id,
            cells=tuple(
                CellTrace(text=cell.text, matched=tests.get(column, True))
                for column, cell in enumerate(rule.inputs)
            ),
            outputs=tuple(" ".join(entry.text.split()) for entry in rule.outputs),
            annotations=rule.annotations,
            matched=all(tests.values()),
            fired=fired,
        )


def _input_value(column: Input, scope: NamedValues, run: DecisionRun) -> object:
    """A column's value; a problem on the way leaves the table undecided unless the column asks for null."""
    mark = len(run.problems)
    value = column.value(scope, run)
    if len(run.problems) > mark and not (value is None and column.handles_null):
        run.weigh(mark, column.site)
    return value


def _passed(test: Test, value: object, scope: NamedValues, run: DecisionRun) -> bool:
    """Whether a cell is met, as the standard has it, for an explanation."""
    verdict = test(value, scope, run)
    if not isinstance(verdict, Doubt):
        return verdict
    run.settle(feel.Evaluation(verdict.passed, verdict.problems), verdict.site)
    return verdict.passed


def _policy_text(table: DecisionTable) -> str:
    return f"{table.hit_policy} {table.aggregation}" if table.aggregation else str(table.hit_policy)

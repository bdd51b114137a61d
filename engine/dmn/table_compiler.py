"""Compiles decision tables: clauses and rules become evaluators and tests."""

from dataclasses import dataclass

from engine.dmn.allowed_values import AllowedValues, compile_allowed_values
from engine.dmn.decision_run import CompiledExpression, ExpressionSite
from engine.dmn.feel_texts import FeelTexts
from engine.dmn.findings import DmnFindings
from engine.dmn.item_types import ItemTypes
from engine.dmn.model import (
    DecisionRule,
    DecisionTable,
    DmnVariable,
    InputClause,
    LiteralExpression,
    OutputClause,
    UnaryTestsText,
)
from engine.dmn.table_reader import IRRELEVANT
from engine.dmn.tables import CompiledRule, Input, Output, Table

Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class TableCompiler:
    """Compiles the decision tables of one element of the graph, which `owner` names in problems."""

    owner: str
    types: ItemTypes
    texts: FeelTexts
    findings: DmnFindings

    def compile(self, table: DecisionTable, names: Names) -> CompiledExpression:
        return Table(
            table=table,
            site=ExpressionSite(self.owner, table.place),
            inputs=tuple(self._input(clause, table, names) for clause in table.inputs),
            outputs=tuple(self._output(clause, table, names) for clause in table.outputs),
            rows=tuple(self._row(rule, table, names) for rule in table.rules),
        )

    def _input(self, clause: InputClause, table: DecisionTable, names: Names) -> Input:
        column = table.inputs.index(clause)
        return Input(
            label=clause.label,
            site=ExpressionSite(self.owner, clause.expression.place),
            value=self._typed(clause.expression, clause.expression.type_ref, names),
            allowed=self._allowed(clause.allowed),
            handles_null=any(
                self.texts.handles_null(rule.inputs[column].text, names)
                for rule in table.rules
                if column < len(rule.inputs)
            ),
        )

    def _output(self, clause: OutputClause, table: DecisionTable, names: Names) -> Output:
        allowed = self._allowed(clause.allowed)
        inherited = clause.type_ref or (table.type_ref if len(table.outputs) == 1 else None)
        ordering = allowed or self.types.allowed_values(inherited)
        return Output(
            name=clause.name,
            label=clause.label,
            allowed=allowed,
            ranking=() if ordering is None else ordering.in_order(),
            default=None if clause.default is None else self._typed(clause.default, clause.type_ref, names),
        )

    def _row(self, rule: DecisionRule, table: DecisionTable, names: Names) -> CompiledRule:
        return CompiledRule(
            tests=tuple(
                (column, self.texts.unary_tests(cell.text, names, ExpressionSite(self.owner, cell.place)))
                for column, cell in enumerate(rule.inputs[: len(table.inputs)])
                if cell.text != IRRELEVANT
            ),
            outputs=tuple(
                self._typed(entry, clause.type_ref, names)
                for clause, entry in zip(table.outputs, rule.outputs, strict=False)
            ),
        )

    def _allowed(self, tests: UnaryTestsText | None) -> AllowedValues | None:
        return None if tests is None else compile_allowed_values(tests, self.findings)

    def _typed(self, literal: LiteralExpression, type_ref: str | None, names: Names) -> CompiledExpression:
        site = ExpressionSite(self.owner, literal.place)
        evaluate = self.texts.expression(literal.text, names, site)
        type_ = self.types.find(DmnVariable("", type_ref, literal.place))
        if type_ is None:
            return evaluate
        return lambda scope, run: run.conform(evaluate(scope, run), type_, site)

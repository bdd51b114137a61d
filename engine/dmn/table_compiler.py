"""Compiles decision tables: clauses and rules become evaluators and tests."""

from dataclasses import dataclass

from engine.dmn.feel_texts import FeelTexts
from engine.dmn.item_types import ItemTypes
from engine.dmn.model import (
    DecisionTable,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
    UnaryTests,
    Variable,
)
from engine.dmn.session import Evaluator, Site, Test
from engine.dmn.table_reader import IRRELEVANT
from engine.dmn.tables import Input, Output, Row, Table

Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class TableCompiler:
    """Compiles the decision tables of one element of the graph, which `owner` names in problems."""

    owner: str
    types: ItemTypes
    texts: FeelTexts

    def compile(self, table: DecisionTable, names: Names) -> Evaluator:
        """An evaluator of the table."""
        return Table(
            table=table,
            site=Site(self.owner, table.place),
            inputs=tuple(self._input(clause, names) for clause in table.inputs),
            outputs=tuple(self._output(clause, names) for clause in table.outputs),
            rows=tuple(self._row(rule, table, names) for rule in table.rules),
        )

    def _input(self, clause: InputClause, names: Names) -> Input:
        return Input(
            label=clause.label,
            value=self._typed(clause.expression, clause.expression.type_ref, names),
            allowed=self._test(clause.allowed, names),
            allowed_text="" if clause.allowed is None else clause.allowed.text,
        )

    def _output(self, clause: OutputClause, names: Names) -> Output:
        return Output(
            name=clause.name,
            label=clause.label,
            allowed=self._test(clause.allowed, names),
            allowed_text="" if clause.allowed is None else clause.allowed.text,
            ranking=() if clause.allowed is None else self.texts.listed_values(clause.allowed.text),
            default=None if clause.default is None else self._typed(clause.default, clause.type_ref, names),
        )

    def _row(self, rule: Rule, table: DecisionTable, names: Names) -> Row:
        return Row(
            tests=tuple(
                (column, self.texts.unary_tests(cell.text, names, Site(self.owner, cell.place)))
                for column, cell in enumerate(rule.inputs[: len(table.inputs)])
                if cell.text != IRRELEVANT
            ),
            outputs=tuple(
                self._typed(entry, clause.type_ref, names)
                for clause, entry in zip(table.outputs, rule.outputs, strict=False)
            ),
        )

    def _test(self, tests: UnaryTests | None, names: Names) -> Test | None:
        return (
            None
            if tests is None
            else self.texts.unary_tests(tests.text, names, Site(self.owner, tests.place))
        )

    def _typed(self, literal: LiteralExpression, type_ref: str | None, names: Names) -> Evaluator:
        site = Site(self.owner, literal.place)
        evaluate = self.texts.expression(literal.text, names, site)
        type_ = self.types.find(Variable("", type_ref, literal.place))
        if type_ is None:
            return evaluate
        return lambda scope, session: session.conform(evaluate(scope, session), type_, site)

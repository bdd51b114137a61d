"""Reads boxed expressions, from literal ones to iterators (DMN 1.5, 10.2.1)."""

from collections.abc import Callable
from typing import Final

from engine.dmn.dmn_node import DmnNode, null, read_literal, read_unary_tests
from engine.dmn.model import (
    Binding,
    BoxedExpression,
    BoxedFilter,
    BoxedIterator,
    Conditional,
    Context,
    ContextEntry,
    FunctionDefinition,
    Invocation,
    Iteration,
    ListExpression,
    Relation,
    UnaryTestsText,
)
from engine.dmn.table_reader import read_table

_ITERATIONS: Final = {"for": "return", "some": "satisfies", "every": "satisfies"}


class BoxedReader:
    """Reads the boxed expressions below one `definitions` element (DMN 1.5, 10.2.1)."""

    def __init__(self, root: DmnNode) -> None:
        self._findings = root.findings
        self._readers: dict[str, Callable[[DmnNode], BoxedExpression]] = {
            "literalExpression": read_literal,
            "decisionTable": read_table,
            "context": self._context,
            "list": self._list,
            "relation": self._relation,
            "invocation": self._invocation,
            "functionDefinition": self.function_definition,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._iterator,
            "some": self._iterator,
            "every": self._iterator,
        }

    def unary_tests(self, node: DmnNode | None) -> UnaryTestsText | None:
        """Allowed values, where they are written."""
        return read_unary_tests(node)

    def only_expression(self, node: DmnNode) -> BoxedExpression | None:
        """The one boxed expression below an element; None where there is none, a second one is a finding."""
        expressions = [child for child in node.children() if child.tag in self._readers]
        for surplus in expressions[1:]:
            self._findings.add(
                surplus.place, f"expected one expression in {node.place.element}, found another"
            )
        return self._readers[expressions[0].tag](expressions[0]) if expressions else None

    def function_definition(self, node: DmnNode) -> FunctionDefinition:
        """A boxed function, or the encapsulated logic of a business knowledge model (DMN 1.5, 10.2.1.7)."""
        return FunctionDefinition(
            place=node.place,
            type_ref=node.type_ref(),
            kind=(node.optional("kind") or "FEEL").upper(),
            parameters=tuple(child.variable() for child in node.children("formalParameter")),
            body=self.only_expression(node),
        )

    def _expression(self, node: DmnNode) -> BoxedExpression:
        """The expression below an element that must have one; its absence is a finding and reads as null."""
        expression = self.only_expression(node)
        if expression is not None:
            return expression
        self._findings.add(node.place, "expected an expression, found none")
        return null(node.place)

    def _part(self, node: DmnNode, tag: str) -> BoxedExpression:
        child = node.child(tag)
        if child is not None:
            return self._expression(child)
        self._findings.add(node.place, f"expected an element {tag}, found none")
        return null(node.place)

    def _context(self, node: DmnNode) -> Context:
        entries = []
        for child in node.children("contextEntry"):
            variable = child.child("variable")
            entries.append(
                ContextEntry(
                    variable=None if variable is None else variable.variable(), value=self._expression(child)
                )
            )
        for entry in entries[:-1]:
            if entry.variable is None:
                self._findings.add(
                    entry.value.place, "expected a variable for every context entry but the last, found none"
                )
        return Context(place=node.place, type_ref=node.type_ref(), entries=tuple(entries))

    def _list(self, node: DmnNode) -> ListExpression:
        items = tuple(
            self._readers[child.tag](child) for child in node.children() if child.tag in self._readers
        )
        return ListExpression(place=node.place, type_ref=node.type_ref(), items=items)

    def _relation(self, node: DmnNode) -> Relation:
        columns = tuple(child.variable() for child in node.children("column"))
        rows = []
        for child in node.children("row"):
            cells = tuple(
                self._readers[cell.tag](cell) for cell in child.children() if cell.tag in self._readers
            )
            if len(cells) != len(columns):
                self._findings.add(
                    child.place, f"expected {len(columns)} cells in the row, found {len(cells)}"
                )
            rows.append(cells)
        return Relation(place=node.place, type_ref=node.type_ref(), columns=columns, rows=tuple(rows))

    def _invocation(self, node: DmnNode) -> Invocation:
        bindings = []
        for child in node.children("binding"):
            parameter = child.child("parameter")
            if parameter is None:
                self._findings.add(child.place, "expected an element parameter, found none")
                continue
            value = self.only_expression(child)
            bindings.append(Binding(parameter.variable(), null(child.place) if value is None else value))
        return Invocation(
            place=node.place,
            type_ref=node.type_ref(),
            function=self._expression(node),
            bindings=tuple(bindings),
        )

    def _conditional(self, node: DmnNode) -> Conditional:
        return Conditional(
            place=node.place,
            type_ref=node.type_ref(),
            condition=self._part(node, "if"),
            then=self._part(node, "then"),
            otherwise=self._part(node, "else"),
        )

    def _filter(self, node: DmnNode) -> BoxedFilter:
        return BoxedFilter(
            place=node.place,
            type_ref=node.type_ref(),
            source=self._part(node, "in"),
            match=self._part(node, "match"),
        )

    def _iterator(self, node: DmnNode) -> BoxedIterator:
        return BoxedIterator(
            place=node.place,
            type_ref=node.type_ref(),
            iteration=Iteration(node.tag),
            variable=" ".join(node.required("iteratorVariable").split()),
            source=self._part(node, "in"),
            body=self._part(node, _ITERATIONS[node.tag]),
        )

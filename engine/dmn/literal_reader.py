"""Reads the leaves of boxed expressions: FEEL text and unary tests."""

from engine.dmn.dmn_node import DmnNode
from engine.dmn.findings import DmnPlace
from engine.dmn.model import LiteralExpression, UnaryTestsText


def null(place: DmnPlace) -> LiteralExpression:
    """The expression that stands where none is written."""
    return LiteralExpression(place=place, type_ref=None, text="null")


def read_literal(node: DmnNode) -> LiteralExpression:
    """FEEL text; another language and values imported from elsewhere are findings (DMN 1.5, 7.3.3)."""
    node.check_expression_language("expressionLanguage")
    if node.child("importedValues") is not None:
        node.findings.add_if_strict(
            node.place, "expected text, found importedValues; only imports of DMN files are read"
        )
    return LiteralExpression(place=node.place, type_ref=node.type_ref(), text=node.text())


def read_unary_tests(node: DmnNode | None) -> UnaryTestsText | None:
    """Unary tests as text, where they are written and not blank."""
    if node is None:
        return None
    node.check_expression_language("expressionLanguage")
    text = node.text().strip()
    return UnaryTestsText(place=node.place, text=text) if text else None

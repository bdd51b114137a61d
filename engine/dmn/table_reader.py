"""Reads decision tables: clauses, rules, hit policy and aggregation."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, TypeVar

from engine.dmn.dmn_node import DmnNode, null, read_literal, read_unary_tests
from engine.dmn.model import (
    Aggregation,
    DecisionRule,
    DecisionTable,
    HitPolicy,
    InputClause,
    LiteralExpression,
    OutputClause,
    UnaryTestsText,
)

IRRELEVANT: Final = "-"
"""The input entry that any value meets; modelers also leave the entry blank for it (DMN 1.5, 8.3.3)."""

_Choice = TypeVar("_Choice", bound=StrEnum)


def read_table(node: DmnNode) -> DecisionTable:
    """A decision table (DMN 1.5, 8.3).

    The file holds rules the same way whatever `preferredOrientation` says, which is about drawing only, so a
    table drawn with rules as columns or crossed reads like one with rules as rows.
    """
    inputs = tuple(_input_clause(child) for child in node.children("input"))
    outputs = _output_clauses(node)
    policy = _choice(node, "hitPolicy", HitPolicy) or HitPolicy.UNIQUE
    aggregation = _choice(node, "aggregation", Aggregation)
    if aggregation and policy is not HitPolicy.COLLECT:
        node.findings.add(
            node.place, f"expected aggregation only with hit policy COLLECT, found it with {policy}"
        )
    rules = tuple(
        _rule(child, number, inputs, outputs) for number, child in enumerate(node.children("rule"), start=1)
    )
    return DecisionTable(
        place=node.place,
        type_ref=node.type_ref(),
        hit_policy=policy,
        aggregation=aggregation,
        inputs=inputs,
        outputs=outputs,
        rules=rules,
    )


def _choice(node: DmnNode, attribute: str, choices: type[_Choice]) -> _Choice | None:
    text = node.optional(attribute)
    if text is None or text in set(choices):
        return None if text is None else choices(text)
    expected = ", ".join(choices)
    node.findings.add(node.place, f"expected {attribute} to be one of {expected}, found {text!r}")
    return None


def _input_clause(node: DmnNode) -> InputClause:
    expression = node.child("inputExpression")
    if expression is None:
        node.findings.add(node.place, "expected an element inputExpression, found none")
    read = null(node.place) if expression is None else read_literal(expression)
    return InputClause(
        place=node.place,
        label=node.optional("label") or " ".join(read.text.split()),
        expression=read,
        allowed=read_unary_tests(node.child("inputValues")),
    )


def _output_clauses(node: DmnNode) -> tuple[OutputClause, ...]:
    outputs = tuple(_output_clause(child, node) for child in node.children("output"))
    if not outputs:
        node.findings.add(node.place, "expected at least one output, found none")
    for output in outputs:
        if len(outputs) > 1 and not output.name:
            node.findings.add(output.place, "expected a name for each of several outputs, found none")
    return outputs


def _output_clause(node: DmnNode, table: DmnNode) -> OutputClause:
    default = node.child("defaultOutputEntry")
    return OutputClause(
        place=node.place,
        name=node.name(),
        label=node.optional("label") or node.name() or table.optional("outputLabel") or "output",
        type_ref=node.type_ref(),
        allowed=read_unary_tests(node.child("outputValues")),
        default=None if default is None else read_literal(default),
    )


def _rule(
    node: DmnNode, number: int, inputs: tuple[InputClause, ...], outputs: tuple[OutputClause, ...]
) -> DecisionRule:
    tests = tuple(_input_entry(child) for child in node.children("inputEntry"))
    entries = tuple(_output_entry(child) for child in node.children("outputEntry"))
    for kind, expected, found in (("input", len(inputs), len(tests)), ("output", len(outputs), len(entries))):
        if expected != found:
            node.findings.add(
                node.place, f"expected {expected} {kind} entries in rule {number}, found {found}"
            )
    return DecisionRule(
        place=node.place,
        id=node.optional("id") or str(number),
        inputs=tests,
        outputs=entries,
        annotations=tuple(_annotations(node)),
    )


def _annotations(node: DmnNode) -> Iterator[str]:
    """What is noted of a rule: the standard's entries, and the description that modelers write instead."""
    for entry in node.children("annotationEntry"):
        yield entry.text()
    for description in node.children("description"):
        yield "".join(str(part) for part in description.element.itertext()).strip()


def _input_entry(node: DmnNode) -> UnaryTestsText:
    return read_unary_tests(node) or UnaryTestsText(place=node.place, text=IRRELEVANT)


def _output_entry(node: DmnNode) -> LiteralExpression:
    entry = read_literal(node)
    return entry if entry.text.strip() else null(entry.place)

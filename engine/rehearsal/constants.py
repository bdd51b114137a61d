"""The numbers and texts with which conditions in diagrams compare: what a form is worth being tried with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine import feel
from engine.bpmn.diagram import Diagram, is_diagram
from engine.bundle.contract import Files
from engine.bundle.steps import LIMITS
from engine.feel.reads import children
from engine.feel.syntax import Literal, SyntaxNode


@dataclass(frozen=True, kw_only=True)
class Constants:
    """Each once: whole numbers from the smallest, texts in the order of the files."""

    numbers: Sequence[int]
    texts: Sequence[str]


def constants_of(files: Files) -> Constants:
    """Those in the conditions of flows."""
    found = [value for name in sorted(files) if is_diagram(name) for value in _in_diagram(name, files[name])]
    numbers = {int(value) for value in found if isinstance(value, Decimal) and value == int(value)}
    texts = (value for value in found if isinstance(value, str) and value)
    return Constants(numbers=sorted(numbers), texts=tuple(dict.fromkeys(texts)))


def _in_diagram(name: str, content: bytes) -> Iterator[object]:
    diagram = Diagram.read(name, content, LIMITS)
    for condition in diagram.elements("conditionExpression"):
        try:
            node = feel.expression(condition.content.strip().removeprefix("=")).node
        except (feel.FeelSyntaxError, feel.FeelLimitError):
            # What cannot be read is said by the check.
            continue
        yield from _literals(node)


def _literals(node: SyntaxNode) -> Iterator[object]:
    if isinstance(node, Literal):
        yield node.value
    for child in children(node):
        yield from _literals(child)

"""Options that a form works out with labels in Greek alone, as far as its expressions tell."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine import feel
from engine.feel.reads import children
from engine.feel.syntax import ContextLiteral, Literal, PathExpression, SyntaxNode

_LABEL, _LABEL_EN = "label", "label_en"


def greek_options(components: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """The ids of the components whose options an English reader would read in Greek."""
    for component in components:
        text = component.get("valuesExpression")
        if isinstance(text, str) and text.startswith("=") and _is_greek_alone(text[1:]):
            yield str(component.get("id") or component.get("key") or "–")


def _is_greek_alone(text: str) -> bool:
    """Whether an option has a label in Greek and no other; false for what cannot be read."""
    try:
        waiting: list[SyntaxNode] = [feel.expression(text).node]
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return False
    while waiting:
        node = waiting.pop()
        entries = dict(node.entries) if isinstance(node, ContextLiteral) else {}
        if _LABEL in entries and _LABEL_EN not in entries and _is_greek(entries[_LABEL]):
            return True
        waiting.extend(children(node))
    return False


def _is_greek(label: SyntaxNode) -> bool:
    """Whether it is a text in Greek letters, or by its name the Greek one of two."""
    if isinstance(label, Literal):
        return isinstance(label.value, str) and any("Ͱ" <= letter <= "Ͽ" for letter in label.value)
    return isinstance(label, PathExpression) and label.member == "el"

"""Evaluates the expressions of a diagram in a step; what cannot be decided is a `RuntimeFault`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine import feel
from engine.bpmn.expressions import Expression, Text
from engine.runtime.contract import Surroundings
from engine.runtime.faults import RuntimeFault


def value_of(expression: Expression, context: Mapping[str, Any], surroundings: Surroundings) -> Any:
    """What the expression comes to; null is an answer.

    `RuntimeFault` `limit_passed` when it asks for too much.
    """
    return _evaluation(expression, context, surroundings).value


def certain_value(expression: Expression, context: Mapping[str, Any], surroundings: Surroundings) -> Any:
    """What the expression comes to where null is no answer: then `RuntimeFault` `undecidable_expression`."""
    evaluation = _evaluation(expression, context, surroundings)
    if evaluation.value is None:
        raise _undecidable(expression, evaluation, "a value", {**context, **surroundings.names})
    return evaluation.value


def holds(expression: Expression, context: Mapping[str, Any], surroundings: Surroundings) -> bool:
    """Whether a condition is true; what is neither true nor false is a `RuntimeFault`."""
    evaluation = _evaluation(expression, context, surroundings)
    if isinstance(evaluation.value, bool):
        return evaluation.value
    raise _undecidable(expression, evaluation, "true or false", {**context, **surroundings.names})


def _evaluation(
    expression: Expression, context: Mapping[str, Any], surroundings: Surroundings
) -> feel.Evaluation:
    try:
        now = surroundings.now.astimezone(surroundings.zone)
        return expression.parsed.evaluate({**context, **surroundings.names}, now=now)
    except feel.FeelLimitError as error:
        message = f"{expression.place}: {expression.text}: {error}"
        raise RuntimeFault("limit_passed", message, element_id=expression.place.element_id) from error


def _undecidable(
    expression: Expression, evaluation: feel.Evaluation, expected: str, known: Mapping[str, Any]
) -> RuntimeFault:
    found = "null" if evaluation.value is None else type(evaluation.value).__name__
    missing = next((name for name in sorted(expression.parsed.free_names) if name not in known), None)
    absent = f"; the variable {missing} is missing" if missing else ""
    reasons = "".join(f"; {problem}" for problem in evaluation.problems[:3])
    message = f"Expected {expected} from {expression.text!r} but found {found}{absent}{reasons}"
    return RuntimeFault(
        "undecidable_expression", message, element_id=expression.place.element_id, variable=missing
    )


def spoken(value: Any) -> str | None:
    """A value as text for a name, a key or an assignee: numbers without a trailing zero, null as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def resolve(text: Text | None, context: Mapping[str, Any], surroundings: Surroundings) -> Any:
    """The value of an attribute: its literal text, or its expression's value, null included."""
    if isinstance(text, Expression):
        return value_of(text, context, surroundings)
    return text


def resolve_spoken(text: Text | None, context: Mapping[str, Any], surroundings: Surroundings) -> str | None:
    """The value of an attribute as text; null is None, a list or context a `RuntimeFault`."""
    if not isinstance(text, Expression):
        return text
    value = value_of(text, context, surroundings)
    if isinstance(value, Mapping | list | feel.FeelFunction):
        message = f"Expected text or a number from {text.text!r}, found a {feel.kind_of(value)}"
        raise RuntimeFault("undecidable_expression", message, element_id=text.place.element_id)
    return spoken(value)


def resolve_certain(text: Text, context: Mapping[str, Any], surroundings: Surroundings) -> str:
    """The value of an attribute that must be there, as text; null, a list or context is a `RuntimeFault`."""
    if not isinstance(text, Expression):
        return text
    certain_value(text, context, surroundings)
    return resolve_spoken(text, context, surroundings) or ""

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

    `RuntimeFault` `undecidable_expression` where the text is wrong whatever the values are, or an `if` in it
    cannot be decided, and `limit_passed` when it asks for too much.
    """
    evaluation = _evaluation(expression, context, surroundings)
    if evaluation.problems and _heaviest(evaluation) >= feel.Weight.UNDECIDED:
        raise _undecidable(expression, evaluation, "a value", {**context, **surroundings.names})
    return evaluation.value


def certain_value(expression: Expression, context: Mapping[str, Any], surroundings: Surroundings) -> Any:
    """What the expression comes to where null is no answer: then `RuntimeFault` `undecidable_expression`."""
    evaluation = _evaluation(expression, context, surroundings)
    if evaluation.value is None:
        raise _undecidable(expression, evaluation, "a value", {**context, **surroundings.names})
    return evaluation.value


def holds(expression: Expression, context: Mapping[str, Any], surroundings: Surroundings) -> bool:
    """Whether a condition is true.

    What is neither true nor false is a `RuntimeFault`, and so is a problem that was met on the way and that
    the condition does not handle itself: `foo(1) = 2` is false, but nobody meant that.
    """
    return _decided(expression, context, surroundings, heaviest=feel.Weight.HANDLED)


def holds_by_now(expression: Expression, context: Mapping[str, Any], surroundings: Surroundings) -> bool:
    """The same for a condition that is waited for: a variable may be missing until somebody writes it."""
    return _decided(expression, context, surroundings, heaviest=feel.Weight.ABSENT)


def _decided(
    expression: Expression,
    context: Mapping[str, Any],
    surroundings: Surroundings,
    *,
    heaviest: feel.Weight,
) -> bool:
    evaluation = _evaluation(expression, context, surroundings)
    certain = not evaluation.problems or _heaviest(evaluation) <= heaviest
    if isinstance(evaluation.value, bool) and certain:
        return evaluation.value
    raise _undecidable(expression, evaluation, "true or false", {**context, **surroundings.names})


def _heaviest(evaluation: feel.Evaluation) -> feel.Weight:
    return max(problem.weight for problem in evaluation.problems)


def _evaluation(
    expression: Expression, context: Mapping[str, Any], surroundings: Surroundings
) -> feel.Evaluation:
    try:
        now = surroundings.now.astimezone(surroundings.zone)
        return expression.parsed.evaluate(
            {**context, **surroundings.names}, now=now, chance=surroundings.chance
        )
    except feel.FeelLimitError as error:
        message = f"{expression.place}: {expression.text}: {error}"
        raise RuntimeFault("limit_passed", message, element_id=expression.place.element_id) from error


def _undecidable(
    expression: Expression, evaluation: feel.Evaluation, expected: str, known: Mapping[str, Any]
) -> RuntimeFault:
    found = f"a {feel.kind_of(evaluation.value)}" if evaluation.value is not None else "null"
    if isinstance(evaluation.value, bool):
        found = "one that rests on a problem"
    missing = next((name for name in sorted(expression.parsed.free_names) if name not in known), None)
    absent = f"; the variable {missing} is missing" if missing else ""
    unhandled = [problem for problem in evaluation.problems if problem.weight > feel.Weight.HANDLED]
    reasons = "".join(f"; {problem}" for problem in unhandled[:3])
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

"""FEEL as diagrams use it: parsed when a diagram is read, evaluated in a step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine import feel
from engine.bpmn.findings import Findings, Place
from engine.runtime.contract import Surroundings
from engine.runtime.faults import Fault


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A FEEL expression of a diagram, with the place it stands at."""

    text: str
    place: Place
    parsed: feel.FeelExpression = field(repr=False)

    def value(self, context: Mapping[str, Any], surroundings: Surroundings) -> Any:
        """What the expression comes to; null is an answer.

        `Fault` `limit_passed` when it asks for too much.
        """
        return self._evaluation(context, surroundings).value

    def certain(self, context: Mapping[str, Any], surroundings: Surroundings) -> Any:
        """What the expression comes to where null is no answer: then `Fault` `undecidable_expression`."""
        evaluation = self._evaluation(context, surroundings)
        if evaluation.value is None:
            raise self._undecidable(
                evaluation.problems, "a value", "null", context=context, names=surroundings.names
            )
        return evaluation.value

    def holds(self, context: Mapping[str, Any], surroundings: Surroundings) -> bool:
        """Whether a condition is true; anything but true and false is a `Fault` `undecidable_expression`."""
        evaluation = self._evaluation(context, surroundings)
        value = evaluation.value
        if isinstance(value, bool):
            return value
        found = "null" if value is None else type(value).__name__
        raise self._undecidable(
            evaluation.problems, "true or false", found, context=context, names=surroundings.names
        )

    def _evaluation(self, context: Mapping[str, Any], surroundings: Surroundings) -> feel.Evaluation:
        try:
            return self.parsed.evaluate({**context, **surroundings.names}, now=surroundings.local_now)
        except feel.FeelLimitError as error:
            raise Fault(
                "limit_passed", f"{self.place}: {self.text}: {error}", element_id=self.place.element_id
            ) from error

    def _undecidable(
        self,
        problems: tuple[feel.FeelProblem, ...],
        expected: str,
        found: str,
        *,
        context: Mapping[str, Any],
        names: Mapping[str, Any],
    ) -> Fault:
        missing = next(
            (name for name in sorted(self.parsed.free_names) if name not in context and name not in names),
            None,
        )
        absent = f"; the variable {missing} is missing" if missing else ""
        reasons = "".join(f"; {problem}" for problem in problems[:3])
        message = f"Expected {expected} from {self.text!r} but found {found}{absent}{reasons}"
        return Fault("undecidable_expression", message, element_id=self.place.element_id, variable=missing)


Text = str | Expression
"""What an attribute of a diagram holds: literal text, or an expression where it began with `=`."""


def read_expression(source: str, *, place: Place, findings: Findings, what: str) -> Expression | None:
    """Parse FEEL, with or without the leading `=`; what does not parse is noted, and None."""
    stripped = source.strip()
    body = stripped[1:].strip() if stripped.startswith("=") else stripped
    try:
        return Expression(text=body, place=place, parsed=feel.expression(body))
    except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
        findings.add(
            place, f"The {what} {body!r} is not FEEL: {error}.", remedy="Write it as a FEEL expression."
        )
        return None


def read_text(source: str | None, *, place: Place, findings: Findings, what: str) -> Text | None:
    """Literal text, or the expression after `=`; None for nothing, and for what does not parse (noted)."""
    if source is None or not source.strip():
        return None
    if source.lstrip().startswith("="):
        return read_expression(source, place=place, findings=findings, what=what)
    return source.strip()


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
        return text.value(context, surroundings)
    return text


def resolve_spoken(text: Text | None, context: Mapping[str, Any], surroundings: Surroundings) -> str | None:
    """The value of an attribute as text; null is None, a list or context a `Fault`."""
    if not isinstance(text, Expression):
        return text
    value = text.value(context, surroundings)
    if isinstance(value, Mapping | list | feel.FeelFunction):
        message = f"Expected text or a number from {text.text!r}, found a {feel.kind_of(value)}"
        raise Fault("undecidable_expression", message, element_id=text.place.element_id)
    return spoken(value)


def resolve_certain(text: Text, context: Mapping[str, Any], surroundings: Surroundings) -> str:
    """The value of an attribute that must be there, as text; a null, a list or a context is a `Fault`."""
    if not isinstance(text, Expression):
        return text
    text.certain(context, surroundings)
    return resolve_spoken(text, context, surroundings) or ""

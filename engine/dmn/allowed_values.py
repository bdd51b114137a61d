"""Which values of a type, an input or an output may occur (DMN 1.5, 7.3.2 and 8.3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine import feel
from engine.dmn.findings import DmnFindings
from engine.dmn.model import UnaryTestsText

_LIMITS: Final = feel.FeelLimits(steps=100_000)
"""For one check; allowed values are constants, which take a handful of steps."""


@dataclass(frozen=True, slots=True)
class AllowedValues:
    """Compiled allowed values; `text` is what their author wrote. Without tests everything is allowed."""

    text: str
    tests: feel.UnaryTests | None

    def __call__(self, value: object) -> bool:
        """Whether a value may occur: null may, and so may a list of which each element may."""
        if value is None or self.tests is None or self.tests.matches(value, limits=_LIMITS).value is True:
            return True
        return isinstance(value, list) and bool(value) and all(self(element) for element in value)

    def in_order(self) -> Sequence[object]:
        """The values in the order they are written in, none where the text holds tests that are no values."""
        try:
            values = feel.expression(f"[{self.text}]").evaluate(limits=_LIMITS).value
        except (feel.FeelSyntaxError, feel.FeelLimitError):
            return ()
        return values if isinstance(values, list) else ()


def compile_allowed_values(tests: UnaryTestsText, findings: DmnFindings) -> AllowedValues:
    """Allowed values ready to check; a text that is not FEEL is a finding, or allows everything."""
    try:
        allowed = feel.unary_tests(tests.text)
    except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
        findings.add_if_strict(
            tests.place, f"expected allowed values, found a text that is not FEEL: {error}"
        )
        return AllowedValues(tests.text, tests=None)
    for mistake in allowed.mistakes():
        findings.add_if_strict(tests.place, str(mistake))
    for name in sorted(allowed.free_names):
        findings.add_if_strict(
            tests.place, f"expected allowed values, found '{name}', which nothing gives them; quote a text"
        )
    return AllowedValues(tests.text, allowed)

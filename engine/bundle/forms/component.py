"""One component of a form-js form, with reading that notes what is not as expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine import feel
from engine.bundle.files import BundleFindings


@dataclass(frozen=True, kw_only=True)
class Component:
    """A component as the form has it. What is missing or of the wrong type is noted, and None."""

    file: str
    source: Mapping[str, Any]
    findings: BundleFindings

    @property
    def type(self) -> str:
        """The component's type, as form-js calls it."""
        kind = self.source.get("type")
        return kind if isinstance(kind, str) else ""

    @property
    def id(self) -> str:
        """The component's id; empty if it has none."""
        identifier = self.source.get("id")
        return identifier if isinstance(identifier, str) else ""

    def note(self, sentence: str) -> None:
        self.findings.add(self.file, f"component {self.id or self.type or '?'}", sentence)

    def part(self, name: str) -> "Component":
        """A nested object of settings (`validate`, `properties`, `conditional`), empty if there is none."""
        settings = self.source.get(name, {})
        if not isinstance(settings, Mapping):
            self.note(f"Expected {name} to be an object.")
            settings = {}
        return Component(
            file=self.file,
            source={"id": self.id, "type": self.type, **settings},
            findings=self.findings,
        )

    def text(self, name: str) -> str | None:
        value = self.source.get(name)
        if value is None or isinstance(value, str):
            return value or None
        self.note(f"Expected {name} to be a text, found {value!r:.80}.")
        return None

    def flag(self, name: str) -> bool:
        """A flag, true or false; false if it is not there."""
        value = self.source.get(name, False)
        if not isinstance(value, bool):
            self.note(f"Expected {name} to be true or false, found {value!r:.80}.")
        return value is True

    def count(self, name: str) -> int | None:
        """A whole number from 0."""
        value = self.source.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        self.note(f"Expected {name} to be a whole number from 0, found {value!r:.80}.")
        return None

    def items(self, name: str) -> list[Any]:
        """A list, empty if it is not there."""
        value = self.source.get(name, [])
        if isinstance(value, list):
            return value
        self.note(f"Expected {name} to be a list.")
        return []

    def bound(self, name: str) -> Decimal | feel.FeelExpression | None:
        """A number, or an expression that gives one."""
        value = self.source.get(name)
        if isinstance(value, str) and value.startswith("="):
            return self.expression(name)
        if value is None or value == "":
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Decimal(str(value))
        self.note(f"Expected {name} to be a number or an expression, found {value!r:.80}.")
        return None

    def flag_or_expression(self, name: str) -> bool | feel.FeelExpression:
        """true, false, or an expression that decides it."""
        if isinstance(self.source.get(name), str):
            return self.expression(name) or False
        return self.flag(name)

    def expression(self, name: str) -> feel.FeelExpression | None:
        """A FEEL expression: a text that begins with `=`."""
        text = self.text(name)
        if text is None:
            return None
        if not text.startswith("="):
            self.note(f"Expected {name} to be an expression that begins with =, found {text!r:.80}.")
            return None
        try:
            return feel.expression(text[1:])
        except feel.FeelSyntaxError as error:
            self.note(f"Expected {name} to be FEEL: {error}.")
        except feel.FeelLimitError as error:
            self.note(f"Expected {name} to be shorter or simpler: {error}.")
        return None

"""FEEL as a diagram holds it: parsed, with its place in the file; what does not parse is a finding."""

from dataclasses import dataclass, field

from engine import feel

FEEL_FORMATS = frozenset({"feel", "text/feel", "application/feel", "text/x-feel"})
"""What a script may name as its language, in small letters; no other language is evaluated."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands: the file's name, the line (from 1) and the element's id if it has one."""

    file: str
    line: int
    element_id: str | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f" {self.element_id}" if self.element_id else "")


@dataclass(kw_only=True)
class Findings:
    """The reasons, so far, why a definition cannot be run, so that an analyst sees all of them at once."""

    lines: list[str] = field(default_factory=list)

    def add(self, place: Place, reason: str, *, remedy: str) -> None:
        """Note one finding as a sentence: place, reason, and what to do about it."""
        self.lines.append(f"{place}: {reason} {remedy}")


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A FEEL expression of a diagram, with the place it stands at."""

    text: str
    place: Place
    parsed: feel.FeelExpression = field(repr=False)


Text = str | Expression
"""What an attribute of a diagram holds: literal text, or an expression where it began with `=`."""


def read_expression(source: str, *, place: Place, findings: Findings, what: str) -> Expression | None:
    """Parse FEEL, with or without the leading `=`; what does not parse is noted, and None."""
    stripped = source.strip()
    body = stripped[1:].strip() if stripped.startswith("=") else stripped
    try:
        return Expression(text=body, place=place, parsed=feel.expression(body))
    except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
        reason = f"The {what} {body!r} is not FEEL: {error}."
        findings.add(place, reason, remedy="Write it as a FEEL expression.")
        return None

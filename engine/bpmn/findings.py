"""What is wrong with a diagram, collected so that an analyst sees all of it at once."""

from dataclasses import dataclass, field


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
    """The reasons, so far, why a definition cannot be run."""

    lines: list[str] = field(default_factory=list)

    def add(self, place: Place, reason: str, *, remedy: str) -> None:
        """Note one finding as a sentence: place, reason, and what to do about it."""
        self.lines.append(f"{place}: {reason} {remedy}")

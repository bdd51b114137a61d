"""What an example of a rule is: files that break it, and files that keep every grave rule."""

from collections.abc import Mapping
from dataclasses import dataclass

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Example:
    """`failing` breaks the rule `times` times, at the element `at`; `passing` shows the same done right.

    `served` are the topics that agencies serve, where somebody says so.
    """

    failing: Files
    passing: Files
    at: str | None = None
    times: int = 1
    served: frozenset[str] | None = None


def example(failing: bytes, passing: bytes, at: str | None = None, *, times: int = 1) -> Example:
    """An example in one file."""
    return Example({"p.bpmn": failing}, {"p.bpmn": passing}, at, times)

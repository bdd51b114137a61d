"""Counts verdicts and prints them: per level, per case, and each failure with what was expected and found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.conformance_dmn.run import Verdict


@dataclass(frozen=True, slots=True)
class Tally:
    """How many result nodes there are and how many were met, of all and of those that expect a value."""

    passed: int
    total: int
    passed_values: int
    total_values: int

    @property
    def share(self) -> float:
        """Per cent of all nodes."""
        return 100 * self.passed / self.total if self.total else 100.0

    @property
    def share_of_values(self) -> float:
        """Per cent of the nodes that expect a value."""
        return 100 * self.passed_values / self.total_values if self.total_values else 100.0

    def __str__(self) -> str:
        return (
            f"{self.passed}/{self.total} nodes ({self.share:.2f} %), "
            f"{self.passed_values}/{self.total_values} non-null ({self.share_of_values:.2f} %)"
        )


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """Counts verdicts."""
    found = list(verdicts)
    values = [verdict for verdict in found if verdict.expects_value]
    return Tally(
        passed=sum(verdict.passed for verdict in found),
        total=len(found),
        passed_values=sum(verdict.passed for verdict in values),
        total_values=len(values),
    )


def lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The report as text lines."""
    for level in sorted({verdict.level for verdict in verdicts}):
        of_level = [verdict for verdict in verdicts if verdict.level == level]
        for case in sorted({verdict.case for verdict in of_level}):
            yield f"  {case}: {tally(verdict for verdict in of_level if verdict.case == case)}"
        yield f"{level}: {tally(of_level)}"
    for verdict in verdicts:
        if not verdict.passed:
            name = f"{verdict.level}/{verdict.case} {verdict.test} {verdict.node.name}"
            yield f"FAILED {name}: {verdict.reason}"

"""Counts verdicts by group and prints them, each failure with what was expected and found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.conformance_bpmn.judge import Verdict


@dataclass(frozen=True)
class Tally:
    """How many processes and cases there are and passed; a process passes when all its cases do."""

    processes: int
    passed_processes: int
    cases: int
    passed_cases: int

    def __str__(self) -> str:
        return f"processes {self.passed_processes}/{self.processes}, cases {self.passed_cases}/{self.cases}"


def tally(found: Iterable[Verdict]) -> Tally:
    """Counts verdicts."""
    verdicts = list(found)
    processes = {verdict.model.name: True for verdict in verdicts}
    for verdict in verdicts:
        processes[verdict.model.name] &= verdict.passed
    return Tally(
        processes=len(processes),
        passed_processes=sum(processes.values()),
        cases=len(verdicts),
        passed_cases=sum(verdict.passed for verdict in verdicts),
    )


def groups(verdicts: Sequence[Verdict]) -> list[str]:
    """The groups that there are verdicts for, in alphabetical order."""
    return sorted({verdict.model.group for verdict in verdicts})


def lines(verdicts: Sequence[Verdict], refused: Sequence[str]) -> Iterator[str]:
    """A count for each group, every failure, and the sound models that were refused."""
    for group in groups(verdicts):
        yield f"{group}: {tally(verdict for verdict in verdicts if verdict.model.group == group)}"
    for verdict in verdicts:
        if not verdict.passed:
            name = f"{verdict.model.group}/{verdict.model.name} case {verdict.case.number}"
            yield f"FAILED {name}: {verdict.reason}"
    yield f"sound models refused by the linter: {len(refused)}"
    yield from refused

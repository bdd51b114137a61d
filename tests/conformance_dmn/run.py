"""Evaluates the kit's cases and yields one verdict for each expected result."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from engine import dmn
from tests.conformance_dmn.judge import is_same
from tests.conformance_dmn.kit import ResultNode, TestCase, TestFile, test_files

_NOW: Final = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
"""What `now()` answers; the kit only asks that it does."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one expected result; `reason` is empty when it was met."""

    level: str
    case: str
    test: str
    node: ResultNode
    reason: str

    @property
    def passed(self) -> bool:
        """Whether the expected value was computed."""
        return not self.reason

    @property
    def expects_value(self) -> bool:
        """Whether something other than null is expected, so that failing cannot meet it."""
        return self.node.expected is not None


def verdicts(folder: Path) -> Iterator[Verdict]:
    """One verdict for each result node below a folder of the kit's layout."""
    for file in test_files(folder):
        try:
            bundle = dmn.read(file.files(), strict=False)
        except dmn.DmnReadError as error:
            yield from _all_failed(file, f"the model was refused: {error}")
            continue
        for case in file.cases:
            yield from _case_verdicts(bundle, file, case)


def _all_failed(file: TestFile, reason: str) -> Iterator[Verdict]:
    for case in file.cases:
        for node in case.results:
            yield Verdict(level=file.level, case=file.case, test=case.id, node=node, reason=reason)


def _case_verdicts(bundle: dmn.Bundle, file: TestFile, case: TestCase) -> Iterator[Verdict]:
    for node in case.results:
        reason = _failure(bundle, file, case, node)
        yield Verdict(level=file.level, case=file.case, test=case.id, node=node, reason=reason)


def _failure(bundle: dmn.Bundle, file: TestFile, case: TestCase, node: ResultNode) -> str:
    try:
        outcome = _outcome(bundle, file, case, node)
    except Exception as error:  # noqa: BLE001 - a crash of the engine is a failure to report
        return f"the engine raised {type(error).__name__}: {error}"
    if is_same(node.expected, outcome.value):
        return ""
    problems = "; ".join(str(problem) for problem in outcome.problems)
    return f"expected {node.expected!r}, got {outcome.value!r}" + (f" ({problems})" if problems else "")


def _outcome(bundle: dmn.Bundle, file: TestFile, case: TestCase, node: ResultNode) -> dmn.Outcome:
    if case.invocable is None:
        return bundle.decide(node.name, case.inputs, now=_NOW, file=file.model)
    outcome = bundle.invoke(case.invocable, case.inputs, now=_NOW, file=file.model)
    if isinstance(outcome.value, Mapping) and _has_several_outputs(bundle, case.invocable, file.model):
        return dmn.Outcome(value=outcome.value[node.name], problems=outcome.problems)
    return outcome


def _has_several_outputs(bundle: dmn.Bundle, invocable: str, model: str) -> bool:
    return len(bundle.outputs_of(invocable, file=model)) > 1

"""Scenario results as text: each step, and where one fails what was expected and what was found."""

from collections.abc import Iterable

from engine.rehearsal.rehearsal import ScenarioResult


def report(key: str, results: Iterable[ScenarioResult]) -> str:
    """The report on a procedure's scenarios, ending in a line that counts them."""
    results = list(results)
    lines = [line for result in results for line in _told(key, result)]
    failed = sum(result.problem is not None for result in results)
    count = "1 scenario" if len(results) == 1 else f"{len(results)} scenarios"
    lines.append(f"{key}: {count}, {len(results) - failed} as expected, {failed} not.")
    return "\n".join(lines) + "\n"


def _told(key: str, result: ScenarioResult) -> list[str]:
    scenario = result.scenario
    lines = [f"{key}/{scenario.file}: {scenario.title}"]
    for step in result.steps:
        mark = "ok  " if step.problem is None else "FAIL"
        lines.append(f"  {mark} line {step.line}: {step.text}")
        if step.problem is not None:
            lines.append(f"       {step.problem}")
    lines.append(f"       passed: {' > '.join(result.passed) or 'nothing'}")
    return lines

"""Runs a procedure's scenarios in memory: no database, no network, a clock that only the scenario moves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from engine.bundle.contract import Files
from engine.bundle.scenarios.reading import read_scenarios
from engine.bundle.scenarios.script import Scenario, telling
from engine.kernel.refusal import Refusal
from engine.rehearsal.office import open_office
from engine.rehearsal.player import Play, Unexpected, told


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """A step as it was played; `problem` says what was expected and what was found, None if all was well."""

    line: int
    text: str
    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class ScenarioResult:
    """How a scenario went: its steps up to the first problem, the elements passed, and how the case ended."""

    scenario: Scenario
    steps: tuple[StepResult, ...]
    passed: tuple[str, ...]
    outcome: str | None

    @property
    def problem(self) -> StepResult | None:
        """The step that went otherwise than expected; None if none did."""
        return next((step for step in self.steps if step.problem is not None), None)


def run(files: Files) -> list[ScenarioResult]:
    """Play every scenario of a procedure's files, each in an office of its own.

    `Invalid` if the procedure or a scenario cannot be read, with every finding by file.
    """
    return [rehearse(files, scenario) for scenario in read_scenarios(files)]


def rehearse(files: Files, scenario: Scenario) -> ScenarioResult:
    """Play one scenario of the procedure of these files."""
    office = open_office(files, scenario.given)
    play = Play(office)
    steps = []
    for line, text, act in _acts(scenario, play):
        try:
            act()
        except (Unexpected, Refusal) as found:
            problem = told(found) if isinstance(found, Refusal) else str(found)
            steps.append(StepResult(line=line, text=text, problem=problem))
            break
        steps.append(StepResult(line=line, text=text))
    return ScenarioResult(
        scenario=scenario,
        steps=tuple(steps),
        passed=tuple(office.witness.passed),
        outcome=play.view.case.outcome if play.case_id is not None else None,
    )


def _acts(scenario: Scenario, play: Play) -> Iterator[tuple[int, str, Callable[[], None]]]:
    given, end = scenario.given, scenario.end
    opening = f"open a case for {given.applicant.full_name} ({given.channel})"
    yield given.line, opening, partial(play.begin, given, end.refused)
    for step in scenario.steps:
        yield step.line, telling(step), partial(play.take, step)
    yield end.line, "end as expected", partial(play.end, end)

"""Runs a procedure's scenarios in memory: no database, no network, a clock that only the scenario moves."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from engine.bundle.contract import Files
from engine.bundle.files import fingerprint
from engine.bundle.scenario import Scenario
from engine.bundle.scenario_reading import read_scenarios
from engine.kernel.refusal import Refusal
from engine.rehearsal.calling import calling, is_part
from engine.rehearsal.comparing import refusal_text
from engine.rehearsal.office import Stage, Unexpected
from engine.rehearsal.player import Play
from engine.rehearsal.trace import Trace


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
    trace: Trace = field(default_factory=Trace)

    @property
    def problem(self) -> StepResult | None:
        """The step that went otherwise than expected; None if none did."""
        return next((step for step in self.steps if step.problem is not None), None)


def run(files: Files) -> list[ScenarioResult]:
    """Play every scenario of the files of a procedure or a shared part, each in an office of its own.

    `Invalid` if the procedure or a scenario cannot be read, with every finding by file.
    """
    rehearsal = Rehearsal(files)
    return [rehearsal.play(scenario) for scenario in read_scenarios(files)]


class Rehearsal:
    """Plays scenarios of the same files, one after the other; the files are read once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._stages: dict[str, Stage] = {}

    def play(self, scenario: Scenario) -> ScenarioResult:
        """Play one scenario; `Invalid` if the procedure, or the shared part, cannot be read."""
        files, folder = self._files, ""
        if is_part(files):
            files, scenario, folder = calling(files, scenario)
        play = Play(self._stage(files).office(scenario.given))
        steps = []
        for line, text, act in _acts(scenario, play):
            try:
                act()
            except (Unexpected, Refusal) as found:
                problem = refusal_text(found) if isinstance(found, Refusal) else str(found)
                steps.append(StepResult(line=line, text=text, problem=problem))
                break
            steps.append(StepResult(line=line, text=text))
        return ScenarioResult(
            scenario=scenario,
            steps=tuple(steps),
            passed=tuple(play.passed),
            outcome=play.view.case.outcome if play.case_id is not None else None,
            trace=play.trace.inside(folder) if folder else play.trace,
        )

    def _stage(self, files: Files) -> Stage:
        """A shared part is called by another procedure for every other input."""
        contents = fingerprint(files)
        if contents not in self._stages:
            self._stages[contents] = Stage(files)
        return self._stages[contents]


def rehearse(files: Files, scenario: Scenario) -> ScenarioResult:
    """Play one scenario of the procedure, or of the shared part, of these files."""
    return Rehearsal(files).play(scenario)


def _acts(scenario: Scenario, play: Play) -> Iterator[tuple[int, str, Callable[[], None]]]:
    given, end = scenario.given, scenario.end
    opening = f"open a case for {given.applicant.full_name} ({given.channel})"
    yield given.line, opening, partial(play.begin, given, end.refused)
    for step in scenario.steps:
        yield step.line, step.words, partial(play.take, step)
    yield end.line, "end as expected", partial(play.end, end)


def report(key: str, results: Iterable[ScenarioResult]) -> str:
    """The report on a procedure's scenarios, ending in a line that counts them."""
    results = list(results)
    lines = [line for result in results for line in _lines_of(key, result)]
    failed = sum(result.problem is not None for result in results)
    count = "1 scenario" if len(results) == 1 else f"{len(results)} scenarios"
    lines.append(f"{key}: {count}, {len(results) - failed} as expected, {failed} not.")
    return "\n".join(lines) + "\n"


def _lines_of(key: str, result: ScenarioResult) -> list[str]:
    scenario = result.scenario
    lines = [f"{key}/{scenario.file}: {scenario.title}"]
    for step in result.steps:
        mark = "ok  " if step.problem is None else "FAIL"
        lines.append(f"  {mark} line {step.line}: {step.text}")
        if step.problem is not None:
            lines.append(f"       {step.problem}")
    lines.append(f"       passed: {' > '.join(result.passed) or 'nothing'}")
    return lines

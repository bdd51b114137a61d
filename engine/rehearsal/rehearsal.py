"""Runs a procedure's scenarios in memory: no database, no network, a clock that only the scenario moves."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from engine.bundle.contract import Files
from engine.bundle.files import fingerprint
from engine.bundle.scenario import Scenario
from engine.bundle.scenario_reading import read_scenarios, readable_scenarios
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
    """How a scenario went: its steps up to the first problem, the elements passed, and how the case ended.

    Of one that failed, `stands_at` are the elements where the case stood then, and `expected_at` those where
    the scenario expected it.
    """

    scenario: Scenario
    steps: tuple[StepResult, ...]
    passed: tuple[str, ...]
    outcome: str | None
    trace: Trace = field(default_factory=Trace)
    stands_at: tuple[str, ...] = ()
    expected_at: tuple[str, ...] = ()

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


def run_readable(files: Files) -> tuple[list[ScenarioResult], dict[str, list[str]]]:
    """Play every scenario that can be read; with them the findings, by file, of those that cannot.

    `Invalid` if the procedure itself cannot be read.
    """
    rehearsal = Rehearsal(files)
    scenarios, broken = readable_scenarios(files)
    return [rehearsal.play(scenario) for scenario in scenarios], broken


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
        steps: list[StepResult] = []
        expected: tuple[str, ...] = ()
        for line, text, act in _acts(scenario, play):
            try:
                act()
            except Refusal as refusal:
                steps.append(StepResult(line=line, text=text, problem=refusal_text(refusal)))
                break
            except Unexpected as found:
                steps.append(StepResult(line=line, text=text, problem=str(found)))
                expected = found.wanted
                break
            steps.append(StepResult(line=line, text=text))
        failed = bool(steps) and steps[-1].problem is not None
        return ScenarioResult(
            stands_at=play.stands_at if failed else (),
            expected_at=(*expected, *_next_of(scenario.end.path, play.passed)) if failed else (),
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


def _next_of(path: tuple[str, ...] | None, passed: tuple[str, ...]) -> tuple[str, ...]:
    """The first element of the expected path that was not passed in its turn."""
    for number, element in enumerate(path or ()):
        if passed[number : number + 1] != (element,):
            return (element,)
    return ()


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
    if result.problem is not None:
        lines += _departure_of(result)
    return lines


def _departure_of(result: ScenarioResult) -> list[str]:
    """Where a scenario that failed left its way."""
    lines = []
    if result.stands_at:
        lines.append(f"       the case stands at: {', '.join(result.stands_at)}")
    path = result.scenario.end.path or ()
    same = 0
    while same < min(len(path), len(result.passed)) and path[same] == result.passed[same]:
        same += 1
    if same < len(path) and same < len(result.passed):
        after = f"after {path[same - 1]}" if same else "at the beginning"
        lines.append(f"       departed {after}: expected {path[same]}, found {result.passed[same]}")
    return lines


def not_read(key: str, broken: Mapping[str, list[str]]) -> str:
    """The report on scenario files that cannot be read."""
    lines = []
    for file, sentences in broken.items():
        lines.append(f"{key}/{file}: FAIL, cannot be read")
        lines += (f"       {sentence}" for sentence in sentences)
    return "".join(f"{line}\n" for line in lines)

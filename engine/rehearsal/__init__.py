"""Scenarios: what a procedure must do, told case by case in YAML and played through the real commands.

    results = run(files)               # the files of one procedure, as `engine.bundle.folder` gives them
    print(report(key, results))        # each step; for one that fails, what was expected and what was found
    all(result.problem is None for result in results)

docs/recipes/add-a-procedure.md says how a scenario is written. Besides:

    coverage     what scenarios cover, in `coverage_report` as text, page and picture
    suggesting   scenarios for what none covers
    gate         what a version lacks before it may be submitted, and the evidence
    playing      a draft played step by step
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.bundle.scenario import Scenario
    from engine.bundle.scenario_reading import read_scenarios
    from engine.rehearsal.rehearsal import ScenarioResult, StepResult, rehearse, report, run

__all__ = ["Scenario", "ScenarioResult", "StepResult", "read_scenarios", "rehearse", "report", "run"]

_HOMES = {"Scenario": "bundle.scenario", "read_scenarios": "bundle.scenario_reading"}


def __getattr__(name: str) -> Any:
    """The names of the package, loaded when they are asked for: a server rarely plays anything."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"engine.{_HOMES.get(name, 'rehearsal.rehearsal')}"), name)

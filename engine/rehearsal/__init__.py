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

from engine.bundle.scenario import Scenario
from engine.bundle.scenario_reading import read_scenarios
from engine.rehearsal.rehearsal import ScenarioResult, StepResult, rehearse, report, run

__all__ = ["Scenario", "ScenarioResult", "StepResult", "read_scenarios", "rehearse", "report", "run"]

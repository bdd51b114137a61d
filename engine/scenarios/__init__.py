"""Scenarios: what a procedure must do, told case by case in YAML and played through the real commands.

    results = run(files)               # the files of one procedure, as `engine.catalogue.folder` gives them
    print(report(key, results))        # each step; for one that fails, what was expected and what was found
    all(result.problem is None for result in results)

docs/recipes/add-a-procedure.md says how a scenario is written.
"""

from engine.scenarios.reading import read_scenarios
from engine.scenarios.rehearsal import ScenarioResult, StepResult, rehearse, run
from engine.scenarios.report import report
from engine.scenarios.script import Scenario

__all__ = ["Scenario", "ScenarioResult", "StepResult", "read_scenarios", "rehearse", "report", "run"]

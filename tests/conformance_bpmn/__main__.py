"""Runs the suite, reports, and holds the floor: `python -m tests.conformance_bpmn`."""

import argparse
import json
import os
import sys
from pathlib import Path

from engine.runtime import SpiffWorkflowEngine
from tests.conformance_bpmn.corpus import CONSTRAINTS, Model, models
from tests.conformance_bpmn.judge import Verdict, linted, verdicts
from tests.conformance_bpmn.report import groups, lines, tally

FLOOR = Path(__file__).with_name("floor.json")
"""How many processes of each group passed when it was last raised."""


def main(given: list[str] | None = None) -> int:
    """0 when the floor is held or the suite is absent, 1 otherwise."""
    arguments = _arguments(given)
    folder: Path = arguments.folder or Path(os.environ.get("STOA_CORPORA", "../shared/corpora")) / "betsy"
    if not (folder / "tests.json").is_file():
        print(f"skipped: no {folder / 'tests.json'}; set STOA_CORPORA to the folder that holds betsy")
        return 0
    suite = [model for model in models(folder) if arguments.only in model.name]
    engine = SpiffWorkflowEngine()
    found = [verdict for model in suite for verdict in verdicts(model, engine)]
    refused = [sentence for model in suite if model.group != CONSTRAINTS for sentence in _refusals(model)]
    print(*lines(found, refused), sep="\n")
    return 0 if arguments.folder or arguments.only else _held(found, refused)


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="another folder of the same layout; the floor is not applied"
    )
    parser.add_argument(
        "--only", default="", help="only models whose name holds this text; the floor is not applied"
    )
    return parser.parse_args(given)


def _refusals(model: Model) -> list[str]:
    return [
        f"REFUSED {model.group}/{model.name} line {finding.line} [{finding.rule}] {finding.message.en}"
        for finding in linted(model).errors
    ]


def _held(found: list[Verdict], refused: list[str]) -> int:
    floor: dict[str, int] = json.loads(FLOOR.read_text(encoding="utf-8"))
    counted = {
        group: tally(verdict for verdict in found if verdict.model.group == group).passed_processes
        for group in groups(found)
    }
    below = [
        f"BELOW THE FLOOR {group}: expected {expected} processes, found {counted.get(group, 0)}"
        for group, expected in floor.items()
        if counted.get(group, 0) < expected
    ]
    if refused:
        below.append("BELOW THE FLOOR: the linter refuses sound models")
    print(*below, sep="\n", end="\n" if below else "")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())

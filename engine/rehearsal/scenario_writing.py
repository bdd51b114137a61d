"""Writes a scenario file: what was given, the steps, and what came of it as what is expected."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from engine.rehearsal.player import Play

Written = Mapping[str, Any]
"""A part of a scenario as its file has it."""


def scenario_text(title: str, given: Written, steps: Sequence[Written], played: Play) -> str:
    """The text of the file; what was `played` is what it expects."""
    return text_of(title, given, steps, expected=came_of(played))


def came_of(played: Play) -> dict[str, Any]:
    """How a play stands, as the end of a scenario says it; a case that goes on has no outcome."""
    case = played.view.case
    ended = {"outcome": case.outcome} if case.outcome is not None else {}
    return {"path": list(played.passed), **ended, "status": case.status.value}


def text_of(title: str, given: Written, steps: Sequence[Written], *, expected: Written) -> str:
    """The text of a file of these parts; steps are left out where there are none."""
    walked = {"steps": [dict(step) for step in steps]} if steps else {}
    whole = {"title": title, "given": dict(given), **walked, "expect": dict(expected)}
    text: str = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=100)
    return text

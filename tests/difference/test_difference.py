"""Claims about random diagrams: the engine does with each what BPMN says, and a difference would be seen."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from engine.runtime.contract import Step, Surroundings, Workflow
from engine.runtime.definition import Definition
from tests.difference.__main__ import main
from tests.difference.differing import play_all
from tests.difference.figures import Figures, constructs
from tests.difference.generator import draw
from tests.difference.interpreter import Choices
from tests.difference.shrinking import shrink
from tests.difference.stores import in_memory, in_memory_branches
from tests.difference.writing import bpmn
from tests.examples import examples

ANYWHERE = ("timer", "message", "signal", "condition")
THROWN = ("none", "signal", "message", "escalation", "compensation")
LOOPS = ("parallel", "sequential", "standard")


@pytest.fixture(scope="module")
def played() -> Figures:
    """What came of some diagrams; where the engine differs from BPMN this fails, with all there is to see."""
    part = play_all(range(examples(50)), in_memory_branches(), shrinks=1)
    assert not part.found, "\n".join(line for found in part.found for line in found.lines())
    return part.figures


def test_the_engine_does_with_any_diagram_what_bpmn_says(played: Figures) -> None:
    assert played.differences == 0
    assert played.ended > played.accepted // 2


def test_most_diagrams_that_are_drawn_are_accepted_by_the_linter(played: Figures) -> None:
    assert played.accepted > played.drawn * 0.6


def test_the_diagrams_hold_every_construct() -> None:
    wanted = {
        *(f"{kind}Gateway" for kind in ("exclusive", "inclusive", "parallel", "eventBased")),
        *(f"boundary {kind}, interrupting" for kind in (*ANYWHERE, "escalation", "error", "cancel")),
        *(f"boundary {kind}, non-interrupting" for kind in (*ANYWHERE, "escalation")),
        *(f"event sub-process {kind}, interrupting" for kind in (*ANYWHERE, "escalation", "error")),
        *(f"event sub-process {kind}, non-interrupting" for kind in (*ANYWHERE, "escalation")),
        *(f"intermediateCatchEvent {kind}" for kind in (*ANYWHERE, "link")),
        *(f"intermediateThrowEvent {kind}" for kind in (*THROWN, "link")),
        *(f"endEvent {kind}" for kind in (*THROWN, "error", "terminate", "cancel")),
        *(
            f"{kind} loop of a {what}"
            for kind in LOOPS
            for what in ("userTask", "subProcess", "callActivity")
        ),
        *("conditional flow out of an activity", "several flows into an activity", "timer cycle"),
        *("compensation by a userTask", "compensation by a subProcess", "transaction"),
    }

    found = {name for number in range(1_500) for name in constructs(draw(number))}

    assert wanted - found == set()


def test_a_diagram_depends_on_its_number_alone() -> None:
    assert bpmn(draw(7)) == bpmn(draw(7))
    assert bpmn(draw(7)) != bpmn(draw(8))


@dataclass(frozen=True)
class WithoutTimers:
    """The engine's workflow, but for timers: they never fire."""

    workflow: Workflow

    def fire_timers(self, definition: Definition, snapshot: bytes, *, surroundings: Surroundings) -> Step:
        return self.workflow.postpone_timers(definition, snapshot, by=timedelta(0), surroundings=surroundings)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.workflow, name)


def test_an_engine_that_loses_something_is_found_out_by_a_small_diagram() -> None:
    branch = in_memory()
    branch.engine = replace(branch.engine, workflow=WithoutTimers(branch.engine.workflow))  # type: ignore[arg-type]
    parts = (play_all([number], lambda: branch) for number in count())
    first = next(part.found[0] for part in parts if part.found)

    smallest = shrink(first.smallest, branch, seconds=30)

    assert smallest.played.difference is not None
    assert smallest.played.difference.steps == ("time passes until the next timer",)
    assert len([*smallest.diagram.nodes()]) <= 6


def test_the_command_says_what_it_has_played(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--diagrams", "4", "--seed", "3"])

    assert status == 0
    assert "4 diagrams" in capsys.readouterr().out


def test_every_order_is_tried_once() -> None:
    tried = []
    choices: Choices | None = Choices()
    while choices is not None:
        tried.append([choices(2), choices(1), choices(3)])
        choices = choices.following()

    assert tried == [[first, 0, last] for first in range(2) for last in range(3)]

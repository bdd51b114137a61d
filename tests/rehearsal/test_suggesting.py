"""Scenarios are suggested for what none covers: they pass, cover it, and are the same each time."""

from collections.abc import Mapping

import pytest

from engine.bundle.contract import Files
from engine.rehearsal.candidates import value_in
from engine.rehearsal.coverage import Coverage, Measure
from engine.rehearsal.gate import coverage_of
from engine.rehearsal.rehearsal import run
from engine.rehearsal.suggesting import Suggested, suggest
from tests.messages.drawn import drawn
from tests.procedures.shipped import files_of, result_of, scenario_names
from tests.runtime.diagrams import element, end, flow, start, user

KEY = "residence-certificate"


def without(*names: str) -> tuple[Files, Coverage]:
    """The files of a shipped procedure without these scenarios, and what the others cover."""
    gone = {f"scenarios/{name}.yaml" for name in names}
    files = {name: content for name, content in files_of(KEY).items() if name not in gone}
    left = [result_of(KEY, name) for name in scenario_names(KEY) if name not in names]
    return files, coverage_of(files, left)


def written(found: Suggested) -> Mapping[str, bytes]:
    return {f"scenarios/{one.name}": one.content.encode() for one in found.suggestions}


def test_what_a_removed_scenario_covered_is_found_again() -> None:
    files, coverage = without("not-resident")

    found = suggest(files, coverage)

    with_them = {**files, **written(found)}
    results = run(with_them)
    assert [result.problem for result in results if result.problem] == []
    assert coverage_of(with_them, results).missing(Measure.NODES, Measure.FLOWS, Measure.ERRORS) == ()
    assert found.not_reached == ()
    assert written(found) == written(suggest(files, coverage))


def sketch(condition: str) -> Files:
    """A diagram of a task and a choice behind it, without any scenario."""
    return drawn(
        "sketch",
        start(),
        user("look"),
        element("exclusiveGateway", "choose", default="rest"),
        end("done"),
        end("other"),
        flow("start", "look"),
        flow("look", "choose"),
        flow("choose", "other", condition),
        flow("choose", "done", flow_id="rest"),
    )


def test_what_cannot_be_reached_is_said_and_the_rest_is_found() -> None:
    files = sketch("1 = 2")

    found = suggest(files, coverage_of(files, []))

    (suggestion,) = (one for one in found.suggestions if any(item.id == "done" for item in one.covers))
    assert run({**files, f"scenarios/{suggestion.name}": suggestion.content.encode()})[0].problem is None
    assert "other" in {item.id for item, _ in found.not_reached}
    assert {why.en.partition(" to ")[0] for _, why in found.not_reached} == {"No way was found"}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('"name", "birth"', "name"),
        ("true", True),
        ("(400..800]", 800),
        ("[10..20)", 10),
        ("> 2500", 2501),
        (">= 18", 18),
        ("< 18", 17),
        ("<= 50", 50),
        ("7", 7),
        ("-", None),
        ('not("x")', None),
    ],
)
def test_a_cell_says_by_which_value_it_is_met(cell: str, value: object) -> None:
    assert value_in(cell) == value

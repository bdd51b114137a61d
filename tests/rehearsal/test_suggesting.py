"""Scenarios are suggested for what none covers: they pass, cover it, and are the same each time."""

from collections.abc import Mapping

import pytest

from engine.bundle.contract import Files
from engine.bundle.forms.question import Field, Kind, Options
from engine.dmn import RuleSummary
from engine.mitos import read_record, skeleton_of
from engine.rehearsal.candidates import asked_by, value_in
from engine.rehearsal.coverage import Coverage, Measure
from engine.rehearsal.gate import coverage_of
from engine.rehearsal.rehearsal import run
from engine.rehearsal.suggesting import Suggested, suggest
from tests.builders import NOON
from tests.messages.drawn import drawn
from tests.mitos.records import GREEK
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


def asking(condition: str, field: str) -> Files:
    """A procedure whose clerk fills in one field, by which a case ends in `other` or in `done`."""
    form = '<zeebe:formDefinition formId="look" /><zeebe:userTask />'
    files = drawn(
        "sketch",
        start(),
        user("look", extensions=form),
        element("exclusiveGateway", "choose", default="rest"),
        end("done"),
        end("other"),
        flow("start", "look"),
        flow("look", "choose"),
        flow("choose", "other", condition),
        flow("choose", "done", flow_id="rest"),
    )
    written = f'{{"id": "look", "type": "default", "schemaVersion": 18, "components": [{field}]}}'
    return {**files, "forms/look.form": written.encode()}


NUMBER = '{"type": "number", "id": "F", "key": "sum", "label": "Sum", "validate": {"required": true}}'
WORD = '{"type": "textfield", "id": "F", "key": "word", "label": "Word", "validate": {"required": true}}'
LISTED = (
    '{"type": "checklist", "id": "F", "key": "ticked", "label": "Ticked", '
    '"valuesExpression": "=for one in [1, 2, 3] return {label: string(one), value: string(one)}"}'
)


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        ("sum > 73412", NUMBER),
        ("sum < 73412 and sum > 73410", NUMBER),
        ('word = "ΞΕΝΟΣ"', WORD),
        ("count(ticked) = 3", LISTED),
        ('count(ticked) = 2 and not(list contains(ticked, "2"))', LISTED),
    ],
)
def test_forms_are_tried_with_what_conditions_compare_and_options_that_are_worked_out(
    condition: str, field: str
) -> None:
    files = asking(condition, field)

    found = suggest(files, coverage_of(files, []))

    assert {item.id for item, _ in found.not_reached} == set()
    results = run({**files, **written(found)})
    assert {result.outcome for result in results} >= {"done", "other"}


def test_every_rule_of_a_table_about_ticked_boxes_is_found() -> None:
    record = read_record(GREEK.read_bytes())
    whole = skeleton_of(record, key="parking-permit", agency="municipality").files
    files = {name: content for name, content in whole.items() if "/condition-" not in name}
    results = run(files)

    found = suggest(files, coverage_of(files, results))

    assert [item.id for item, _ in found.not_reached if item.measure is Measure.RULES] == []
    again = run({**files, **written(found)})
    assert coverage_of({**files, **written(found)}, again).missing(Measure.RULES, Measure.NODES) == ()


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


def test_a_cell_that_excludes_options_is_met_by_the_first_other_one() -> None:
    options = Options(values=tuple("abcdefghij"))
    kind = Field(id="F", path=("kind",), kind=Kind.CHOICE, options=options)
    rule = RuleSummary("r", "d", 1, "t.dmn", 1, ("kind",), ('not("a", "b")',), ("1",))

    assert list(asked_by(rule, {"kind": kind}, NOON, {})) == [("kind", "c")]

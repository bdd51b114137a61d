"""Decision tables: cells, hit policies, defaults, allowed values."""

from decimal import Decimal

import pytest

from engine import dmn
from tests.dmn.models import a_decision, a_model, a_table, an_input, an_item


def _outcome(table: str, **inputs: object) -> dmn.Outcome:
    model = a_model(*(an_input(name) for name in inputs), a_decision("Result", table, inputs=list(inputs)))
    return dmn.read({"table.dmn": model}).decide("Result", inputs)


def _matching(hit_policy: str, *outputs: str, column: str = "", aggregation: str = "") -> dmn.Outcome:
    """A table whose rules all match."""
    table = a_table(
        *(f"- : {output}" for output in outputs),
        inputs=["1"],
        outputs=[column],
        hit_policy=hit_policy,
        aggregation=aggregation,
    )
    return _outcome(table)


def test_a_cell_tests_the_value_of_its_column() -> None:
    table = a_table('< 18 : "minor"', '[18..67) : "adult"', '>= 67 : "senior"', inputs=["age"])

    values = [_outcome(table, age=age).value for age in (17, 18, 66, 67)]

    assert values == ["minor", "adult", "adult", "senior"]


def test_a_blank_cell_and_a_dash_are_met_by_any_value() -> None:
    table = a_table(" | - : true", inputs=["a", "b"])

    assert _outcome(table, a=None, b="x").value is True


def test_a_cell_may_name_a_list_that_holds_the_value() -> None:
    table = a_table('known : "old"', 'not(known) : "new"', inputs=["name"])
    model = a_model(
        an_input("name"), an_input("known"), a_decision("Result", table, inputs=["name", "known"])
    )
    bundle = dmn.read({"table.dmn": model})

    assert bundle.decide("Result", {"name": "Eleni", "known": ["Eleni", "Nikos"]}).value == "old"


def test_several_outputs_make_a_context() -> None:
    table = a_table('- : "yes" | 3', inputs=["1"], outputs=["answer", "weight"])

    assert _outcome(table).value == {"answer": "yes", "weight": Decimal(3)}


def test_no_match_is_null() -> None:
    assert _outcome(a_table('1 : "one"', inputs=["n"]), n=2).value is None


def test_no_match_gives_the_default_outputs() -> None:
    table = a_table('1 : "one" | 1', inputs=["n"], outputs=['word = "other"', "number"])

    assert _outcome(table, n=2).value == {"word": "other", "number": None}


@pytest.mark.parametrize("hit_policy", ["COLLECT", "RULE ORDER", "OUTPUT ORDER"])
def test_no_match_of_a_multiple_hit_table_is_an_empty_list(hit_policy: str) -> None:
    assert _outcome(a_table('1 : "one"', inputs=["n"], hit_policy=hit_policy), n=2).value == []


def test_a_unique_table_with_two_matches_is_null_and_says_which() -> None:
    outcome = _matching("UNIQUE", "1", "2")

    assert outcome.value is None
    assert "expected one rule of a UNIQUE table to match, found rules 1, 2" in str(outcome.problems[0])


def test_an_any_table_returns_what_its_rules_agree_on() -> None:
    assert _matching("ANY", "1", "1.0").value == 1


def test_an_any_table_whose_rules_disagree_is_null() -> None:
    outcome = _matching("ANY", "1", "2")

    assert outcome.value is None
    assert "expected rules of an ANY table to agree" in str(outcome.problems[0])


def test_a_first_table_returns_the_first_match() -> None:
    assert _matching("FIRST", '"a"', '"b"').value == "a"


def test_a_priority_table_returns_the_output_that_is_listed_first() -> None:
    assert _matching("PRIORITY", '"low"', '"high"', column=' {"high","low"}').value == "high"


def test_an_output_order_table_sorts_by_the_list_of_output_values() -> None:
    outcome = _matching("OUTPUT ORDER", '"low"', '"high"', '"low"', column=' {"high","low"}')

    assert outcome.value == ["high", "low", "low"]


def test_priority_goes_by_the_first_column_before_the_second() -> None:
    table = a_table(
        '- : "b" | 1',
        '- : "a" | 2',
        '- : "a" | 1',
        inputs=["1"],
        outputs=['letter {"a","b"}', "number {1,2}"],
        hit_policy="PRIORITY",
    )

    assert _outcome(table).value == {"letter": "a", "number": 1}


def test_priority_may_come_from_the_allowed_values_of_the_columns_type() -> None:
    table = a_table('- : "low"', '- : "high"', inputs=["1"], hit_policy="PRIORITY")
    typed = table.replace('<output name=""', '<output name="" typeRef="tLevel"')
    item = an_item("tLevel", "string", allowed='"high", "low"')

    value = dmn.read({"table.dmn": a_model(item, a_decision("Level", typed))}).decide("Level", {}).value

    assert value == "high"


def test_a_rule_order_table_returns_outputs_in_rule_order() -> None:
    assert _matching("RULE ORDER", "3", "1", "2").value == [3, 1, 2]


@pytest.mark.parametrize(
    ("aggregation", "expected"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3), ("", [3, 1, 2])]
)
def test_a_collecting_table_aggregates(aggregation: str, expected: object) -> None:
    assert _matching("COLLECT", "3", "1", "2", aggregation=aggregation).value == expected


def test_the_count_of_no_match_is_zero() -> None:
    table = a_table("1 : 1", inputs=["n"], hit_policy="COLLECT", aggregation="COUNT")

    assert _outcome(table, n=2).value == 0


def test_several_columns_cannot_be_aggregated() -> None:
    table = a_table("- : 1 | 2", inputs=["1"], outputs=["a", "b"], hit_policy="COLLECT", aggregation="SUM")

    outcome = _outcome(table)

    assert outcome.value is None
    assert "expected one output column to aggregate" in str(outcome.problems[0])


def test_an_input_outside_its_allowed_values_makes_the_table_null() -> None:
    table = a_table("- : 1", inputs=["age {[0..120]}"])

    outcome = _outcome(table, age=130)

    assert outcome.value is None
    assert "expected input 'age' among [0..120], found 130" in str(outcome.problems[0])


def test_an_output_outside_its_allowed_values_is_null() -> None:
    outcome = _matching("UNIQUE", '"c"', column=' {"a","b"}')

    assert outcome.value is None
    assert 'found "c"' in str(outcome.problems[0])


def test_an_output_of_another_type_than_its_column_is_null() -> None:
    table = a_table('- : "three"', inputs=["1"]).replace(
        '<output name=""', '<output name="" typeRef="number"'
    )

    outcome = _outcome(table)

    assert outcome.value is None
    assert "expected a value of type number" in str(outcome.problems[0])


def test_a_problem_names_decision_element_and_line() -> None:
    (problem,) = _outcome(a_table('- : "a" + 1', inputs=["1"])).problems

    assert (problem.decision, problem.element, problem.file, problem.line) == (
        "Result",
        "outputEntry",
        "table.dmn",
        3,
    )

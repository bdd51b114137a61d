"""Claims about outcomes that cannot be relied on: what could not be tested is not what is not met."""

import pytest

from engine import dmn
from tests.dmn.models import a_decision, a_knowledge_model, a_literal, a_model, a_table, an_input


def outcome(logic: str, *others: str, **inputs: object) -> dmn.Outcome:
    """What a decision that may read `age`, `name` and `limit` comes to with some of them."""
    required = ["age", "name", "limit"]
    model = a_model(
        *(an_input(name) for name in required), *others, a_decision("Result", logic, inputs=required)
    )
    return dmn.read({"table.dmn": model}, strict=False).decide("Result", inputs)


AGES = a_table('< 18 : "minor"', '- : "adult"', inputs=["age"], hit_policy="FIRST")


@pytest.mark.parametrize(
    ("table", "given", "reason"),
    [
        (AGES, {"age": None}, "cannot compare null with number"),
        (AGES, {"age": "17"}, "expected a number, found a string"),
        (AGES, {}, "expected a value for input 'age', found none"),
        (
            a_table('contain(?, "a") : 1', "- : 2", inputs=["name"]),
            {"name": "b"},
            "there is no 'contain' here",
        ),
        (a_table("contains(?) : 1", "- : 2", inputs=["name"]), {"name": "b"}, "expected contains(string"),
        (a_table('"1" : 1', "- : 2", inputs=["age"]), {"age": 1}, "expected a string, found a number"),
        (a_table('not("1") : 1', "- : 2", inputs=["age"]), {"age": 1}, "expected a string, found a number"),
        (
            a_table("true : 1", "- : 2", inputs=["age > limit"]),
            {"age": 1},
            "expected a value for input 'limit'",
        ),
        (a_literal('if age > "x" then 1 else 2'), {"age": 1}, "cannot compare number with string"),
        (a_literal("foo(age)"), {"age": 1}, "there is no 'foo' here"),
    ],
)
def test_a_problem_while_deciding_leaves_the_decision_undecided(
    table: str, given: dict[str, object], reason: str
) -> None:
    found = outcome(table, **given)

    assert any(reason in problem.message for problem in found.undecided), found.problems


@pytest.mark.parametrize(
    ("table", "given", "value"),
    [
        (AGES, {"age": 17}, "minor"),
        (a_table('null : "?"', '< 18 : "minor"', inputs=["age"]), {"age": None}, "?"),
        (a_table('null : "?"', '< 18 : "minor"', inputs=["age"]), {}, "?"),
        (a_table('? = null or ? < 18 : "minor"', inputs=["age"]), {"age": None}, "minor"),
        (a_table('< 18, null : "minor"', inputs=["age"]), {"age": None}, "minor"),
        (a_table('< 18 | "a" : 1', '- | "b" : 2', inputs=["age", "name"]), {"age": None, "name": "b"}, 2),
        (a_table('"a" : 1', "- : 2", inputs=["name"], hit_policy="FIRST"), {"name": None}, 2),
        (a_table("- : 1", "< 18 : 2", inputs=["age"], hit_policy="FIRST"), {"age": None}, 1),
        (a_table("true : 1", "- : 2", inputs=["age != null"], hit_policy="FIRST"), {}, 2),
        (a_literal("if age = null then 1 else 2"), {}, 1),
    ],
)
def test_what_the_table_or_the_expression_handles_itself_is_decided(
    table: str, given: dict[str, object], value: object
) -> None:
    found = outcome(table, **given)

    assert (found.value, found.undecided) == (value, ())


def test_a_table_that_reads_a_decision_which_came_to_nothing_is_undecided() -> None:
    broken = a_decision("Broken", a_literal('1 + "a"'))
    table = a_decision("Top", a_table('"a" : 1', "- : 2", inputs=["Broken"]), decisions=["Broken"])
    bundle = dmn.read({"top.dmn": a_model(broken, table)})

    found = bundle.decide("Top", {})

    assert found.value == 2
    assert "cannot" in found.undecided[0].message


def test_a_cell_whose_function_came_to_nothing_is_undecided() -> None:
    model = a_knowledge_model("Rank", ["x"], a_literal('x + "a"'))
    table = a_decision(
        "Top", a_table("Rank(?) = 5 : 1", "- : 2", inputs=["age"]), inputs=["age"], knowledge=["Rank"]
    )
    bundle = dmn.read({"top.dmn": a_model(an_input("age"), model, table)})

    assert "Rank came to null" in bundle.decide("Top", {"age": 1}).undecided[0].message


def test_a_hundred_handled_problems_do_not_hide_one_that_is_not() -> None:
    rows = [f"? = null or ? < {number} : {number}" for number in range(600)]
    table = a_table(*rows, "foo(?) : 1", inputs=["age"], hit_policy="COLLECT")

    assert outcome(table, age=None).undecided

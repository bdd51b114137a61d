"""Explanations: why a decision came out as it did."""

import json

from engine import dmn
from tests.dmn.models import a_decision, a_literal, a_model, a_table, an_input


def _explanation(age: int) -> dmn.Explanation:
    table = a_table(
        '< 18 | - : "free"',
        '>= 18 | < 1000 : "half"',
        '>= 18 | - : "full"',
        inputs=["age", "Yearly"],
        outputs=["fee"],
        hit_policy="FIRST",
    )
    model = a_model(
        an_input("age"),
        an_input("income"),
        a_decision("Yearly", a_literal("income * 12"), inputs=["income"]),
        a_decision("Fee", table, inputs=["age"], decisions=["Yearly"]),
    )
    return dmn.read({"fee.dmn": model}).explain("Fee", {"age": age, "income": 50})


def test_an_explanation_holds_every_decision_once_in_the_order_of_evaluation() -> None:
    explanation = _explanation(30)

    assert [decision.name for decision in explanation.decisions] == ["Yearly", "Fee"]
    assert {given.label for given in explanation.decisions[-1].inputs} == {"Yearly", "age"}


def test_each_cell_says_whether_it_was_met_and_each_rule_whether_it_decided() -> None:
    (table,) = _explanation(30).decisions[-1].tables

    assert [[cell.matched for cell in rule.cells] for rule in table.rules] == [
        [False, True],
        [True, True],
        [True, True],
    ]
    assert [rule.matched for rule in table.rules] == [False, True, True]
    assert [rule.fired for rule in table.rules] == [False, True, False]


def test_an_explanation_has_the_value_that_deciding_has() -> None:
    assert _explanation(30).value == "half"


def test_an_explanation_goes_into_json() -> None:
    explanation = json.loads(json.dumps(_explanation(30).as_json()))

    assert explanation["value"] == "half"
    assert explanation["decisions"][1]["tables"][0]["rules"][1]["fired"] is True


def test_an_explanation_as_text_draws_the_table() -> None:
    text = _explanation(30).as_text()

    assert text.splitlines() == [
        "Yearly = 600",
        "  income: 50",
        "",
        'Fee = "half"',
        "  age: 30",
        "  Yearly: 600",
        "",
        "┌───┬───────┬─────────┬──────────┬────────┐",
        "│   │ FIRST │ age     │ Yearly   │ fee    │",
        "│   │       │ 30      │ 600      │        │",
        "├───┼───────┼─────────┼──────────┼────────┤",
        '│   │ 1     │ ✗ < 18  │ ✓ -      │ "free" │',
        '│ ► │ 2     │ ✓ >= 18 │ ✓ < 1000 │ "half" │',
        '│ • │ 3     │ ✓ >= 18 │ ✓ -      │ "full" │',
        "└───┴───────┴─────────┴──────────┴────────┘",
    ]


def test_an_outcome_names_the_rules_that_decided_each_once() -> None:
    table = a_table('< 18 : "free"', '- : "full"', inputs=["age"], outputs=["fee"], hit_policy="FIRST")
    model = a_model(an_input("age"), a_decision("Fee", table, inputs=["age"]))
    bundle = dmn.read({"fee.dmn": model})

    outcomes = [bundle.decide("Fee", {"age": age}) for age in (7, 30)]

    assert len({outcome.rules for outcome in outcomes}) == 2
    assert [len(outcome.rules) for outcome in outcomes] == [1, 1]
    (trace,) = bundle.explain("Fee", {"age": 30}).decisions[0].tables
    assert outcomes[1].rules == tuple(rule.id for rule in trace.rules if rule.fired)

"""Requirement graphs: what a decision sees, knowledge models, decision services, imports."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from engine import dmn, feel
from tests.dmn.models import (
    DMN_15,
    a_component,
    a_decision,
    a_knowledge_model,
    a_literal,
    a_model,
    a_service,
    a_table,
    an_input,
    an_item,
)


def _bundle(*elements: str) -> dmn.Bundle:
    return dmn.read({"graph.dmn": a_model(*elements)})


def test_a_decision_sees_the_values_of_what_it_requires() -> None:
    bundle = _bundle(
        an_input("monthly income", "number"),
        a_decision("Yearly Income", a_literal("monthly income * 12"), inputs=["monthly income"]),
        a_decision("Offer", a_literal("Yearly Income / 2"), decisions=["Yearly Income"]),
    )

    assert bundle.decide("Offer", {"monthly income": 100}).value == 600


def test_a_decision_does_not_see_what_it_does_not_require() -> None:
    files = {"graph.dmn": a_model(an_input("income"), a_decision("Offer", a_literal("income")))}

    outcome = dmn.read(files, strict=False).decide("Offer", {"income": 100})

    assert outcome.value is None
    assert outcome.problems


def test_a_decision_sees_inputs_for_which_the_model_has_no_element() -> None:
    table = a_table('"winter" | > 8 : "stew"', inputs=["season", "guest count"])
    bundle = _bundle(a_decision("Dish", table))

    assert bundle.decisions["d_Dish"].requires_inputs == ("season", "guest count")
    assert bundle.decide("Dish", {"season": "winter", "guest count": 10}).value == "stew"


def test_a_required_decision_is_seen_by_its_id_where_no_variable_has_that_name() -> None:
    bundle = _bundle(
        a_decision("Yearly Income", a_literal("1200")),
        a_decision("Offer", a_literal("d_Yearly_Income / 2"), decisions=["Yearly Income"]),
    )

    assert bundle.decide("Offer", {}).value == 600


def test_a_decision_is_found_by_id_and_by_name() -> None:
    bundle = _bundle(a_decision("The Answer", a_literal("42")))

    assert bundle.decide("d_The_Answer", {}) == bundle.decide("The Answer", {})


def test_a_decision_that_is_not_there_is_refused_with_those_that_are() -> None:
    bundle = _bundle(a_decision("Answer", a_literal("42")))

    with pytest.raises(dmn.UnknownElement, match=r"found 'Question'; there are 'd_Answer' \(Answer\)"):
        bundle.decide("Question", {})


def test_a_decision_required_twice_is_evaluated_once() -> None:
    bundle = _bundle(
        a_decision("Broken", a_literal('1 + "a"')),
        a_decision("Left", a_literal("Broken"), decisions=["Broken"]),
        a_decision("Right", a_literal("Broken"), decisions=["Broken"]),
        a_decision("Both", a_literal("[Left, Right]"), decisions=["Left", "Right"]),
    )

    outcome = bundle.decide("Both", {})

    assert outcome.value == [None, None]
    assert [problem.decision for problem in outcome.problems] == ["Broken"]


def test_an_input_that_is_not_given_is_null_with_a_problem() -> None:
    bundle = _bundle(an_input("age"), a_decision("Echo", a_literal("age"), inputs=["age"]))

    outcome = bundle.decide("Echo", {})

    assert outcome.value is None
    assert "expected a value for input 'age', found none" in str(outcome.problems[0])


def test_an_input_of_another_type_is_null_with_a_problem() -> None:
    bundle = _bundle(an_input("age", "number"), a_decision("Echo", a_literal("age"), inputs=["age"]))

    outcome = bundle.decide("Echo", {"age": "forty"})

    assert outcome.value is None
    assert 'expected a value of type number, found "forty"' in str(outcome.problems[0])


def test_a_knowledge_model_is_called_as_a_function() -> None:
    bundle = _bundle(
        a_knowledge_model("add tax", ["price: number"], a_literal("price * 1.24")),
        a_decision("Total", a_literal("add tax(100)"), knowledge=["add tax"]),
    )

    assert bundle.decide("Total", {}).value == 124


def test_a_knowledge_model_is_not_called_with_an_argument_of_another_type() -> None:
    bundle = _bundle(
        a_knowledge_model("is null", ["n: number"], a_literal("n = null")),
        a_decision("Result", a_literal('is null("a")'), knowledge=["is null"]),
    )

    assert bundle.decide("Result", {}).value is None


def test_a_knowledge_model_may_require_itself() -> None:
    body = a_literal("if n < 2 then 1 else n * factorial(n - 1)")
    bundle = _bundle(
        a_knowledge_model("factorial", ["n"], body, knowledge=["factorial"]),
        a_decision("Result", a_literal("factorial(5)"), knowledge=["factorial"]),
    )

    assert bundle.decide("Result", {}).value == 120


def test_a_knowledge_model_is_invoked_by_name() -> None:
    bundle = _bundle(a_knowledge_model("double", ["n"], a_literal("n * 2")))

    assert bundle.invoke("double", {"n": 4}).value == 8


def test_a_result_type_of_an_old_file_applies_to_what_a_knowledge_model_returns() -> None:
    bundle = _bundle(a_knowledge_model("name", [], a_literal("1"), type_ref="string"))

    assert bundle.invoke("name", {}).value is None


def _service_bundle() -> dmn.Bundle:
    return _bundle(
        an_input("age", "number"),
        a_decision("Discount", a_literal("10")),
        a_decision("Fee", a_literal("100 - Discount - age"), decisions=["Discount"], inputs=["age"]),
        a_decision("Band", a_literal('if age > 60 then "senior" else "adult"'), inputs=["age"]),
        a_service("fee service", outputs=["Fee"], input_decisions=["Discount"], inputs=["age"]),
        a_service("both", outputs=["Fee", "Band"], inputs=["age"]),
        a_decision("Called", a_literal("fee service(40, 20)"), knowledge=["#s_fee_service"]),
    )


def test_a_service_with_one_output_answers_with_its_value() -> None:
    assert _service_bundle().invoke("fee service", {"age": 40, "Discount": 20}).value == 40


def test_a_service_with_several_outputs_answers_with_a_context() -> None:
    assert _service_bundle().invoke("both", {"age": 70}).value == {"Fee": 20, "Band": "senior"}


def test_a_service_is_a_function_whose_parameters_are_input_data_then_input_decisions() -> None:
    assert _service_bundle().decide("Called", {}).value == 40


def test_a_service_called_without_an_argument_takes_it_for_null() -> None:
    outcome = _service_bundle().invoke("fee service", {"age": 40})

    assert outcome.value is None
    assert "expected an argument 'Discount', found none" in str(outcome.problems[0])


def _importing() -> dict[str, bytes]:
    imported = a_model(
        an_item("tPerson", inner=a_component("full name", "string")),
        an_input("visitor", "tPerson"),
        a_decision("Salutation", a_literal('"Dear " + visitor.full name'), inputs=["visitor"]),
        a_knowledge_model("say hello", ["to: tPerson"], a_literal('"Hello " + to.full name')),
        namespace="urn:people",
    )
    importing = a_model(
        f'<import name="people" namespace="urn:people" importType="{DMN_15}"/>',
        an_input("guest", "people.tPerson"),
        a_decision(
            "Greeting",
            a_literal("people.say hello(guest)"),
            inputs=["guest"],
            knowledge=["urn:people#b_say_hello"],
        ),
        a_decision("Letter", a_literal("people.Salutation"), decisions=["urn:people#d_Salutation"]),
    )
    return {"people.dmn": imported, "main.dmn": importing}


def test_types_and_functions_of_an_imported_file_are_used_under_the_imports_name() -> None:
    bundle = dmn.read(_importing())

    assert bundle.decide("Greeting", {"guest": {"full name": "Eleni"}}).value == "Hello Eleni"


def test_input_of_an_imported_decision_stands_under_the_imports_name() -> None:
    bundle = dmn.read(_importing())

    outcome = bundle.decide("Letter", {"people": {"visitor": {"full name": "Nikos"}}})

    assert outcome.value == "Dear Nikos"


def test_input_of_an_imported_decision_may_stand_among_the_others() -> None:
    bundle = dmn.read(_importing())

    assert bundle.decide("Letter", {"visitor": {"full name": "Nikos"}}).value == "Dear Nikos"


def test_now_is_the_moment_that_was_given() -> None:
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    bundle = _bundle(a_decision("Year", a_literal("now().year")))

    assert bundle.decide("Year", {}, now=moment).value == 2026


def test_limits_hold_for_all_decisions_together() -> None:
    bundle = _bundle(
        a_decision("One", a_literal("count(for i in 1..600 return i)")),
        a_decision("Other", a_literal("count(for i in 1..600 return i)")),
        a_decision("Both", a_literal("One + Other"), decisions=["One", "Other"]),
    )
    limits = feel.FeelLimits(steps=1000)

    assert bundle.decide("One", {}, limits=limits).value == 600
    with pytest.raises(feel.FeelLimitError):
        bundle.decide("Both", {}, limits=limits)


def test_the_rules_of_tables_count_against_the_limits() -> None:
    table = a_table(*(f"{n} : {n}" for n in range(50)), inputs=["n"])
    bundle = _bundle(
        a_knowledge_model("lookup", ["n"], table),
        a_decision("All", a_literal("for i in 1..40 return lookup(i)"), knowledge=["lookup"]),
    )

    with pytest.raises(feel.FeelLimitError):
        bundle.decide("All", {}, limits=feel.FeelLimits(steps=1000))


def test_problems_of_a_loop_are_noted_up_to_a_bound() -> None:
    bundle = _bundle(
        a_knowledge_model("wrong", ["n"], a_literal('n + "a"')),
        a_decision("All", a_literal("for i in 1..2000 return wrong(i)"), knowledge=["wrong"]),
    )

    assert len(bundle.decide("All", {}).problems) == 500


def test_an_endless_recursion_is_stopped() -> None:
    bundle = _bundle(
        a_knowledge_model("again", [], a_literal("again()"), knowledge=["again"]),
        a_decision("Result", a_literal("again()"), knowledge=["again"]),
    )

    with pytest.raises(feel.FeelLimitError):
        bundle.decide("Result", {})


def test_threads_may_share_a_bundle() -> None:
    logic = a_literal("sum(for i in 1..n return square(i))")
    bundle = _bundle(
        an_input("n", "number"),
        a_knowledge_model("square", ["n: number"], a_literal("n * n")),
        a_decision("Sum", logic, inputs=["n"], knowledge=["square"]),
    )

    with ThreadPoolExecutor(max_workers=4) as threads:
        values = list(threads.map(lambda n: bundle.decide("Sum", {"n": n}).value, range(1, 41)))

    assert values == [sum(i * i for i in range(1, n + 1)) for n in range(1, 41)]

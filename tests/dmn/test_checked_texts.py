"""Claims about strict reading: unknown functions, wrong arguments, names that nothing gives are refused."""

import pytest

from engine import dmn
from tests.dmn.models import (
    a_context,
    a_decision,
    a_function,
    a_knowledge_model,
    a_literal,
    a_model,
    a_service,
    a_table,
    an_input,
    an_invocation,
    an_item,
)

FEE = a_knowledge_model("Fee", ["engine size"], a_literal("engine size * 2"))


def refusals(*elements: str) -> list[str]:
    with pytest.raises(dmn.DmnReadError) as refused:
        dmn.read({"checked.dmn": a_model(*elements)})
    return [str(finding) for finding in refused.value.findings]


def decided(logic: str) -> tuple[str, str, str]:
    """A model whose decision knows an input and a function."""
    return an_input("name"), FEE, a_decision("Result", logic, inputs=["name"], knowledge=["Fee"])


@pytest.mark.parametrize(
    ("logic", "reason"),
    [
        (a_literal("foo(1) = 2"), "found foo(…); the nearest name is 'floor'"),
        (a_table('contain(?, "a") : 1', "- : 2", inputs=["name"]), "the nearest name is 'contains'"),
        (a_table("- : lenght(name)", inputs=["name"]), "found lenght(…)"),
        (a_table('"a" : 1', inputs=["upperCase(name)"]), "the nearest name is 'upper case'"),
        (a_literal('contains("a")'), "expected contains(string: string, match: string), found contains(…)"),
        (a_literal("Fee(1, 2)"), "expected Fee(engine size), found Fee(…, …)"),
        (a_literal("fee(1)"), "the nearest name is 'Fee'"),
        (an_invocation("Fees", size="1"), "found Fees(size: …); the nearest name is 'Fee'"),
        (an_invocation("Fee", size="1"), "expected Fee(engine size), found Fee(size: …)"),
        (a_context(("f", a_function(["x"], a_literal("sume(x)"))), ("", a_literal("f(1)"))), "found sume(…)"),
    ],
)
def test_a_call_that_is_wrong_whatever_the_values_are_is_refused(logic: str, reason: str) -> None:
    (refusal,) = refusals(*decided(logic))

    assert refusal.startswith("checked.dmn:")
    assert reason in refusal


def test_a_name_that_nothing_gives_to_a_knowledge_model_is_refused_with_the_nearest() -> None:
    model = a_knowledge_model("Fee", ["engine size"], a_literal("enginesize * 2"))

    (refusal,) = refusals(model)

    assert "found 'enginesize', which nothing gives it; the nearest name is 'engine size'" in refusal


def test_an_unknown_function_of_a_knowledge_model_is_one_refusal() -> None:
    (refusal,) = refusals(a_knowledge_model("Fee", ["x"], a_literal("foo(x)")))

    assert "found foo(…)" in refusal


def test_a_name_among_allowed_values_is_refused() -> None:
    refusal, *_ = refusals(an_item("tColour", "string", allowed='"red", green'), an_input("c", "tColour"))

    assert "expected allowed values, found 'green'" in refusal


@pytest.mark.parametrize(
    "logic",
    [
        a_literal("Fee(1) + Fee(engine size: 2)"),
        an_invocation("Fee"),
        a_literal("name.anything(1)"),
        a_context(("f", a_function(["x"], a_literal("x"))), ("", a_literal("f(1)"))),
        a_literal("undeclared + 1"),
        a_literal("[{f: function(a) a}][f(1) = 1]"),
    ],
)
def test_what_may_be_right_is_read(logic: str) -> None:
    dmn.read({"checked.dmn": a_model(*decided(logic))})


def test_a_service_is_called_with_its_inputs_and_a_knowledge_model_may_call_itself() -> None:
    service = a_service("Both", outputs=["Double"], inputs=["n"])
    double = a_decision("Double", a_literal("n * 2"), inputs=["n"])
    factorial = a_knowledge_model("fact", ["n"], a_literal("if n < 2 then 1 else n * fact(n - 1)"))
    asks = a_decision("Asks", a_literal("Both(n: 4)"), knowledge=["#s_Both"])
    parts = (an_input("n"), double, service, factorial)

    assert dmn.read({"s.dmn": a_model(*parts, asks)}).decide("Asks", {}).value == 8
    (refusal,) = refusals(*parts, a_decision("Wrong", a_literal("Both(m: 4)"), knowledge=["#s_Both"]))
    assert "expected Both(n), found Both(m: …)" in refusal


def test_a_reader_that_is_not_strict_takes_them_and_gives_null() -> None:
    model = a_model(*decided(a_literal("foo(1)")))

    outcome = dmn.read({"checked.dmn": model}, strict=False).decide("Result", {"name": "a"})

    assert outcome.value is None
    assert outcome.undecided

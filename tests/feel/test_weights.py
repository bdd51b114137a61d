"""Claims about problems: which an expression handles itself, and which leave undecided what comes of it."""

import pytest

from engine.feel import FeelFunction, FeelValueError, Weight
from tests.feel.evaluating import evaluation


def heaviest(text: str, **context: object) -> Weight | None:
    """The heaviest problem of a text; None where there is none."""
    return max((problem.weight for problem in evaluation(text, **context).problems), default=None)


@pytest.mark.parametrize(
    "text",
    [
        "x = null",
        "null != x",
        "x.y = null",
        "if x = null then 1 else 2",
        "x in (null, 1)",
        "x > 1 and x != null",
        "x != null and x > 1",
        "x = null or x > 1",
        "x > 1 or true",
        "x = 1 or true",
        "some each in [1, 2] satisfies each > x or each = 2",
        "x instance of number",
        "not(x instance of number)",
        "(x + 1) = null",
    ],
)
def test_a_null_that_the_expression_asks_about_is_handled(text: str) -> None:
    assert heaviest(text) in (None, Weight.HANDLED)


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("x", Weight.ABSENT),
        ("x = 1", Weight.ABSENT),
        ("not(x = 1)", Weight.ABSENT),
        ("x > 1", Weight.NULL),
        ("x > 1 and true", Weight.NULL),
        ('1 = "1"', Weight.NULL),
        ("count([{a: 1}][b > 1]) = 0", Weight.NULL),
        ("if x > 1 then 1 else 2", Weight.UNDECIDED),
        ("if x = 1 then 1 else 2", Weight.UNDECIDED),
        ("(if x = 1 then null else 2) = null", Weight.UNDECIDED),
        ("foo(1) = 2", Weight.WRONG),
        ("foo(1) = null", Weight.WRONG),
        ("foo(1) = 2 or true", Weight.WRONG),
        ('contains("a") = true', Weight.WRONG),
        ('contains(string: "a", matc: "b")', Weight.WRONG),
        ("{f: function(a) a, r: f(1, 2)}.r = null", Weight.WRONG),
        ("{f: 1, r: f(1)}.r = null", Weight.WRONG),
        ("{m: {}, r: m.f(1)}.r = null", Weight.WRONG),
    ],
)
def test_every_other_problem_weighs(text: str, weight: Weight) -> None:
    assert heaviest(text) is weight


def test_a_call_whose_values_do_not_fit_may_fit_with_others() -> None:
    assert heaviest("abs(x)", x=None) is Weight.NULL
    assert heaviest("abs(x) = null", x=None) is Weight.HANDLED


def test_what_a_function_of_ours_refuses_is_a_problem_of_its_values() -> None:
    def refuse(_: object) -> object:
        raise FeelValueError("expected a whole number of days")

    function = FeelFunction.native("working_days", ("days",), refuse)

    assert heaviest("f(1.5) = 1", f=function) is Weight.NULL
    assert heaviest("f(1, 2) = 1", f=function) is Weight.WRONG


def test_handled_problems_never_take_the_place_of_others() -> None:
    text = "count(for i in 1..200 return x = null) = 1 or y > 1"

    assert heaviest(text) is Weight.NULL

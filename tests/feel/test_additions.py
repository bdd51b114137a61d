"""Claims about the functions that the dialect's own engine adds to FEEL."""

from random import Random

import pytest

from engine import feel
from engine.feel import Weight
from tests.feel.evaluating import evaluation, problem, value

HOLDS = """
is defined(1) and is defined("") and not(is defined(null))
not(is defined(x)) and not(is defined(x.y)) and not(is defined({a: 1}.b))
get or else("this", "default") = "this" and get or else(null, "default") = "default"
get or else(x, 3) = 3 and get or else({a: 1}.b, 4) = 4 and get or else(null, null) = null
get or else(value: null, default: 1) = 1
fromAi(3) = 3 and fromAi(null, "a number") = null and fromAi(description: "d", value: 4) = 4
fromAi({a: 1}.a, "an a", "array", {items: {type: "string"}}) = 1
assert(4, 4 > 0) = 4 and assert("a", true, "never said") = "a"
is blank("") and is blank(" \\t\\n") and not(is blank(" a "))
trim("  hello world ") = "hello world"
extract("references are 1234, 1256, 1378", "12[0-9]*") = ["1234", "1256"]
extract("abc", "[0-9]") = []
to base64("FEEL") = "RkVFTA==" and to base64("α") = "zrE="
string join(["a", "b", null], ", ", "[", "]") = "[a, b]" and string join(["a"], null, "<", null) = "<a"
is empty([]) and not(is empty([1])) and not(is empty([[]]))
partition([1, 2, 3, 4, 5], 2) = [[1, 2], [3, 4], [5]] and partition([], 2) = []
duplicate values([1, 2, 3, 2, 1]) = [1, 2] and duplicate values(["a", null, null]) = [null]
from json("{\\"a\\": [1, 2.50, null], \\"b\\": {\\"c\\": \\"x\\"}}") = {a: [1, 2.5, null], b: {c: "x"}}
from json("\\"2026-01-31\\"") = "2026-01-31" and from json("9007199254740993") = 9007199254740993
to json({a: [1, 2.50, null, true], "b c": "x\\"y"}) = "{\\"a\\":[1,2.50,null,true],\\"b c\\":\\"x\\\\\\"y\\"}"
to json(0.1234567890123456789) = "0.1234567890123456789"
to json(@"2026-01-31") = "\\"2026-01-31\\"" and to json(@"P1D") = "\\"P1D\\""
from json(to json({a: {b: [1, "x"]}})) = {a: {b: [1, "x"]}}
last day of month(@"2028-02-03") = @"2028-02-29"
last day of month(@"2026-12-01T10:00:00Z") = @"2026-12-31"
date and time(@"2026-07-31T14:27:30@Europe/Berlin", "America/Los_Angeles").hour = 5
date and time(@"2026-07-31T14:27:30", "Z") = @"2026-07-31T14:27:30Z"
string(date and time(@"2026-07-31T14:27:30", "Europe/Athens")) = "2026-07-31T14:27:30@Europe/Athens"
put({x: 1}, "y", 2) = {x: 1, y: 2} and put all({x: 1}, {y: 2}, {x: 3}) = {x: 3, y: 2}
put({x: {y: 1}}, ["x", "y"], 2) = {x: {y: 2}} and context put({x: {y: 1}}, ["x", "z"], 2) = {x: {y: 1, z: 2}}
get value({x: {y: 1}}, ["x", "y"]) = 1 and get value({x: 1}, ["x", "y"]) = null
"Dear " + "Maria" + ", " + string(3) + " days" = "Dear Maria, 3 days"
"""


@pytest.mark.parametrize("statement", HOLDS.strip().splitlines())
def test_the_functions_of_the_dialect_hold(statement: str) -> None:
    assert evaluation(statement).value is True


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("is blank(null)", "expected string, found null"),
        ("trim(1)", "expected string, found number"),
        ("partition([1], 0)", "expected a size of at least 1"),
        ('extract("a", "(")', "pattern"),
        ('extract("a", "x*")', "matches a text of no characters"),
        ('from json("{")', "expected JSON"),
        ('from json("NaN")', "expected JSON"),
        ("to json(function(a) a)", "a function has no JSON form"),
        ('assert(null, false, "an AFM is needed")', "an AFM is needed"),
        ("assert(1, null)", "the asserted condition is not true"),
        ('date and time(@"2026-07-31T14:27:30", "Nowhere/City")', "there is no time zone"),
        ('"order-" + 123', "cannot add"),
        ("uuid()", "nothing may be left to chance here"),
        ("random number()", "nothing may be left to chance here"),
    ],
)
def test_what_they_cannot_answer_is_null_with_a_reason(text: str, reason: str) -> None:
    assert reason in problem(text)


def test_a_failed_assertion_is_never_a_null_to_go_on_with() -> None:
    found = evaluation("get or else(assert(x, x != null), 1) = 1")

    assert max(each.weight for each in found.problems) is Weight.WRONG


def test_what_is_asked_whether_it_is_null_is_no_problem() -> None:
    for text in ("is defined(x.y)", "get or else(x.y, 1) = 1", "get or else(abs(x), 1) > 0"):
        assert {each.weight for each in evaluation(text).problems} == {Weight.HANDLED}


def test_chance_comes_from_who_evaluates_and_is_the_same_for_the_same_seed() -> None:
    def drawn(seed: int) -> object:
        text = feel.expression("[uuid(), uuid(), random number()]")
        return text.evaluate({}, chance=Random(seed)).value

    first = drawn(1)

    assert first == drawn(1) != drawn(2)
    assert isinstance(first, list)
    assert first[0] != first[1]
    assert (
        feel.expression('matches(u, "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")')
        .evaluate({"u": first[0]})
        .value
        is True
    )
    assert 0 <= first[2] < 1


def test_a_variable_hides_a_function_of_its_name() -> None:
    assert value("trim + 1", trim=2) == 3
    assert feel.expression("duration > 3 and abs(n) = 1").hiding_names == {"duration"}

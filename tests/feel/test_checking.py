"""Claims about texts that are wrong whatever the values are: unknown functions, and calls that fit none."""

import pytest

from engine import feel
from engine.feel import MistakeKind, Scope, nearest, signatures_of

SCOPE = Scope(
    functions={
        "stoa.working_days": signatures_of(["days"]),
        "Fee": signatures_of(["engine size", "is old"]),
    },
    open=frozenset({"lib", "decide"}),
)


def mistakes(text: str) -> list[str]:
    names = ["engine size", "is old"]
    return [str(mistake) for mistake in feel.expression(text, names).mistakes(SCOPE)]


@pytest.mark.parametrize(
    ("text", "name", "near"),
    [
        ("foo(1) = 2", "foo", "floor"),
        ('contain(a, "b")', "contain", "contains"),
        ("stringLength(a)", "stringLength", "string length"),
        ("stoa.workingdays(5)", "stoa.workingdays", "stoa.working_days"),
        ("fee(1, 2)", "fee", "Fee"),
        ("orders[contain(name, a)]", "contain", "contains"),
        ("for x in list return contain(x, a)", "contain", "contains"),
        ("{double: function(n) 2 * n, r: duble(1)}.r", "duble", "double"),
        ("if a then b else summ(c)", "summ", "sum"),
    ],
)
def test_an_unknown_function_is_a_mistake_with_the_nearest_name(text: str, name: str, near: str) -> None:
    found = feel.expression(text).mistakes(SCOPE)

    assert [(each.kind, each.name, each.expected) for each in found] == [
        (MistakeKind.UNKNOWN_FUNCTION, name, near)
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('contains("a")', "expected contains(string: string, match: string), found contains(…)"),
        ("now(1)", "expected now(), found now(…)"),
        ("contains(string: a, matc: b)", "found contains(string: …, matc: …)"),
        ("contains(string: a)", "found contains(string: …)"),
        ("Fee(1)", "expected Fee(engine size, is old), found Fee(…)"),
        ("Fee(engine size: 1, isold: 2)", "found Fee(engine size: …, isold: …)"),
        ("stoa.working_days()", "expected stoa.working_days(days), found stoa.working_days()"),
        ("{f: function(a) a, r: f(1, 2)}.r", "expected f(a), found f(…, …)"),
        ("(function(a) a)(1, 2)", "expected function(a), found function(…, …)"),
    ],
)
def test_a_call_that_fits_no_signature_is_a_mistake(text: str, message: str) -> None:
    (found,) = mistakes(text)

    assert message in found


@pytest.mark.parametrize(
    "text",
    [
        "min(1, 2, 3) + min([1])",
        "substring(a, 1)",
        "Fee(is old: true)",
        "lib.anything(1)",
        "decide(1, 2)",
        "unknown.anything(1)",
        "(list[1])(2)",
        "[{f: function(a) a}][f(1) = 1]",
        "for f in list return f(1)",
        "{fact: function(n) if n = 0 then 1 else n * fact(n - 1)}.fact(3)",
        "sort(list, function(x, y) x < y)",
        "is(value1: 1)",
    ],
)
def test_what_may_be_right_is_no_mistake(text: str) -> None:
    assert mistakes(text) == []


def test_unary_tests_are_checked_too_and_every_mistake_is_placed() -> None:
    found = feel.unary_tests('contain(?, "a"),\n  count()').mistakes()

    assert [(each.name, each.position.line) for each in found] == [("contain", 1), ("count", 2)]


def test_the_nearest_name_is_found_whatever_case_spaces_and_dashes_are() -> None:
    assert nearest("String-Length", ["strings", "string length"]) == "string length"
    assert nearest("x", []) == ""

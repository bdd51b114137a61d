"""How texts are read: names of several words, what is refused, and what an expression reads."""

from __future__ import annotations

import pytest

from engine import feel
from tests.feel.evaluating import value


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("monthly fee * 2", {"monthly fee": 3}, 6),
        ("monthly   fee * 2", {"monthly fee": 3}, 6),
        ("a-b", {"a-b": 7, "a": 1, "b": 2}, 7),
        ("a - b", {"a-b": 7, "a": 1, "b": 2}, 7),
        ("(a)-(b)", {"a-b": 7, "a": 1, "b": 2}, -1),
        ("Applicant's age + 1", {"Applicant's age": 17}, 18),
        ("what if?", {"what if?": 5}, 5),
        ("Profit and loss - tax", {"Profit and loss": 10, "tax": 3}, 7),
        ("Αριθμός αίτησης", {"Αριθμός αίτησης": 12}, 12),
        ("🐎 + 1", {"🐎": 1}, 2),
        ("full name", {"full": 1, "full name": "Μ"}, "Μ"),
        ("loan.amount in euro", {"loan": {"amount in euro": 5}, "amount in euro": None}, 5),
        ("for day of month in [1] return day of month + 1", {}, [2]),
        ("(function(net price) net price * 2)(4)", {}, 8),
        ("(function(net-price) net-price * 2)(net-price: 4)", {}, 8),
        ("date.year", {"date": {"year": 1}}, 1),
        ("[{unit price: 3}][unit price > 2].unit price", {}, [3]),
        ("sum", {"sum": 4}, 4),
        ("if approved then 1 else 2", {"if approved": 0, "approved": True}, 1),
        ("count([1][item instance of number])", {}, 1),
        ("not({a: 1} instance of context<a: string>)", {}, True),
    ],
)
def test_the_longest_known_name_is_found(text: str, context: dict[str, object], expected: object) -> None:
    result = value(text, **context)

    assert result == expected


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "expected an expression, found the end of the text"),
        ("1 +", 1, 4, "expected an expression, found the end of the text"),
        ("1 2", 1, 3, "expected an operator or the end of the text, found '2'"),
        ("if a\nthen b", 2, 7, "expected 'else', found the end of the text"),
        ("(1, 2)", 1, 3, "expected ')', found ','"),
        ("[1..2", 1, 6, "expected ']', ')' or '[' at the end of the range"),
        ("{a 1}", 1, 6, "expected the name of an entry and ':'"),
        ("a.1", 1, 2, "expected an operator"),
        ('"abc', 1, 1, "expected the end of the string that begins here"),
        ("1 /* x", 1, 3, "expected the end of the comment that begins here"),
        ("for in x return 1", 1, 5, "expected the name of a variable and 'in', found 'in'"),
        ("some x in y", 1, 12, "expected 'satisfies'"),
        ("x instance of", 1, 14, "expected the name of a type"),
        ("@12", 1, 2, "expected a string after '@'"),
        ("function(1) 1", 1, 10, "expected the name of a parameter, found '1'"),
        ("{1: 2}", 1, 2, "expected the name of an entry and ':', found '1'"),
        ("a § b", 1, 3, "expected an operator or the end of the text, found '§'"),
        ('"\\U110000"', 1, 1, "expected a character of Unicode"),
    ],
)
def test_a_refusal_says_what_was_expected_and_found_and_where(
    text: str, line: int, column: int, message: str
) -> None:
    with pytest.raises(feel.FeelSyntaxError) as refusal:
        feel.expression(text)

    assert message in refusal.value.message
    assert (refusal.value.line, refusal.value.column) == (line, column)


def test_an_expression_names_what_it_reads_from_its_context() -> None:
    text = "for o in case.orders return o.price * rate + count(list[price > limit]) + {a: 1, b: a}.b"

    expression = feel.expression(text)

    assert expression.free_names == {"case", "rate", "list"}
    assert expression.free_paths == {"case.orders", "rate", "list"}
    assert expression.possible_names == {"price", "limit"}


def test_a_variable_with_the_name_of_a_function_is_read_where_it_has_entries() -> None:
    expression = feel.expression("date.year + count(date(2026, 1, 1))")

    assert expression.free_names == {"date"}


def test_unary_tests_name_what_they_read_but_not_their_input() -> None:
    tests = feel.unary_tests("? > limit.low, [a..b]")

    assert tests.free_names == {"limit", "a", "b"}
    assert tests.free_paths == {"limit.low", "a", "b"}


def test_the_same_text_is_read_once() -> None:
    first = feel.expression("1 + cached", ["cached", "other"])
    again = feel.expression("1 + cached", ["cached", "and another"])

    assert first is again


def test_names_that_matter_make_another_expression() -> None:
    difference = feel.expression("x-y")
    name = feel.expression("x-y", ["x-y"])

    assert difference.free_names == {"x", "y"}
    assert name.free_names == {"x-y"}


def test_the_position_of_a_problem_is_that_of_the_operator() -> None:
    problems = feel.expression("1 +\n  (2 * missing)").evaluate({}).problems

    assert [(problem.line, problem.column) for problem in problems[:2]] == [(2, 8), (2, 6)]

"""Boxed expressions other than tables (DMN 1.5, 10.2.1)."""

from decimal import Decimal

import pytest

from engine import dmn
from tests.dmn.models import a_context, a_decision, a_function, a_literal, a_model, an_input, an_invocation


def _outcome(logic: str, **inputs: object) -> dmn.Outcome:
    model = a_model(*(an_input(name) for name in inputs), a_decision("Result", logic, inputs=list(inputs)))
    return dmn.read({"boxed.dmn": model}).decide("Result", inputs)


def _value(logic: str, **inputs: object) -> object:
    return _outcome(logic, **inputs).value


def _part(tag: str, text: str) -> str:
    return f"<{tag}>{a_literal(text)}</{tag}>"


def _row(*cells: str) -> str:
    return f"<row>{''.join(a_literal(cell) for cell in cells)}</row>"


def _conditional(condition: str, then: str, otherwise: str) -> str:
    parts = _part("if", condition), _part("then", then), _part("else", otherwise)
    return f"<conditional>{''.join(parts)}</conditional>"


def test_entries_of_a_context_see_those_before_them() -> None:
    logic = a_context(("price", a_literal("10")), ("with tax", a_literal("price * 1.24")))

    assert _value(logic) == {"price": Decimal(10), "with tax": Decimal("12.40")}


def test_a_last_entry_without_a_name_is_the_result() -> None:
    logic = a_context(("monthly fee", a_literal("10")), ("", a_literal("monthly fee * 12")))

    assert _value(logic) == 120


def test_a_list_holds_its_items_in_order() -> None:
    assert _value(f"<list>{a_literal('n')}{a_literal('n + 1')}</list>", n=1) == [1, 2]


def test_a_relation_is_a_list_of_contexts() -> None:
    logic = (
        '<relation><column name="name"/><column name="age"/>'
        f"{_row('name one', '40')}{_row('name two', '50')}</relation>"
    )

    value = _value(logic, **{"name one": "Eleni", "name two": "Nikos"})

    assert value == [{"name": "Eleni", "age": Decimal(40)}, {"name": "Nikos", "age": Decimal(50)}]


def test_an_invocation_binds_arguments_by_name() -> None:
    logic = a_context(
        ("minus", a_function(["a", "b"], a_literal("a - b"))), ("", an_invocation("minus", b="1", a="10"))
    )

    assert _value(logic) == 9


def test_an_invocation_may_call_a_built_in_function() -> None:
    assert _value(an_invocation("sum", list="[1, 2, 3]")) == 6


def test_an_invocation_with_an_unknown_parameter_is_null() -> None:
    logic = a_context(("same", a_function(["a"], a_literal("a"))), ("", an_invocation("same", b="1")))

    outcome = _outcome(logic)

    assert outcome.value is None
    assert outcome.problems


def test_an_invocation_of_something_else_than_a_function_is_null() -> None:
    outcome = _outcome(an_invocation("5", a="1"))

    assert outcome.value is None
    assert "expected a function to invoke, found 5" in str(outcome.problems[0])


def test_a_boxed_function_may_call_itself() -> None:
    body = a_literal("if n < 2 then 1 else n * factorial(n - 1)")
    logic = a_context(("factorial", a_function(["n"], body)), ("", a_literal("factorial(5)")))

    assert _value(logic) == 120


def test_a_boxed_function_closes_over_the_entries_before_it() -> None:
    logic = a_context(
        ("rate", a_literal("0.5")),
        ("half", a_function(["n: number"], a_literal("n * rate"))),
        ("", a_literal("half(8)")),
    )

    assert _value(logic) == 4


def test_a_variable_of_a_boxed_function_may_carry_the_type_of_its_result() -> None:
    logic = a_context(("twice", a_function(["n"], a_literal("n * 2"))), ("", a_literal("twice(4)")))
    typed = logic.replace('name="twice"', 'name="twice" typeRef="number"')

    assert _value(typed) == 8


def test_a_function_of_another_language_is_never_run() -> None:
    body = a_context(("class", a_literal('"java.lang.Math"')), ("method signature", a_literal('"abs(int)"')))
    logic = a_context(
        ("abs of java", a_function(["n"], body, kind="Java")), ("", a_literal("abs of java(-1)"))
    )

    outcome = _outcome(logic)

    assert outcome.value is None
    assert "expected a function of kind FEEL, found JAVA, which is never run" in str(outcome.problems[0])


def test_a_conditional_takes_one_of_two_branches() -> None:
    logic = _conditional("n > 1", '"many"', '"few"')

    assert [_value(logic, n=n) for n in (2, 1)] == ["many", "few"]


@pytest.mark.parametrize("condition", ['"x"', "null", "1"])
def test_a_conditional_that_is_not_boolean_is_null_with_a_problem(condition: str) -> None:
    outcome = _outcome(_conditional(condition, "1", "2"))

    assert outcome.value is None
    assert "expected true or false" in str(outcome.problems[0])
    assert outcome.undecided


@pytest.mark.parametrize(
    ("tag", "part"), [('some iteratorVariable="n"', "satisfies"), ('every iteratorVariable="n"', "satisfies")]
)
@pytest.mark.parametrize("verdicts", ['[true, "x"]', '["x", false]', '[false, "x"]', '["x", true]', "[1]"])
def test_some_and_every_with_a_verdict_that_is_not_boolean_are_null_with_a_problem(
    tag: str, part: str, verdicts: str
) -> None:
    outcome = _outcome(f"<{tag}>{_part('in', verdicts)}{_part(part, 'n')}</{tag.partition(' ')[0]}>")

    assert outcome.value is None
    assert "expected true or false" in str(outcome.problems[0])


@pytest.mark.parametrize(
    "match", ['"x"', 'if item < 2 then true else "x"', "if item < 2 then true else item"]
)
def test_a_filter_with_a_match_that_is_not_boolean_is_null_with_a_problem(match: str) -> None:
    outcome = _outcome(f"<filter>{_part('in', '[1, 2, 3]')}{_part('match', match)}</filter>")

    assert outcome.value is None
    assert "expected true or false" in str(outcome.problems[0])


def test_a_filter_may_name_a_position_and_leaves_out_what_is_null() -> None:
    by_position = f"<filter>{_part('in', '[4, 5]')}{_part('match', '2')}</filter>"
    by_entry = f"<filter>{_part('in', '[{a: 1}, {a: null}]')}{_part('match', 'a > 0')}</filter>"

    assert _value(by_position) == Decimal(5)
    assert _value(by_entry) == [{"a": Decimal(1)}]


def test_a_filter_sees_each_item_and_its_entries() -> None:
    source = '[{name: "a", age: 10}, {name: "b", age: 30}]'
    by_item = f"<filter>{_part('in', source)}{_part('match', 'item.age > limit')}</filter>"
    by_entry = f"<filter>{_part('in', source)}{_part('match', 'age > limit')}</filter>"

    expected = [{"name": "b", "age": Decimal(30)}]

    assert _value(by_item, limit=20) == expected
    assert _value(by_entry, limit=20) == expected


def test_a_for_sees_its_element_and_the_results_before_it() -> None:
    logic = f'<for iteratorVariable="n">{_part("in", "[1..4]")}{_part("return", "n + count(partial)")}</for>'

    assert _value(logic) == [1, 3, 5, 7]


def test_some_and_every_test_each_element() -> None:
    parts = f"{_part('in', '[1, 2, 3]')}{_part('satisfies', 'n > limit')}"

    some = _value(f'<some iteratorVariable="n">{parts}</some>', limit=2)
    every = _value(f'<every iteratorVariable="n">{parts}</every>', limit=2)

    assert (some, every) == (True, False)


def test_a_value_of_another_type_than_is_written_is_null() -> None:
    outcome = _outcome(a_literal('"ten"', "number"))

    assert outcome.value is None
    assert "expected a value of type number, found" in str(outcome.problems[0])

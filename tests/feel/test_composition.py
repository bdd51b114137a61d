"""What other parts of the engine build on: values from Python, functions, shared budgets, types."""

from __future__ import annotations

from collections import ChainMap, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, Inexact, localcontext
from types import MappingProxyType

import pytest

from engine import feel
from engine.feel import types


def test_python_values_become_feel_values() -> None:
    data = {"n": 1, "f": 0.1, "t": (1, "x"), "m": MappingProxyType({"k": True}), "d": date(2026, 1, 1)}

    settled = feel.from_python(data)

    assert settled == {
        "n": Decimal(1),
        "f": Decimal("0.1"),
        "t": [Decimal(1), "x"],
        "m": {"k": True},
        "d": data["d"],
    }
    assert isinstance(settled, dict)
    assert type(settled["n"]) is Decimal


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"a": [1, {"b": object()}]}, r"value\.a\[1\]\.b: object is no value"),
        ({1: 2}, "value: a context's keys are strings, found 1"),
        ([float("nan")], r"value\[0\]: NaN is no number"),
        ({"x": {3}}, r"value\.x: set"),
        (b"bytes", "value: bytes"),
    ],
)
def test_what_feel_has_no_value_for_is_refused_with_its_path(data: object, path: str) -> None:
    with pytest.raises(TypeError, match=path):
        feel.from_python(data)


def test_only_what_is_read_must_be_a_value() -> None:
    context = {"good": {"n": 1, "odd": object()}, "bad": object()}

    assert feel.expression("good.n + 1").evaluate(context).value == 2
    assert feel.expression("good").evaluate(context).value is None


@pytest.mark.parametrize(
    ("value", "json"),
    [
        (Decimal("3.00"), 3),
        (Decimal("0.1"), 0.1),
        (Decimal("1E+3"), 1000),
        (Decimal("0.1234567890123456789"), "0.1234567890123456789"),
        (Decimal(2**63 - 1), 2**63 - 1),
        (Decimal(2**63), "9223372036854775808"),
        (Decimal("1E+30"), 1e30),
        (Decimal("1E+40"), 1e40),
        (date(2026, 1, 31), "2026-01-31"),
        (time(10, 0, tzinfo=UTC), "10:00:00Z"),
        (datetime(2026, 1, 31, 10, 0, 0, 500_000, UTC), "2026-01-31T10:00:00.5Z"),
        (timedelta(hours=25), "P1DT1H"),
        (feel.YearsMonthsDuration(14), "P1Y2M"),
        ([None, True, {"a": "b"}], [None, True, {"a": "b"}]),
        (
            feel.Range(Decimal(1), None),
            {"start": 1, "end": None, "start included": True, "end included": True},
        ),
    ],
)
def test_feel_values_become_json(value: object, json: object) -> None:
    result = feel.to_json(value)

    assert result == json
    assert type(result) is type(json)


def test_a_function_has_no_json_form() -> None:
    with pytest.raises(TypeError):
        feel.to_json(feel.expression("function(x) x").evaluate().value)


def test_a_native_function_is_called_by_position_and_by_name() -> None:
    def working_days(days: object, start: object) -> object:
        if not isinstance(days, Decimal):
            raise feel.FeelValueError("expected a number of days")
        return [int(days), start]

    context = {
        "stoa": {"working_days": feel.FeelFunction.native("working_days", ["days", "start"], working_days)}
    }

    assert feel.expression('stoa.working_days(5, "x")').evaluate(context).value == [5, "x"]
    assert feel.expression("stoa.working_days(start: 1, days: 2)").evaluate(context).value == [2, 1]
    refused = feel.expression("stoa.working_days(null, 1)").evaluate(context)
    assert refused.value is None
    assert refused.problems == (feel.FeelProblem("expected a number of days", 1, 18),)


def test_a_function_of_a_parsed_body_sees_its_parameters_and_its_context() -> None:
    evaluator = feel.Evaluator()
    body = feel.expression("net price * (1 + rate)", ["net price"])
    gross = evaluator.function("gross", [("net price", types.SimpleType("number"))], body, {"rate": 1})

    assert evaluator.call(gross, [Decimal(5)]).value == 10
    assert evaluator.call(gross, {"net price": 6}).value == 12
    assert feel.expression("gross([2])").evaluate({"gross": gross}).value == 4
    assert evaluator.call(gross, ["x"]).value is None


def test_an_evaluator_shares_one_budget_over_its_evaluations() -> None:
    evaluator = feel.Evaluator(feel.FeelLimits(steps=1_000))
    loop = feel.expression("for i in 1..400 return i")

    evaluator.evaluate(loop)
    evaluator.evaluate(loop)
    with pytest.raises(feel.FeelLimitError, match="steps"):
        evaluator.evaluate(loop)


def test_each_evaluation_has_its_own_problems_even_inside_another() -> None:
    evaluator = feel.Evaluator()
    inner_problems: list[feel.FeelProblem] = []

    def nested() -> object:
        inner = evaluator.evaluate(feel.expression("1 / 0"))
        inner_problems.extend(inner.problems)
        return inner.value

    outer = evaluator.evaluate(
        feel.expression("[missing, nested()]"), {"nested": feel.FeelFunction.native("nested", [], nested)}
    )

    assert [problem.message for problem in inner_problems] == ["cannot divide by zero"]
    assert [problem.message for problem in outer.problems] == ["there is no 'missing' here"]


def test_the_thread_s_decimal_context_changes_nothing() -> None:
    digits = "1234567890123456789012345678901234"
    with localcontext() as context:
        context.prec = 3
        context.traps[Inexact] = True

        assert feel.expression(f"odd({digits}) or even({digits})").evaluate().value is True
        assert feel.expression(f"abs(-{digits}) = {digits}").evaluate().value is True
        assert feel.expression('@"10:00:00.123".second = 0.123').evaluate().value is True
        assert feel.expression("sum([0.12345, 1]) - 1 = 0.12345").evaluate().value is True


def test_contexts_may_be_layered() -> None:
    layers = ChainMap({"a": 1}, {"a": 2, "b": 3})

    assert feel.expression("a + b").evaluate(layers).value == 4


def test_a_context_with_defaults_neither_grows_nor_hides_functions() -> None:
    context: defaultdict[str, object] = defaultdict(int, a=1)

    result = feel.expression("sum(a, missing)").evaluate(context)

    assert result.problems[0].message == "there is no 'missing' here"
    assert context == {"a": 1}


def test_named_types_are_looked_up_when_they_are_needed() -> None:
    person = types.ContextType(
        (("name", types.SimpleType("string")), ("friends", types.ListType(types.NamedType("tPerson"))))
    )
    evaluator = feel.Evaluator(types={"tPerson": person})
    expression = feel.expression('{name: "Μ", friends: [{name: "Α", friends: []}]} instance of tPerson')

    assert evaluator.evaluate(expression).value is True


def test_allowed_values_bind_conversions_but_not_instance_of() -> None:
    small = types.ConstrainedType("tSmall", types.SimpleType("number"), lambda value: value in range(10))

    assert feel.is_instance(Decimal(20), small, {})
    assert feel.coerce([Decimal(5)], small, {}) == 5
    with pytest.raises(feel.FeelValueError, match="expected tSmall, found number"):
        feel.coerce(Decimal(20), small, {})


@pytest.mark.parametrize(
    "text",
    [
        "number",
        "date and time",
        "list<list<Any>>",
        "context<a b: string, c: tX>",
        "function<number, string> -> range<date>",
    ],
)
def test_the_text_of_a_type_is_read_back(text: str) -> None:
    assert str(feel.parse_type(text)) == text


def test_without_a_present_there_is_no_now() -> None:
    result = feel.expression("today()").evaluate()

    assert result.value is None
    assert result.problems[0].message == "the caller gave no current time"

"""Claims about what can provide a name: everything that a diagram, its forms and the engine write."""

from datetime import UTC, datetime

import pytest

from engine.cases.surroundings import surroundings_at
from engine.lint import check
from engine.lint.variables import STOA_FUNCTIONS
from tests.lint.drawing import (
    Element,
    definition,
    element,
    end,
    extended,
    file,
    flow,
    formal,
    node,
    path,
    process,
    start,
    zeebe,
)


def found(*nodes: Element, form: str = "intake") -> set[tuple[str, str | None]]:
    """The rules that a procedure's diagram breaks for its names, and where."""
    begin = start("begin", extended(zeebe("formDefinition", formId=form)))
    files = {
        "p.bpmn": file(process(begin, *nodes, end(), *path("begin", "compute", "done"))),
        "procedure.yaml": b"process: p",
        "forms/intake.form": b'{"id": "intake", "components": [{"type": "number", "key": "age"}]}',
    }
    return {
        (finding.rule, finding.element_id)
        for finding in check(files).findings
        if finding.rule in {"unknown-variable", "unknown-function", "function-arguments"}
    }


def script(expression: str, **more: str) -> Element:
    read = zeebe("script", expression=expression, **more)
    return node("scriptTask", "compute", extended(read))


def test_a_name_that_only_its_own_text_gives_is_known() -> None:
    assert found(script("= for x in [1] return x + age", resultVariable="y")) == set()


def test_a_script_without_a_result_variable_lets_in_any_name() -> None:
    assert found(script("= {whatever: agee}")) == set()
    assert found(script("= {whatever: agee}", resultVariable="y")) == {("unknown-variable", "compute")}


def test_what_an_error_brings_along_lets_in_any_name_behind_it() -> None:
    caught = node("boundaryEvent", "edge", definition("error"), attachedToRef="compute")
    late = node("scriptTask", "late", extended(zeebe("script", expression="= agee", resultVariable="z")))
    after = (caught, late, end("end_late"), flow("edge", "late"), flow("late", "end_late"))

    assert found(script("= age", resultVariable="y"), *after) == set()
    assert found(script("= agee", resultVariable="y"), *after) == {("unknown-variable", "compute")}


@pytest.mark.parametrize(
    "name", ["numberOfInstances", "numberOfCompletedInstances", "numberOfActiveInstances", "loopCounter"]
)
def test_what_the_engine_counts_is_known(name: str) -> None:
    loop = element(
        "multiInstanceLoopCharacteristics",
        formal("loopCardinality", "3"),
        formal("completionCondition", f"{name} > 1"),
    )
    compute = node(
        "scriptTask", "compute", extended(zeebe("script", expression="= 1", resultVariable="y")), loop
    )

    assert found(compute) == set()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("= stoa.working_days(5)", None),
        ("= stoa.workingdays(5)", "unknown-function"),
        ("= stoa.working_days()", "function-arguments"),
        ("= stoa.working_days(day: 5)", "function-arguments"),
        ("= age.nothing(1)", None),
        ('= matches(age, "x")', None),
        ('= match(age, "x")', "unknown-function"),
    ],
)
def test_a_call_in_a_diagram_knows_our_functions_and_the_built_in_ones(text: str, rule: str | None) -> None:
    assert found(script(text, resultVariable="y")) == ({(rule, "compute")} if rule else set())


def test_the_line_of_a_call_in_a_long_text_is_told() -> None:
    text = "= if age > 3\n  then 1\n  else\n    summ([age])"
    taken = element("conditionExpression", text, xsi_type="bpmn:tFormalExpression")
    chosen = node("exclusiveGateway", "choose", default="choose-b")
    content = file(
        process(
            start(),
            chosen,
            end("a"),
            end("b"),
            *path("begin", "choose", "b"),
            flow("choose", "a", taken),
        )
    )

    (finding,) = [each for each in check({"p.bpmn": content}).findings if each.rule == "unknown-function"]

    line = content.decode().splitlines()[finding.line - 1]
    assert "summ" in line
    assert "summ" in finding.message.en
    assert "το κοντινότερο γνωστό όνομα είναι «sum»" in finding.message.el


def test_what_the_linter_knows_of_our_functions_is_what_a_case_is_given() -> None:

    given = surroundings_at(datetime(2026, 1, 1, tzinfo=UTC), zone=UTC, branch=lambda: None).names

    assert {
        f"{name}.{entry}": [each.name for each in function.signatures[0].parameters]
        for name, entries in given.items()
        for entry, function in entries.items()
    } == {
        name: [each.name for each in signatures[0].parameters] for name, signatures in STOA_FUNCTIONS.items()
    }

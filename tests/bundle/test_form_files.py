"""What is wrong with a form's file is said before anybody fills it in."""

import json

import pytest

from engine.bundle.files import BundleFindings
from engine.bundle.forms import read_form
from engine.bundle.forms.checks import CHECKS
from engine.bundle.forms.patterns import PatternRefused, read_pattern
from engine.kernel.refusal import Invalid
from tests.bundle.samples import a_component, a_group, a_list, form_findings, form_json

NOT_A_CHECK = f"Expected stoa:check, for a textfield, to be one of {', '.join(CHECKS)}, found 'vat'."

UNSOUND = [
    (
        [{"type": "slider", "id": "a", "key": "a"}],
        "component a: Expected a type that this system knows, found 'slider'.",
    ),
    ([{"type": "textfield", "key": "a"}], "component textfield: Expected an id of its own."),
    (
        [a_component("textfield", "a"), a_component("textfield", "b", id="Field_a")],
        "component Field_a: Expected an id of its own.",
    ),
    (
        [a_component("textfield", "a"), a_component("number", "a", id="other")],
        "component other: Expected a key of its own: Field_a has a.",
    ),
    (
        [a_component("textfield", "a"), a_component("textfield", "a.b", id="other")],
        "component other: Expected a key of its own: Field_a has a.",
    ),
    (
        [a_component("textfield", "a.b", id="other"), a_component("textfield", "a")],
        "component other: Expected a key of its own: Field_a has a.",
    ),
    (
        [a_component("textfield", "a b")],
        "component Field_a b: Expected key to be a name of letters, digits and underscores, found 'a b'.",
    ),
    (
        [a_component("textfield", validate={"maxLenght": 3})],
        "component Field_answer: Expected validate to have no maxLenght: it means nothing for a textfield.",
    ),
    (
        [a_component("radio", values=[{"value": "a", "label": "a"}], validate={"min": 3})],
        "component Field_answer: Expected validate to have no min: it means nothing for a radio.",
    ),
    (
        [a_component("textfield", validate={"required": "yes"})],
        "component Field_answer: Expected required to be true or false, found 'yes'.",
    ),
    (
        [a_component("textfield", validate={"maxLength": -1})],
        "component Field_answer: Expected maxLength to be a whole number from 0, found -1.",
    ),
    (
        [a_component("number", validate={"max": "many"})],
        "component Field_answer: Expected max to be a number or an expression, found 'many'.",
    ),
    (
        [a_component("textfield", properties={"stoa:check": "vat"})],
        f"component Field_answer: {NOT_A_CHECK}",
    ),
    (
        [a_component("textfield", properties={"stoa:chek": "afm"})],
        "component Field_answer: Expected a property that this system knows, found stoa:chek.",
    ),
    (
        [a_component("textfield", properties={"stoa:sensitive": "yes"})],
        "component Field_answer: Expected stoa:sensitive to be true or left out, found 'yes'.",
    ),
    (
        [a_component("textfield", conditional={"hide": "always"})],
        "component Field_answer: Expected hide to be an expression that begins with =, found 'always'.",
    ),
    (
        [a_component("radio")],
        "component Field_answer: Expected options: values, valuesKey or valuesExpression.",
    ),
    (
        [a_component("radio", values=["a"])],
        "component Field_answer: Expected an option to have label and value, found 'a'.",
    ),
    (
        [a_component("datetime", subtype="week")],
        "component Field_answer: Expected subtype to be date, time or datetime, found 'week'.",
    ),
    ([a_component("expression")], "component Field_answer: Expected an expression."),
    (["text"], "Expected a component, found 'text'."),
]


@pytest.mark.parametrize(("components", "finding"), UNSOUND)
def test_what_is_not_understood_in_a_form_is_found(components: list, finding: str) -> None:
    findings = form_findings(*components)

    assert finding in findings


@pytest.mark.parametrize(
    "settings",
    [
        {"conditional": {"hide": "=a +"}},
        {"readonly": "=a +"},
        {"validate": {"max": "=a +"}},
        {"type": "select", "valuesExpression": "=a +"},
        {"type": "expression", "expression": "=a +"},
    ],
)
def test_every_expression_of_a_form_is_read_beforehand(settings: dict) -> None:
    findings = form_findings(a_component(settings.pop("type", "number"), **settings))

    assert any("to be FEEL: line 1, column 4" in finding for finding in findings)


def test_the_same_key_in_two_lists_is_no_clash() -> None:
    one = a_list(a_component("textfield", "name"), path="children")
    other = a_list(a_component("textfield", "name", id="other"), path="parents")

    assert form_findings(one, other) == []


def test_groups_nest_to_a_bounded_depth() -> None:
    group = a_component("textfield")
    for number in range(30):
        group = a_group(group, id=f"group_{number}")

    assert "Expected at most 20 levels of groups." in form_findings(group)


def test_a_form_has_a_bounded_number_of_components() -> None:
    components = [a_component("textfield", f"field_{number}") for number in range(600)]

    assert form_findings(*components) == ["Expected at most 500 components."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "Expected JSON"),
        (b"\xff", "Expected JSON"),
        (b"[" * 100_000, "Expected JSON"),
        (b'{"type": "default", "id": "intake", "components": [], "x": NaN}', "Expected JSON: NaN"),
        (b"[]", "Expected a form-js form"),
        (b'{"type": "other"}', "Expected a form-js form"),
        (b'{"type": "default", "id": "intake"}', "Expected components to be a list."),
        (form_json(form_id="other"), 'Expected "id" to be "intake", as the file is named, found \'other\'.'),
        (b" " * 1_000_001, "Expected at most 1,000,000 bytes"),
    ],
)
def test_a_file_that_is_no_form_is_refused(content: bytes, sentence: str) -> None:
    findings = BundleFindings()

    read_form("intake", "forms/intake.form", content, findings)

    with pytest.raises(Invalid) as refusal:
        findings.refuse_if_any("The form")
    assert refusal.value.errors["forms/intake.form"][0].startswith(sentence)


def test_a_form_is_given_to_browsers_as_it_was_written() -> None:
    findings = BundleFindings()
    content = form_json(a_component("textfield", label="Όνομα"))

    reading = read_form("intake", "forms/intake.form", content, findings)

    assert reading is not None
    assert reading.schema == json.loads(content)


@pytest.mark.parametrize(
    "pattern",
    [
        "^[0-9]+$",
        r"^(\d{2}-)?\d+$",
        "^(ab)+$",
        "(a|b)c*",
        r"\(a+\)+",
        "[(a+)]+",
        "^[0-9]{1,8}(/[0-9]{1,4})?$",
    ],
)
def test_a_harmless_pattern_is_read(pattern: str) -> None:
    assert read_pattern(pattern).pattern == pattern


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a*)*", "((a+)b)*", "(a|aa)+$", "(?:a+){2,}", "(", "a" * 501, "a{4294967296}"]
)
def test_a_pattern_that_could_hang_or_does_not_parse_is_refused(pattern: str) -> None:
    with pytest.raises(PatternRefused):
        read_pattern(pattern)


def test_a_finding_quotes_no_more_than_a_line() -> None:
    findings = form_findings(a_component("radio", values=["x" * 10_000]))

    assert all(len(finding) < 200 for finding in findings)

"""Whatever is sent for a form, it is taken or refused: nothing else happens."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel.refusal import Invalid
from tests.bundle.samples import a_component, a_form, a_group, a_list
from tests.examples import examples

EVERYTHING = a_form(
    a_component("textfield", "text", validate={"pattern": "^a", "minLength": 1}),
    a_component("textfield", "phone", properties={"stoa:check": "gr-phone"}),
    a_component("textfield", "afm", properties={"stoa:check": "afm"}),
    a_component("textfield", "iban", properties={"stoa:check": "iban"}),
    a_component("textfield", "email", validate={"validationType": "email"}),
    a_component("number", "number", decimalDigits=2, validate={"max": "=text"}),
    a_component("number", "written", serializeToString=True),
    a_component("checkbox", "tick"),
    a_component("radio", "radio", valuesKey="list"),
    a_component("checklist", "checklist", valuesExpression="=list"),
    a_component("datetime", "day", subtype="date", disallowPassedDates=True),
    a_component("datetime", "moment", subtype="datetime"),
    a_component("filepicker", "file"),
    a_component("expression", "computed", expression="=number + count(list) + text.x"),
    a_component("textfield", "locked", readonly="=tick"),
    a_group(a_component("textfield", "inner", conditional={"hide": "=text > 1"}), path="group"),
    a_list(a_component("number", "entry", conditional={"hide": "=i > 1"}), path="list"),
)
KEYS = [
    *("text", "phone", "afm", "iban", "email", "number", "written", "tick", "radio", "checklist"),
    *("day", "moment", "file", "computed", "locked", "group", "inner", "list", "entry"),
]

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=examples(200), deadline=None)
@given(
    data=st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), VALUES, max_size=8),
    scope=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4),
)
def test_any_data_is_taken_or_refused(data: dict, scope: dict) -> None:
    taken = outcome(lambda: EVERYTHING.accept(data, scope=scope))

    assert isinstance(taken, Invalid) or json.dumps(taken)


@settings(max_examples=examples(100), deadline=None)
@given(data=st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), VALUES, max_size=8))
def test_any_draft_is_taken_as_it_is_or_refused(data: dict) -> None:
    taken = outcome(lambda: EVERYTHING.draft(data))

    assert isinstance(taken, Invalid) or taken == data


def outcome(act: Callable[[], dict]) -> dict | Invalid:
    """What was taken, or the refusal."""
    try:
        return act()
    except Invalid as refusal:
        return refusal


@pytest.mark.parametrize("depth", [150, 900])
def test_data_that_nest_deeply_are_refused(depth: int) -> None:
    value: object = "x"
    for _ in range(depth):
        value = [value]

    with pytest.raises(Invalid):
        EVERYTHING.accept({"radio": value, "list": [{"entry": value}]}, scope={"list": ["x"]})
    with pytest.raises(Invalid):
        EVERYTHING.draft({"radio": value})

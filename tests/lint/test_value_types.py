"""Claims about the types of values: they are those that the engine gives, and forms write."""

import ast
import inspect
from collections.abc import Callable
from textwrap import dedent

import pytest

from engine import feel
from engine.cases import new_case
from engine.lint import value_types
from engine.lint.value_types import ValueType, of_form, type_of
from engine.signatures import model as signatures


def written_keys(function: Callable[..., object]) -> set[str]:
    """The keys of the context that a function gives, as its text has them."""
    tree = ast.parse(dedent(inspect.getsource(function)))
    (given,) = (node.value for node in ast.walk(tree) if isinstance(node, ast.Return))
    assert isinstance(given, ast.Dict)
    return {key.value for key in given.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


@pytest.mark.parametrize(
    ("known", "given"), [(value_types.CASE, new_case.facts_of), (value_types.PARTY, signatures.facts_of)]
)
def test_the_linter_knows_the_members_that_the_engine_gives(
    known: ValueType, given: Callable[..., object]
) -> None:
    assert set(known.members) == written_keys(given)


FORM = {
    "components": [
        {"type": "datetime", "key": "born"},
        {"type": "radio", "key": "kind", "values": [{"value": "a"}, {"value": "b"}]},
        {"type": "radio", "key": "mixed", "values": [{"value": "a"}, {"value": []}]},
        {
            "type": "group",
            "path": "home",
            "components": [
                {"type": "textfield", "key": "street"},
                {"type": "group", "components": [{"type": "number", "key": "number", "decimalDigits": 0}]},
            ],
        },
        {"type": "dynamiclist", "path": "children", "components": [{"type": "checkbox", "key": "minor"}]},
        {"type": "expression", "key": "computed"},
        {"type": "group", "path": 7, "components": {"type": "number"}},
        "no component",
    ]
}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("born", "string"),
        ("kind", "string"),
        ("mixed", ""),
        ("home", "context"),
        ("home.number", "number"),
        ("children", "list"),
        ("children.minor", "list"),
        ("computed", ""),
        ("home.cellar", ""),
        ("unwritten", ""),
    ],
)
def test_fields_have_the_types_that_they_write(path: str, kind: str) -> None:
    known = of_form(FORM)

    assert type_of(feel.expression(path).node, known).kind == kind


def test_what_may_be_of_two_types_has_none() -> None:
    text, number = ValueType("string"), ValueType("number")

    assert value_types.together(text, number) == value_types.ANY
    assert value_types.together(text, text) == text

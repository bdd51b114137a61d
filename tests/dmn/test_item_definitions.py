"""Item definitions: components, collections, allowed values, functions, and implicit conversions."""

from datetime import date
from decimal import Decimal

import pytest

from engine import dmn
from tests.dmn.models import a_component, a_decision, a_literal, a_model, an_input, an_item


def _echo(type_ref: str, value: object, *items: str) -> object:
    model = a_model(
        *items, an_input("value", type_ref), a_decision("Echo", a_literal("value"), inputs=["value"])
    )
    return dmn.read({"types.dmn": model}).decide("Echo", {"value": value}).value


@pytest.mark.parametrize(
    ("type_ref", "value"),
    [
        ("number", Decimal(1)),
        ("string", "a"),
        ("boolean", True),
        ("date", date(2026, 1, 2)),
        ("Any", [Decimal(1)]),
    ],
)
def test_a_value_of_a_built_in_type_conforms(type_ref: str, value: object) -> None:
    assert _echo(type_ref, value) == value


def test_a_list_of_one_gives_its_element_where_one_value_is_asked_for() -> None:
    assert _echo("string", ["a"]) == "a"


def test_one_value_becomes_a_list_where_a_list_is_asked_for() -> None:
    assert _echo("tNames", "a", an_item("tNames", "string", collection=True)) == ["a"]


def test_a_date_becomes_a_date_and_time_where_that_is_asked_for() -> None:
    model = a_model(a_decision("Moment", a_literal('date("2026-01-02")'), type_ref="date and time"))

    value = dmn.read({"types.dmn": model}).decide("Moment", {}).value

    assert str(value).startswith("2026-01-02 00:00:00")


def test_a_context_conforms_with_more_entries_but_not_with_fewer() -> None:
    item = an_item("tPerson", inner=a_component("name", "string") + a_component("age", "number"))
    person = {"name": "Eleni", "age": Decimal(40)}

    assert _echo("tPerson", person | {"city": "Chania"}, item) == person | {"city": "Chania"}
    assert _echo("tPerson", {"name": "Eleni"}, item) is None


def test_allowed_values_hold_for_each_element_of_a_collection() -> None:
    item = an_item("tColours", "string", allowed='"red", "green"', collection=True)

    assert _echo("tColours", ["red", "green"], item) == ["red", "green"]
    assert _echo("tColours", ["red", "blue"], item) is None


def test_a_type_constraint_holds_for_the_collection() -> None:
    item = (
        '<itemDefinition name="tPair" isCollection="true"><typeRef>number</typeRef>'
        "<typeConstraint><text>count(?) = 2</text></typeConstraint></itemDefinition>"
    )

    assert _echo("tPair", [Decimal(1), Decimal(2)], item) == [1, 2]
    assert _echo("tPair", [Decimal(1)], item) is None


def test_types_may_be_defined_in_any_order() -> None:
    items = (
        an_item("tPeople", "tPerson", collection=True),
        an_item("tPerson", inner=a_component("name", "string")),
    )

    assert _echo("tPeople", [{"name": "Eleni"}], *items) == [{"name": "Eleni"}]


def test_feel_texts_may_ask_for_a_defined_type() -> None:
    item = an_item("tByte", "number", allowed="[0..255]")
    tests = '[255 instance of tByte, "a" instance of tByte]'
    model = a_model(item, a_decision("Tests", a_literal(tests)))

    assert dmn.read({"types.dmn": model}).decide("Tests", {}).value == [True, False]


def test_instance_of_does_not_look_at_allowed_values() -> None:
    item = an_item("tByte", "number", allowed="[0..255]")
    model = a_model(item, a_decision("Test", a_literal("256 instance of tByte")))

    assert dmn.read({"types.dmn": model}).decide("Test", {}).value is True


def test_a_function_type_asks_for_number_and_types_of_parameters() -> None:
    item = (
        '<itemDefinition name="tFold"><functionItem outputTypeRef="number">'
        '<parameters name="a" typeRef="number"/></functionItem></itemDefinition>'
    )
    model = a_model(
        item,
        a_decision("Good", a_literal("function(a: number) a + 1"), type_ref="tFold"),
        a_decision("Bad", a_literal("function() 1"), type_ref="tFold"),
    )
    bundle = dmn.read({"types.dmn": model})

    assert bundle.decide("Good", {}).value is not None
    assert bundle.decide("Bad", {}).value is None


def test_a_type_of_dmn_1_1_with_an_xml_prefix_is_known() -> None:
    text = a_model(an_input("n", "feel:number"), a_decision("Echo", a_literal("n"), inputs=["n"])).decode()
    content = text.replace(
        "<definitions ", '<definitions xmlns:feel="http://www.omg.org/spec/FEEL/20140401" '
    )

    assert dmn.read({"old.dmn": content.encode()}).decide("Echo", {"n": "x"}).value is None


@pytest.mark.parametrize("name", ["double", "integer", "long", "feel:integer"])
def test_the_names_that_dmn_1_1_gives_to_numbers_are_known(name: str) -> None:
    text = a_model(an_input("n", name), a_decision("Echo", a_literal("n"), inputs=["n"])).decode()
    content = text.replace(
        "<definitions ", '<definitions xmlns:feel="http://www.omg.org/spec/FEEL/20140401" '
    )
    bundle = dmn.read({"old.dmn": content.encode()})

    assert bundle.decide("Echo", {"n": 3}).value == 3
    assert bundle.decide("Echo", {"n": "x"}).value is None

"""The shipped diagrams and forms are what a modeler opens unchanged, and what two languages need."""

import json
from functools import cache
from pathlib import Path

import pytest
import SpiffWorkflow
from lxml import etree

from engine.bundle import Catalogue
from tests.builders import NOON
from tests.procedures.shipped import BPMN, EVERY, KEYS, diagram_of, files_of

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
MODELER = "{http://camunda.org/schema/modeler/1.0}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"

FORMS = [(key, name) for key in EVERY for name in sorted(files_of(key)) if name.startswith("forms/")]


class StandingClock:
    """A clock that stands at noon."""

    def now(self):
        return NOON


@cache
def bpmn_schema() -> etree.XMLSchema:
    """The XSD of BPMN 2.0, from where the workflow library keeps it."""
    home = Path(SpiffWorkflow.__file__).parent / "bpmn" / "parser" / "schema"
    return etree.XMLSchema(etree.parse(str(home / "BPMN20.xsd")))


@pytest.mark.parametrize("key", EVERY)
def test_a_diagram_follows_the_schema_of_bpmn(key: str) -> None:
    document = etree.fromstring(diagram_of(key))

    sound = bpmn_schema().validate(document)

    assert sound, bpmn_schema().error_log


@pytest.mark.parametrize("key", EVERY)
def test_a_modeler_knows_a_diagram_as_one_of_its_own(key: str) -> None:
    definitions = etree.fromstring(diagram_of(key))

    process = definitions.find(f"{BPMN}process")

    assert definitions.get(f"{MODELER}executionPlatform") == "Camunda Cloud"
    assert definitions.get(f"{MODELER}executionPlatformVersion", "").startswith("8.")
    assert process.get("isExecutable") == "true"


@pytest.mark.parametrize("key", EVERY)
def test_every_element_is_drawn(key: str) -> None:
    definitions = etree.fromstring(diagram_of(key))
    process = definitions.find(f"{BPMN}process")

    drawn = {shape.get("bpmnElement") for shape in definitions.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}

    scopes = [process, *process.iter(f"{BPMN}subProcess")]
    assert drawn == {element.get("id") for scope in scopes for element in scope if element.get("id")}


@pytest.mark.parametrize("key", EVERY)
def test_no_two_shapes_lie_over_each_other(key: str) -> None:
    definitions = etree.fromstring(diagram_of(key))
    on_the_edge = {element.get("id") for element in definitions.iter(f"{BPMN}boundaryEvent")}

    around = {
        element.get("id"): scope.get("id")
        for scope in definitions.iter(f"{BPMN}subProcess")
        for element in scope
    }
    boxes = [
        (
            shape.get("bpmnElement"),
            tuple(int(shape.find(f"{DC}Bounds").get(side)) for side in ("x", "y", "width", "height")),
        )
        for shape in definitions.iter(f"{DI}BPMNShape")
        if shape.get("bpmnElement") not in on_the_edge
    ]

    # What is in a sub-process is drawn within its box.
    assert not [
        (one, other)
        for one, box in boxes
        for other, second in boxes
        if box < second and overlap(box, second) and one not in (around.get(other), other)
        if other != around.get(one)
    ]


def overlap(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two boxes (x, y, width, height) share a point."""
    return all(
        one[side] < other[side] + other[side + 2] and other[side] < one[side] + one[side + 2]
        for side in (0, 1)
    )


@pytest.mark.parametrize("key", KEYS)
def test_everything_a_person_reads_has_an_english_name(key: str) -> None:
    process = etree.fromstring(diagram_of(key)).find(f"{BPMN}process")

    unnamed = [
        element.get("id")
        for element in [process, *process]
        if element.get("name")
        and not element.tag.endswith("sequenceFlow")
        and element.find(f".//{ZEEBE}property[@name='stoa:name-en']") is None
    ]

    assert not unnamed


@pytest.mark.parametrize(("key", "name"), FORMS, ids=lambda part: part.removeprefix("forms/"))
def test_every_label_of_a_form_has_an_english_one(key: str, name: str) -> None:
    components = list(all_components(json.loads(files_of(key)[name])))

    unnamed = [
        component["id"]
        for component in components
        for label in ("label", "dateLabel", "text")
        if component.get(label)
        and f"stoa:{'text' if label == 'text' else 'label'}-en" not in component.get("properties", {})
    ]
    unnamed_options = [
        (component["id"], option["value"])
        for component in components
        for option in component.get("values", ())
        if f"stoa:option-en:{_as_written(option['value'])}" not in component["properties"]
    ]

    assert not unnamed
    assert not unnamed_options


def _as_written(value: object) -> str:
    """A value of an option as it is named among a component's properties: true is no text."""
    return value if isinstance(value, str) else json.dumps(value)


def all_components(part: dict) -> list[dict]:
    """The components of a form or group, those inside others included."""
    inner = part.get("components", [])
    return inner + [deeper for component in inner for deeper in all_components(component)]


@pytest.mark.parametrize("key", KEYS)
def test_a_procedure_is_sound_and_named_as_its_folder(key: str) -> None:
    procedure = Catalogue(StandingClock()).check(files_of(key))

    assert procedure.key == key


FACTS = {
    "amka-issue": ({"mitos": "370343"}, 0, []),
    "closest-relatives": ({"mitos": "527543"}, 1, []),
    "criminal-record": ({"mitos": "977354"}, 3, []),
    "cross-border-services": ({"mitos": "523714"}, 20, []),
    "day-care-licence": ({"mitos": "786226"}, 2, []),
    "disabled-parking-card": ({}, 50, []),
    "driving-licence-renewal": ({"mitos": "664541"}, 45, ["renewal"]),
    "european-health-card": ({"mitos": "227120"}, 10, []),
    "family-status-certificate": ({"mitos": "955481"}, 10, []),
    "food-business-notification": ({"mitos": "728231"}, 0, ["notification"]),
    "military-status": ({"mitos": "542887"}, 50, []),
    "residence-certificate": ({"mitos": "080734", "kep": "0182"}, 5, []),
    "signature-authentication": ({}, 0, []),
    "vehicle-transfer": ({"kep": "0193"}, 50, ["transfer", "registration"]),
}
"""Codes, length of the term and ids of the fees, as mitos.gov.gr and the KEP pages have them."""


@pytest.mark.parametrize("key", FACTS)
def test_the_published_facts_of_a_procedure_are_right(key: str) -> None:
    procedure = Catalogue(StandingClock()).check(files_of(key))

    found = (procedure.metadata["codes"], procedure.term.length.amount, list(procedure.fees))

    assert found == FACTS[key]

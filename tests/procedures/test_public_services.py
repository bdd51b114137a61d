"""Claims about procedures as public services of CPSV-AP."""

import json
from typing import Any

import pyshacl
import pytest
import rdflib

from engine.bundle import folder
from engine.bundle.files import keys
from engine.bundle.yaml_tree import read_yaml
from engine.kernel.actor import SYSTEM
from engine.kernel.bilingual import Bilingual
from engine.organisation.changes import ChangeOrganisation
from engine.organisation.organisation import NotOffered
from engine.procedures.model import ProcedureVersion
from engine.procedures.public_services import graph_of
from tests.api.desk import a_desk
from tests.builders import a_version
from tests.office import ROOT
from tests.organisations import TODAY

BASE = "https://stoa.example/api/v1/catalogue"
AGENCIES = {"municipality": Bilingual("Δήμος", el="Δήμος", en="Municipality")}
SHAPES = rdflib.Graph().parse(ROOT / "tests" / "procedures" / "cpsv_ap.ttl")


def shipped(key: str) -> ProcedureVersion:
    metadata = read_yaml(folder(ROOT / "processes", ROOT / "forms", key)["procedure.yaml"]).value
    return a_version(key=key, metadata=metadata)


def problems(document: dict[str, Any]) -> str:
    """What the shapes find wrong with a document; nothing if it conforms."""
    data = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    conforms, _, text = pyshacl.validate(data, shacl_graph=SHAPES)
    return "" if conforms else text


def node(document: dict[str, Any], identifier: str) -> dict[str, Any]:
    return next(one for one in document["@graph"] if one["@id"] == f"{BASE}/{identifier}")


def test_every_shipped_procedure_conforms_to_the_profile() -> None:
    document = graph_of([shipped(key) for key in keys(ROOT / "processes")], AGENCIES, base=BASE)

    assert problems(document) == ""
    services = [one for one in document["@graph"] if one["@type"] == "cpsv:PublicService"]
    assert len(services) == len(keys(ROOT / "processes"))


@pytest.mark.parametrize(
    "missing", ["dct:identifier", "dct:title", "dct:description", "cv:hasCompetentAuthority"]
)
def test_the_shapes_find_what_a_service_lacks(missing: str) -> None:
    document = graph_of([shipped("residence-certificate")], AGENCIES, base=BASE)
    del node(document, "residence-certificate")[missing]

    assert "Constraint Violation in MinCountConstraintComponent" in problems(document)


def test_a_link_leads_to_a_resource_of_its_kind() -> None:
    document = graph_of([shipped("residence-certificate")], AGENCIES, base=BASE)
    document["@graph"] = [one for one in document["@graph"] if one["@type"] != "cv:Output"]

    assert "ClassConstraintComponent" in problems(document)


def test_a_service_says_in_both_languages_what_procedure_yaml_says() -> None:
    document = graph_of([shipped("residence-certificate")], AGENCIES, base=BASE)

    service = node(document, "residence-certificate")
    assert service["dct:identifier"] == "080734"
    assert service["dct:title"][1] == {"@language": "en", "@value": "Permanent residence certificate"}
    assert service["cv:processingTime"] == {"@type": "xsd:duration", "@value": "P5D"}
    assert len(service["cpsv:hasInput"]) == 4
    assert node(document, "agencies/municipality")["skos:prefLabel"][0]["@value"] == "Δήμος"
    assert node(document, "residence-certificate#law-1")["dct:title"] == "ν. 3463/2006 άρθρο 279"


def test_the_counter_says_which_branches_do_not_offer_a_service_and_why() -> None:
    desk = a_desk()
    office = desk.office
    change = ChangeOrganisation(
        code="0009",
        changes={"not_offered": (NotOffered(procedure="residence-certificate", reason="Χωρίς εκτυπωτή."),)},
        from_day=TODAY,
        reason="Απόφαση",
        seen=1,
    )
    before = desk.app.test_client().get("/api/v1/catalogue/residence-certificate").get_json()
    office.does(change, actor=SYSTEM)

    told = desk.app.test_client().get("/api/v1/catalogue/residence-certificate").get_json()
    listed = desk.app.test_client().get("/api/v1/catalogue").get_json()

    def described(document: dict[str, Any]) -> list[list[dict[str, str]]]:
        channels = [one for one in document["@graph"] if one["@type"] == "cv:Channel"]
        return [one["dct:description"] for one in channels if "dct:description" in one]

    assert described(before) == []
    (description,) = described(told)
    assert description[0]["@value"] == "Δεν παρέχεται στα: ΚΕΠ Αθηναίων (0009): Χωρίς εκτυπωτή."
    assert description[1]["@value"].startswith("Not offered at: ")
    assert described(listed) == [description]
    assert problems(told) == ""


@pytest.mark.parametrize(
    ("term", "duration"),
    [
        ({"days": 0}, "P0D"),
        ({"weeks": 2}, "P14D"),
        ({"months": 2}, "P2M"),
        ({"years": 1}, "P1Y"),
        ({"working_days": 5}, None),
        ({"days": 5, "working_days": True}, None),
    ],
)
def test_a_term_is_a_duration_where_one_can_say_it(term: dict[str, Any], duration: str | None) -> None:
    metadata = {**shipped("residence-certificate").metadata, "term": term}

    document = graph_of([a_version(key="x", metadata=metadata)], AGENCIES, base=BASE)

    assert node(document, "x").get("cv:processingTime", {}).get("@value") == duration


def test_a_fee_has_a_value_where_it_is_the_same_for_all() -> None:
    metadata = shipped("food-business-notification").metadata
    fixed = {**metadata["fees"][0], "id": "fixed", "amount": "75.00"}

    document = graph_of(
        [a_version(key="x", metadata={**metadata, "fees": [*metadata["fees"], fixed]})], {}, base=BASE
    )

    assert problems(document) == ""
    assert node(document, "x#fee-fixed")["cv:hasValue"] == {"@type": "xsd:double", "@value": "75.00"}
    assert "cv:hasValue" not in node(document, f"x#fee-{metadata['fees'][0]['id']}")

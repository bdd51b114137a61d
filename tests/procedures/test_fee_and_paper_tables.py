"""Claims about what the decision tables of the transport procedures say: papers by age, fees by kind."""

from typing import Any

import pytest

from engine import dmn
from engine.bundle.yaml_tree import read_yaml
from tests.procedures.shipped import files_of

OPENED = "2026-03-09"


def decided(key: str, decision: str, **about: Any) -> Any:
    """What the decision comes to, without a problem."""
    tables = {name: content for name, content in files_of(key).items() if name.endswith(".dmn")}
    outcome = dmn.read(tables).decide(decision, {"case": {"opened_on": OPENED}, **about})
    assert not outcome.problems
    return outcome.value


@pytest.mark.parametrize(
    ("birthday", "certificates"),
    [
        ("1946-03-10", {"medical-internist", "medical-eyes"}),
        ("1946-03-09", {"medical-internist", "medical-eyes", "medical-nerves", "medical-ears"}),
    ],
    ids=["the day before the 80th birthday", "the 80th birthday"],
)
def test_from_the_80th_birthday_on_a_driver_shows_two_more_certificates(
    birthday: str, certificates: set[str]
) -> None:
    found = decided("driving-licence-renewal", "required_papers", birth={"date": birthday})

    assert {paper["id"] for paper in found} == {"licence", "photo"} | certificates


def test_the_papers_of_a_driver_are_those_of_the_metadata() -> None:
    declared = read_yaml(files_of("driving-licence-renewal")["procedure.yaml"]).value["papers"]

    found = decided("driving-licence-renewal", "required_papers", birth={"date": "1930-01-01"})

    assert [paper["id"] for paper in found] == [paper["id"] for paper in declared]


@pytest.mark.parametrize(
    ("category", "birthday", "euros"),
    [
        ("am", "1990-01-01", 108),
        ("be", "1946-03-10", 108),
        ("b", "1946-03-09", 110),
        ("c", "1990-01-01", 111),
        ("de", "1946-03-09", 111),
    ],
)
def test_a_renewal_costs_108_to_111_euros_by_category_and_age(
    category: str, birthday: str, euros: int
) -> None:
    about = {"licence": {"category": category}, "birth": {"date": birthday}}

    assert decided("driving-licence-renewal", "renewal_fee", **about) == euros


@pytest.mark.parametrize(
    ("engine_cc", "euros"),
    [(1, 30), (400, 30), (401, 45), (801, 65), (1301, 100), (1901, 160), (2500, 160), (2501, 205)],
)
def test_a_transfer_costs_30_to_205_euros_by_engine_size(engine_cc: int, euros: int) -> None:
    assert decided("vehicle-transfer", "transfer_fee", vehicle={"engine_cc": engine_cc}) == euros


@pytest.mark.parametrize(("kind", "euros"), [("car", 75), ("motorcycle", 9)])
def test_a_registration_costs_9_or_75_euros_by_kind(kind: str, euros: int) -> None:
    assert decided("vehicle-transfer", "registration_fee", vehicle={"kind": kind}) == euros

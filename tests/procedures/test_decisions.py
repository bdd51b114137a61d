"""Claims about decisions of shipped procedures: what a food business pays, what a day-care centre brings."""

from functools import cache
from typing import Any

import pytest

from engine import dmn
from engine.bundle.yaml_tree import read_yaml
from tests.procedures.shipped import files_of


@cache
def decisions(key: str) -> dmn.Bundle:
    """The decisions of a procedure."""
    return dmn.read({name: content for name, content in files_of(key).items() if name.endswith(".dmn")})


def decided(key: str, decision: str, **known: Any) -> Any:
    """What a decision comes to."""
    outcome = decisions(key).decide(decision, known)
    assert not outcome.problems
    return outcome.value


@pytest.mark.parametrize(
    ("area", "fee"), [(1, 75), (50, 75), (50.5, 110), (100, 110), (101, 145), (300, 145), (301, 185)]
)
def test_the_fee_of_a_food_business_goes_by_its_area(area: float, fee: int) -> None:
    assert decided("food-business-notification", "notification_fee", business={"area": area}) == fee


@pytest.mark.parametrize(
    ("operator", "infants", "count"),
    [
        ("natural_person", False, 8),
        ("natural_person", True, 9),
        ("legal_entity", False, 9),
        ("legal_entity", True, 10),
        ("municipality", True, 10),
    ],
)
def test_a_day_care_centre_brings_eight_to_ten_papers(operator: str, infants: bool, count: int) -> None:
    centre = {"operator": operator, "infants": infants}
    papers = decided("day-care-licence", "licence_papers", centre=centre)

    declared = read_yaml(files_of("day-care-licence")["procedure.yaml"]).value["papers"]
    groups = {paper["id"]: paper.get("any_of", paper["id"]) for paper in declared}
    assert len({groups[paper["id"]] for paper in papers if paper["obligatory"]}) == count
    assert len({paper["id"] for paper in papers}) == len(papers)

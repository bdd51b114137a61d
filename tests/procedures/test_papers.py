"""Where a decision says which papers are brought, it says so for everybody, and names what is declared."""

from dataclasses import asdict
from functools import cache

import pytest
from lxml import etree

from engine.bundle import Catalogue
from engine.bundle.procedure import Procedure
from engine.cases.reception import checklist, known_at_reception
from engine.kernel.vocabulary import Channel
from tests.builders import NOON
from tests.procedures.shipped import KEYS, files_of, scenario_names, scenario_of
from tests.procedures.test_diagrams import StandingClock

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"


@cache
def procedure_of(key: str) -> Procedure:
    return Catalogue(StandingClock()).check(files_of(key))


def with_a_decision() -> list[str]:
    return [key for key in KEYS if b"\npapers_decision: " in files_of(key)["procedure.yaml"]]


OPENED = [
    (key, name)
    for key in with_a_decision()
    for name in scenario_names(key)
    if not scenario_of(key, name).end.refused
]


@pytest.mark.parametrize(("key", "name"), OPENED, ids=lambda part: part)
def test_the_papers_are_settled_once_the_application_is_filled_in(key: str, name: str) -> None:
    procedure, given = procedure_of(key), scenario_of(key, name).given
    applicant = asdict(given.applicant)
    representative = asdict(given.representative) if given.representative else None
    form = procedure.start_form
    assert form is not None
    data = form.accept(given.data, scope={"applicant": applicant, "representative": representative})
    known = known_at_reception(
        data, applicant=applicant, representative=representative, channel=Channel.COUNTER, now=NOON
    )

    found = checklist(procedure, known, now=NOON)

    assert found.is_settled
    assert found.papers


@pytest.mark.parametrize("key", with_a_decision())
def test_a_decision_names_the_papers_that_are_declared_and_no_others(key: str) -> None:
    metadata = procedure_of(key).metadata
    tables = [etree.fromstring(content) for name, content in files_of(key).items() if name.endswith(".dmn")]

    decided = next(
        decision
        for table in tables
        for decision in table.iter(f"{DMN}decision")
        if decision.get("id") == metadata["papers_decision"]
    )
    named = {
        rule.findtext(f"{DMN}outputEntry/{DMN}text", "").strip('"') for rule in decided.iter(f"{DMN}rule")
    }

    assert named == {paper["id"] for paper in metadata["papers"]}

"""Claims about the papers for an AMKA: one decision table says who brings what."""

from functools import cache
from typing import Any

import pytest

from engine import dmn
from engine.bundle.scenario_reading import read_act, read_given
from engine.bundle.yaml_tree import read_yaml
from engine.rehearsal.office import Stage
from engine.rehearsal.player import Play
from tests.procedures.shipped import files_of, result_of, scenario_names, scenario_of

OPENED = "2026-03-09"
ADULT, CHILD = "1990-05-01", "2019-05-01"

CATEGORIES = (
    "greek_adult",
    "greek_minor",
    "newborn",
    "homogeneis",
    "eu_citizen",
    "third_country",
    "seasonal_worker",
    "asylum_applicant",
    "refugee",
    "subsidiary_protection",
    "unaccompanied_minor",
    "pensioner_abroad",
)


@cache
def decisions() -> dmn.Bundle:
    """The decisions of the procedure."""
    return dmn.read({"amka-papers.dmn": files_of("amka-issue")["amka-papers.dmn"]})


def papers(category: str, *, born: str = ADULT, **person: Any) -> list[dict[str, Any]]:
    """The papers that somebody must or may bring."""
    outcome = decisions().decide("required_papers", about(category, born=born, **person))
    assert not outcome.problems
    assert isinstance(outcome.value, list)
    return outcome.value


def about(category: str, *, born: str = ADULT, **person: Any) -> dict[str, Any]:
    """What the decisions are told of somebody."""
    return {
        "person": {"category": category, **person},
        "birth": {"date": born},
        "case": {"opened_on": OPENED},
    }


def ids(found: list[dict[str, Any]], *, obligatory: bool = True) -> set[str]:
    """The ids of the papers, of the obligatory ones or of the others."""
    return {paper["id"] for paper in found if paper["obligatory"] is obligatory}


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("born", [ADULT, CHILD])
@pytest.mark.parametrize("works", [True, False, None])
@pytest.mark.parametrize("by_proxy", [True, False, None])
def test_everybody_brings_between_one_and_fifteen_papers_each_once(
    category: str, born: str, works: bool | None, by_proxy: bool | None
) -> None:
    given = {
        name: value for name, value in {"works": works, "by_proxy": by_proxy}.items() if value is not None
    }

    found = papers(category, born=born, **given)

    assert 1 <= len(ids(found)) <= len(found) <= 15
    assert len({paper["id"] for paper in found}) == len(found)


def test_every_paper_of_the_table_is_in_the_metadata() -> None:
    declared = read_yaml(files_of("amka-issue")["procedure.yaml"]).value["papers"]

    asked_for = {
        paper["id"]
        for category in CATEGORIES
        for born in (ADULT, CHILD)
        for by_proxy in (True, False)
        for paper in papers(category, born=born, works=True, by_proxy=by_proxy)
    }

    assert asked_for == {paper["id"] for paper in declared}


def test_every_category_has_a_scenario_in_which_an_amka_is_issued() -> None:
    ended = [
        name for name in scenario_names("amka-issue") if result_of("amka-issue", name).outcome == "issued"
    ]

    issued = {scenario_of("amka-issue", name).given.data["person"]["category"] for name in ended}

    assert issued == set(CATEGORIES)


def test_a_parent_shows_who_they_are_for_a_minor_of_any_category_but_an_unaccompanied_one() -> None:
    by_parents = {
        category for category in CATEGORIES if "parent-identity" in ids(papers(category, born=CHILD))
    }

    assert by_parents == set(CATEGORIES) - {"unaccompanied_minor"}


@pytest.mark.parametrize(
    ("birthday", "expected"),
    [
        ("2014-03-09", {"identity", "birth-certificate", "parent-identity"}),
        ("2014-03-10", {"birth-certificate", "parent-identity"}),
    ],
)
def test_a_greek_minor_shows_an_identity_card_from_the_twelfth_birthday_on(
    birthday: str, expected: set[str]
) -> None:
    assert ids(papers("greek_minor", born=birthday)) == expected


def test_a_worker_brings_the_employers_statement_and_may_bring_the_tax_number() -> None:
    idle, working = (papers("eu_citizen", works=works) for works in (False, True))

    assert ids(working) - ids(idle) == {"employer-statement"}
    assert ids(working, obligatory=False) - ids(idle, obligatory=False) == {"tax-number"}


def test_only_obligatory_papers_that_were_not_presented_are_missing() -> None:
    given = {**about("eu_citizen", works=True, by_proxy=True), "presented": ["eu-identity", "tax-number"]}

    outcome = decisions().decide("missing_papers", given)

    assert isinstance(outcome.value, list)
    assert ids(outcome.value) == {"employer-statement", "authorisation"}
    assert not outcome.problems


def test_everything_obligatory_is_missing_while_nobody_was_asked() -> None:
    outcome = decisions().decide("missing_papers", {**about("greek_adult"), "presented": None})

    assert isinstance(outcome.value, list)
    assert ids(outcome.value) == {"identity"}
    assert not outcome.problems


def test_a_category_that_nobody_knows_is_a_problem_and_not_an_empty_list() -> None:
    outcome = decisions().decide("required_papers", about("martian"))

    assert outcome.value is None
    assert 'found "martian"' in outcome.problems[0].message


def test_whoever_checks_and_whoever_tells_what_is_missing_reads_the_titles_of_the_metadata() -> None:
    stage = Stage(files_of("amka-issue"))
    scenario = read_yaml(files_of("amka-issue")["scenarios/papers-missing.yaml"]).value
    given = read_given(scenario["given"])
    play = Play(stage.office(given))
    declared = {one["id"]: one["title"] for one in stage.procedure.metadata["papers"]}

    play.begin(given, ())
    checked = play.view.tasks[0].prefill["papers"]
    play.take(read_act(scenario["steps"][0], 1))
    missing = play.view.tasks[0].prefill["missing"]

    assert {one["obligatory"] for one in checked} <= {True, False}
    for shown in (*checked, *missing):
        assert {"el": shown["el"], "en": shown["en"]} == declared[shown["id"]]
    assert missing

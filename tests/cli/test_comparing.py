"""Claims about `stoa diff`: what is different and for whom, as text in both languages and as data."""

import json
from pathlib import Path

import pytest

from tests.api.test_certifying import KEY, with_five_more_days
from tests.case_migration.versions import publish
from tests.cli.conftest import Stoa
from tests.cli.test_procedures import written
from tests.office import Office

OLD = f"processes/{KEY}"


@pytest.fixture
def new(tmp_path: Path) -> str:
    """The folder of a version with five more days."""
    return written(tmp_path, with_five_more_days(scenarios=True))


@pytest.mark.parametrize(
    ("language", "change", "effect"),
    [
        ("en", "term “term of law” (term), days: from “5” to “10”.", "All cases: term of law from “5 days”"),
        (
            "el",
            "προθεσμία «νόμιμη προθεσμία» (term), ημέρες: από «5» σε «10».",
            "Όλες οι υποθέσεις: νόμιμη προθεσμία από «5 ημέρες» σε «10 ημέρες».",
        ),
    ],
)
def test_two_folders_are_compared_in_words(
    stoa: Stoa, new: str, language: str, change: str, effect: str
) -> None:
    found = stoa("diff", OLD, new, "--language", language)

    assert found.exit_code == 0
    assert change in found.output
    assert effect in found.output


def test_the_scenarios_say_which_last_days_move(stoa: Stoa, new: str) -> None:
    found = json.loads(stoa("diff", OLD, new, "--scenarios", "--format", "json").output)

    days = {(*one["before"], *one["after"]): one for one in found["effects"] if one["scenarios"]}
    assert days["2026-03-16", "2026-03-19"]["kind"] == "term"
    assert "scenarios/issued.yaml" in days["2026-03-16", "2026-03-19"]["scenarios"]
    assert {one["file"] for one in found["departures"]} == {
        "scenarios/municipality-late.yaml",
        "scenarios/supplement.yaml",
    }


def test_a_scenario_that_departs_is_told_in_the_language(stoa: Stoa, new: str) -> None:
    told = {lang: stoa("diff", OLD, new, "--scenarios", "--language", lang).output for lang in ("el", "en")}

    assert "Το παλιό σενάριο «" in told["el"]
    assert "στα νέα αρχεία" in told["el"]
    assert "The old scenario “" in told["en"]
    assert "The old scenario" not in told["el"]


def test_versions_that_are_stored_say_how_many_cases_stand_where(stoa: Stoa, office: Office) -> None:
    office.opens_case()
    files = with_five_more_days(scenarios=True)
    diagram = f"{KEY}.bpmn"
    files[diagram] = files[diagram].replace(
        b'id="check_papers" name="', 'id="check_papers" name="Νέος '.encode()
    )
    publish(office, files)

    told = stoa("diff", f"{KEY}@1", f"{KEY}@2", "--language", "el")

    assert "1 ανοικτές υποθέσεις περιμένουν στο check_papers." in told.output


def test_nothing_is_different_between_the_same(stoa: Stoa) -> None:
    assert stoa("diff", OLD, OLD).output == "Nothing is different.\n"
    assert stoa("diff", OLD, OLD, "--language", "el").output == "Δεν αλλάζει τίποτα.\n"


def test_files_with_mistakes_are_compared_and_the_effects_left_out_aloud(stoa: Stoa, new: str) -> None:
    diagram = Path(new) / f"{KEY}.bpmn"
    diagram.write_text(diagram.read_text().replace("</bpmn:process>", ""))

    found = stoa("diff", OLD, new, "--language", "el")

    assert found.exit_code == 0
    assert "ημέρες: από «5» σε «10»" in found.stdout
    assert "Όλες οι υποθέσεις" not in found.stdout
    assert f"{KEY}.bpmn" in found.stderr
    assert "stoa check" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        ((OLD,), 2, "Missing argument 'NEW'"),
        ((OLD, "nowhere"), 1, "Expected a folder, or a version such as key@2; found 'nowhere'."),
        ((OLD, f"{KEY}@7"), 1, f"7 of {KEY}"),
        ((OLD, "docs"), 1, "has no procedure.yaml"),
        ((OLD, "processes/shared/pickup@1"), 1, "is a shared part"),
        ((OLD, OLD, "--language", "fr"), 2, "'fr' is not one of 'el', 'en'"),
    ],
)
def test_what_cannot_be_compared_is_told(
    stoa: Stoa, arguments: tuple[str, ...], exit_code: int, told: str
) -> None:
    found = stoa("diff", *arguments)

    assert (found.exit_code, told in found.output) == (exit_code, True), found.output

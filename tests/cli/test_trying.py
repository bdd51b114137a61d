"""Claims about trying expressions, cells and decisions by hand, as an analyst does."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Stoa

AMKA = "processes/amka-issue"
NEWBORN = {
    "person": {"category": "newborn"},
    "birth": {"date": "2026-03-01"},
    "case": {"opened_on": "2026-03-09"},
}


@pytest.fixture
def newborn(tmp_path: Path) -> str:
    """A file with what is known of a newborn, as an option takes it."""
    path = tmp_path / "case.json"
    path.write_text(json.dumps(NEWBORN))
    return f"@{path}"


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (["=1 + 2"], "3"),
        (["age >= 80", "--context", "age=84"], "true"),
        (["age >= limit", "--context", '{"age": 84}', "--context", "limit=90"], "false"),
        (["[12..18), null", "--cell", "13"], "true"),
        (["< limit", "--cell", "13", "--context", "limit=12"], "false"),
        (["true", "--cell", "null"], "false"),
    ],
)
def test_an_expression_or_a_cell_is_tried_as_it_stands_in_the_modeler(
    stoa: Stoa, arguments: list[str], value: str
) -> None:
    result = stoa("feel", *arguments)

    assert (result.exit_code, result.output) == (0, value + "\n")


def test_variables_come_from_a_file_too(stoa: Stoa, newborn: str) -> None:
    result = stoa("feel", "person.category", "--context", newborn)

    assert (result.exit_code, result.output) == (0, '"newborn"\n')


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("@nowhere.json", "nowhere.json cannot be read"),
        ("age", "Expected a JSON object, @file.json or name=FEEL"),
        ('{"age": ', "line 1, column 8"),
        ('born=date("2020-13-01")', 'born: date("2020-13-01") came to nothing'),
        ("born=date(", "born: line 1"),
    ],
)
def test_a_value_that_is_not_understood_is_told_by_its_name(stoa: Stoa, given: str, told: str) -> None:
    result = stoa("feel", "1", "--context", given)

    assert result.exit_code == 1
    assert told in result.output


def test_a_folder_without_a_decision_lists_those_there_are_and_what_they_need(stoa: Stoa) -> None:
    result = stoa("dmn", AMKA)

    lines = [line.split() for line in result.output.splitlines()]
    assert result.exit_code == 0
    assert [line[0] for line in lines[1:]] == ["acting_person", "age", "missing_papers", "required_papers"]
    assert lines[2][-2:] == ["birth,", "case"]


def test_a_decision_of_a_folder_is_taken_with_a_file_of_inputs(stoa: Stoa, newborn: str) -> None:
    result = stoa("dmn", AMKA, "acting_person", "--input", newborn, "--format", "json")

    assert result.exit_code == 0
    assert json.loads(result.output)["value"] == "parent"


def test_a_misspelt_input_is_told(stoa: Stoa, newborn: str) -> None:
    result = stoa("dmn", AMKA, "age", "--input", newborn, "--input", "brith=1")

    assert "Not an input of age: person, brith." in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["fees.dmn", "fee"], "There is no file or folder fees.dmn."),
        (["fee"], "There is no file or folder fee."),
        (["processes/signature-authentication"], "Expected DMN files in processes/signature-authentication"),
        ([AMKA, "tax"], "'age' (Ηλικία την ημέρα της αίτησης)"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(stoa: Stoa, arguments: list[str], told: str) -> None:
    result = stoa("dmn", *arguments)

    assert result.exit_code == 1
    assert told in result.output

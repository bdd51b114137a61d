"""Claims about `stoa new procedure` and `stoa schema`, with which an analyst begins."""

from pathlib import Path

import jsonschema_rs
import pytest

from api.cli.schemas import SHAPES, as_text, json_schema
from engine.bundle.description import lacking
from engine.bundle.yaml_tree import read_yaml
from tests.cli.conftest import Stoa
from tests.office import ROOT

FILES = {
    "procedure": sorted(ROOT.glob("processes/*/procedure.yaml")),
    "shared": sorted(ROOT.glob("processes/shared/*/shared.yaml")),
    "scenario": sorted(ROOT.glob("processes/**/scenarios/*.yaml")),
}


def test_a_new_procedure_passes_check_and_test_and_lacks_nothing(stoa: Stoa, tmp_path: Path) -> None:
    processes, titles = tmp_path / "processes", ("--title", "Άδεια σκύλου", "--title-en", "Dog licence")
    begun = stoa("new", "procedure", "dog-licence", *titles, "--processes", str(processes))

    checked, tested = (stoa(command, str(processes / "dog-licence")) for command in ("check", "test"))

    assert begun.exit_code == 0
    assert "errors: 0, warnings: 0, hints: 0" in checked.output
    assert "2 scenarios, 2 as expected" in tested.output
    said = read_yaml((processes / "dog-licence" / "procedure.yaml").read_bytes()).value
    assert (said["key"], said["title"]["el"]) == ("dog-licence", "Άδεια σκύλου")
    assert list(lacking(said)) == []


def test_nothing_that_is_there_is_written_over(stoa: Stoa, tmp_path: Path) -> None:
    mine = tmp_path / "forms" / "dog-licence"
    mine.mkdir(parents=True)

    result = stoa("new", "procedure", "dog-licence", "--processes", str(tmp_path / "processes"))

    assert result.exit_code == 1
    assert "Expected a new key" in result.output
    assert not (tmp_path / "processes").exists()


@pytest.mark.parametrize(
    "arguments",
    [("Dog",), ("../dog",), ("dog", "--title", "Άδεια: σκύλου"), ("dog", "--agency", "Δήμος"), ("d" * 61,)],
)
def test_a_name_that_would_not_do_is_refused_and_nothing_written(
    stoa: Stoa, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = stoa("new", "procedure", *arguments, "--processes", str(tmp_path / "processes"))

    assert result.exit_code == 2
    assert "found" in result.output
    assert not (tmp_path / "processes").exists()


@pytest.mark.parametrize("name", SHAPES)
def test_the_schema_for_editors_is_that_of_the_check(name: str) -> None:
    kept = (ROOT / "docs" / "schemas" / f"{name}.schema.json").read_text()

    assert kept == as_text(name), f"run: stoa schema {name} > docs/schemas/{name}.schema.json"


@pytest.mark.parametrize("name", SHAPES)
def test_every_shipped_file_fits_its_schema(name: str) -> None:
    validator = jsonschema_rs.validator_for(json_schema(name))
    for path in FILES[name]:
        problems = [error.message for error in validator.iter_errors(read_yaml(path.read_bytes()).value)]

        assert problems == [], path


@pytest.mark.parametrize("name", ["procedure", "shared"])
def test_every_shipped_procedure_and_part_names_its_schema(name: str) -> None:
    for path in FILES[name]:
        first = path.read_text().partition("\n")[0]

        assert (path.parent / first.partition("$schema=")[2]).resolve().name == f"{name}.schema.json"


def test_the_schema_refuses_what_the_check_refuses() -> None:
    validator = jsonschema_rs.validator_for(json_schema("procedure"))
    sound = read_yaml(FILES["procedure"][0].read_bytes()).value

    for wrong in (
        {"key": "Not So"},
        {"silence": "perhaps"},
        {"outcomes": {}},
        {"colour": "red"},
        {"title": "x"},
    ):
        assert not validator.is_valid({**sound, **wrong}), wrong

"""Claims about what the commands of analysts make of shared parts."""

import json
from pathlib import Path

import pytest

from api.cli.checking import procedure_at
from engine.bootstrap import build
from engine.settings import from_environment
from tests.bundle.samples import procedure_files
from tests.bundle.shared import CALLER, FORM, PART, declaration
from tests.cli.conftest import Stoa
from tests.office import offer_files

COLLECTED = """title: The document is collected
given:
  applicant: {{given_name: Μαρία, family_name: Παπαδοπούλου}}
  data: {{{data}}}
steps:
  - complete: pickup_task
    data: {{result: collected}}
expect:
  path: [pickup_begin, pickup_task, pickup_done]
  outputs: {{result: {result}}}
  status: completed
"""


@pytest.fixture
def processes(tmp_path: Path) -> Path:
    """The processes of a checkout: a procedure that calls a part, and that part with a scenario."""
    files = {
        "processes/shared/pickup@1/shared.yaml": declaration().encode(),
        "processes/shared/pickup@1/pickup.bpmn": PART.encode(),
        "processes/shared/pickup@1/scenarios/collected.yaml": scenario(),
        "forms/shared/pickup@1/pickup-hand-over.form": FORM,
    }
    for name, content in procedure_files(diagram=CALLER).items():
        home = "forms/certificate/" if name.startswith("forms/") else "processes/certificate/"
        files[home + name.removeprefix("forms/")] = content
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path / "processes"


def scenario(data: str = "document: Άδεια", result: str = "collected") -> bytes:
    return COLLECTED.format(data=data, result=result).encode()


def test_a_part_is_checked_alone_and_with_all_beside_it(stoa: Stoa, processes: Path) -> None:
    alone, together = (
        stoa("check", str(processes / "shared/pickup@1")),
        stoa("check", str(processes / "shared")),
    )

    assert (alone.exit_code, together.exit_code) == (0, 0)
    assert "errors: 0" in alone.output


def test_a_finding_in_shared_yaml_has_its_line(stoa: Stoa, processes: Path) -> None:
    (processes / "shared/pickup@1/shared.yaml").write_text(declaration().replace("needed: true", "needed: 1"))

    found = json.loads(stoa("check", str(processes / "shared/pickup@1"), "--format", "json").output)

    assert found["passes"] is False
    errors = [(one["file"], one["line"]) for one in found["findings"] if one["severity"] == "error"]
    assert errors == [("shared.yaml", 8)]


def test_a_part_is_checked_by_the_name_of_its_folder(stoa: Stoa, processes: Path) -> None:
    (processes / "shared/pickup@1").rename(processes / "shared/pickup")

    result = stoa("check", str(processes / "shared/pickup"))

    assert result.exit_code == 1
    assert "<key>@<version>" in result.output


def test_the_scenarios_of_a_part_are_played(stoa: Stoa, processes: Path) -> None:
    result = stoa("test", str(processes / "shared"))

    assert result.exit_code == 0
    assert "passed: pickup_begin > pickup_task > pickup_done" in result.output
    assert "pickup@1: 1 scenario, 1 as expected, 0 not." in result.output


@pytest.mark.parametrize(
    ("data", "result", "said"),
    [
        ("document: Άδεια", "left", "Expected the output result to be 'left', found 'collected'."),
        ("", "collected", "without giving it: document"),
        ("document: Άδεια, paper: x", "collected", "Expected an input of shared/pickup@1 (document)."),
    ],
)
def test_a_scenario_that_goes_otherwise_fails(
    stoa: Stoa, processes: Path, data: str, result: str, said: str
) -> None:
    (processes / "shared/pickup@1/scenarios/collected.yaml").write_bytes(scenario(data, result))

    played = stoa("test", str(processes / "shared/pickup@1"))

    assert played.exit_code != 0
    assert said in played.output + str(played.exception)


def test_parts_are_deployed_with_their_callers_alone(stoa: Stoa, processes: Path) -> None:
    together = stoa("deploy", str(processes / "certificate"), str(processes / "shared"))
    alone = stoa("deploy", str(processes / "shared/pickup@1"))

    assert together.output == "certificate version 1: draft\n"
    assert alone.exit_code == 1
    assert "is not deployed alone" in alone.output


def test_a_changed_part_asks_for_the_next_version(stoa: Stoa, processes: Path, sqlite_url: str) -> None:
    with build(from_environment({"STOA_DATABASE_URL": sqlite_url})) as engine:
        offer_files(engine, procedure_at(processes / "certificate"))
    (processes / "shared/pickup@1/shared.yaml").write_text(declaration(title="Collection"))

    result = stoa("deploy", str(processes / "certificate"))

    assert result.exit_code == 1
    assert "Raise the version" in result.output

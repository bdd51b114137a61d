"""Claims about the commands of analysts: check, test, deploy, and trying expressions and decisions."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Stoa
from tests.office import ROOT

RESIDENCE = "processes/residence-certificate"
DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="fees" name="fees" namespace="stoa">
  <inputData id="engine" name="engine size"><variable name="engine size" typeRef="number"/></inputData>
  <decision id="fee" name="Fee">
    <variable name="Fee" typeRef="number"/>
    <informationRequirement><requiredInput href="#engine"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input><inputExpression typeRef="number"><text>engine size</text></inputExpression></input>
      <output/>
      <rule><inputEntry><text>&lt;= 1400</text></inputEntry><outputEntry><text>30</text></outputEntry></rule>
      <rule><inputEntry><text>&gt; 1400</text></inputEntry><outputEntry><text>75</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""


def test_a_sound_procedure_passes_the_check(stoa: Stoa) -> None:
    result = stoa("check", RESIDENCE)

    assert result.exit_code == 0
    assert "errors: 0" in result.output


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A diagram whose end event is gone."""
    diagram = (ROOT / RESIDENCE / "residence-certificate.bpmn").read_text()
    path = tmp_path / "broken.bpmn"
    path.write_text(diagram.replace('targetRef="check_papers"', 'targetRef="nowhere"'))
    return path


def test_a_broken_diagram_fails_the_check_at_a_line(stoa: Stoa, broken: Path) -> None:
    plain, hinted = stoa("check", str(broken)), stoa("check", str(broken), "--fix-hints")

    assert plain.exit_code == 1
    assert "broken.bpmn" in plain.output
    assert len(hinted.output) > len(plain.output)


def test_findings_come_as_json_and_sarif_too(stoa: Stoa, broken: Path) -> None:
    plain = json.loads(stoa("check", str(broken), "--format", "json").output)
    sarif = json.loads(stoa("check", str(broken), "--format", "sarif").output)

    assert plain["passes"] is False
    assert plain["findings"][0]["line"] > 0
    assert sarif["version"] == "2.1.0"
    assert sarif["runs"][0]["results"]


def test_metadata_are_checked_with_the_diagrams(stoa: Stoa, tmp_path: Path) -> None:
    folder = tmp_path / "processes" / "residence-certificate"
    folder.mkdir(parents=True)
    (tmp_path / "forms").symlink_to(ROOT / "forms")
    for file in (ROOT / RESIDENCE).glob("*.*"):
        (folder / file.name).write_bytes(file.read_bytes())
    metadata = folder / "procedure.yaml"
    metadata.write_text(metadata.read_text().replace("fees: []", "fees: free"))

    result = stoa("check", str(folder))

    assert result.exit_code == 1
    assert "procedure.yaml" in result.output
    assert "fees" in result.output


def test_a_folder_without_anything_to_check_is_told(stoa: Stoa, tmp_path: Path) -> None:
    result = stoa("check", str(tmp_path))

    assert result.exit_code == 1
    assert "Expected BPMN, DMN or form files" in result.output


def test_scenarios_are_played_and_counted(stoa: Stoa) -> None:
    result = stoa("test", "processes/signature-authentication")

    assert result.exit_code == 0
    assert "signature-authentication: 3 scenarios, 3 as expected, 0 not." in result.output


def test_procedures_are_deployed_once_and_as_drafts(stoa: Stoa) -> None:
    first = stoa("deploy", RESIDENCE, "processes/criminal-record")
    again = stoa("deploy", RESIDENCE)

    assert first.stdout == "residence-certificate version 1: draft\ncriminal-record version 1: draft\n"
    assert again.stdout == "residence-certificate version 1: draft\n"


def test_a_folder_without_metadata_is_not_deployed(stoa: Stoa, tmp_path: Path) -> None:
    result = stoa("deploy", str(tmp_path))

    assert result.exit_code == 1
    assert "has no procedure.yaml" in result.output


@pytest.mark.parametrize(
    ("expression", "context", "value"),
    [
        ("1 + 2", "{}", "3"),
        ('if age >= 80 then "δύο" else null', '{"age": 84}', '"δύο"'),
        ("loan amount / 3", '{"loan amount": 9}', "3"),
        ('date("2026-05-01") + duration("P1D")', "{}", '"2026-05-02"'),
    ],
)
def test_an_expression_is_evaluated(stoa: Stoa, expression: str, context: str, value: str) -> None:
    result = stoa("feel", expression, "--context", context)

    assert (result.exit_code, result.output) == (0, value + "\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["1 +"], "column"),
        (["missing + 1"], "missing"),
        (["1", "--context", "["], "Expected a JSON object"),
        (["1", "--context", "[]"], "Expected a JSON object"),
        (["__import__('os').system('id')"], ""),
    ],
)
def test_an_expression_that_cannot_be_evaluated_is_told_why(
    stoa: Stoa, arguments: list[str], told: str
) -> None:
    result = stoa("feel", *arguments)

    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("given", ['{"engine size": 1600}', "engine size=1000 + 600"])
def test_a_decision_is_taken_and_its_table_drawn(stoa: Stoa, tmp_path: Path, given: str) -> None:
    file = tmp_path / "fees.dmn"
    file.write_text(DECISION)

    result = stoa("dmn", str(file), "fee", "--input", given)

    assert result.exit_code == 0
    assert "Fee = 75" in result.output
    assert "►" in result.output


def test_a_decision_that_is_not_there_is_told(stoa: Stoa, tmp_path: Path) -> None:
    file = tmp_path / "fees.dmn"
    file.write_text(DECISION)

    result = stoa("dmn", str(file), "tax")

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


OF_ANOTHER_ENGINE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:activiti="http://activiti.org/bpmn"
             targetNamespace="urn:test">
  <process id="p" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="ask"/>
    <userTask id="ask" name="Ask" activiti:assignee="kermit"{more}/>
    <sequenceFlow id="f2" sourceRef="ask" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>
"""


def test_a_diagram_of_another_engine_is_converted_and_passes(stoa: Stoa, tmp_path: Path) -> None:
    given, new = tmp_path / "old.bpmn20.xml", tmp_path / "new.bpmn"
    given.write_text(OF_ANOTHER_ENGINE.format(more=""))

    result = stoa("convert", str(given), "-o", str(new))

    assert result.exit_code == 0
    assert "activiti:assignee" in result.stderr
    assert result.stdout == ""
    assert stoa("check", str(new)).exit_code == 0


def test_what_a_person_must_decide_is_listed_with_its_line(stoa: Stoa, tmp_path: Path) -> None:
    given = tmp_path / "old.bpmn"
    given.write_text(OF_ANOTHER_ENGINE.format(more=' activiti:skipExpression="${skip}"'))

    result = stoa("convert", str(given))

    assert result.exit_code == 1
    assert "zeebe:assignmentDefinition" in result.stdout
    assert result.stdout.splitlines()[6].strip().startswith('<userTask id="ask"')
    assert "7:5" in result.stderr
    assert "activiti:skipExpression" in result.stderr
    assert "exclusive gateway" in result.stderr


def test_what_is_no_xml_is_not_converted(stoa: Stoa, tmp_path: Path) -> None:
    given = tmp_path / "old.bpmn"
    given.write_text("<definitions")

    result = stoa("convert", str(given), "-o", str(tmp_path / "new.bpmn"))

    assert result.exit_code == 1
    assert "line 1" in result.stderr
    assert not (tmp_path / "new.bpmn").exists()

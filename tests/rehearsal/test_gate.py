"""The gate to submit: what it asks for, and that it says what is missing."""

import pytest

from engine.bundle.contract import Files
from engine.bundle.evidence import Evidence, Lack
from engine.lint.rules import ENGLISH, SUBJECTS
from engine.rehearsal.gate import Gate, evidence_of
from tests.lint.examples import EXAMPLES
from tests.procedures.shipped import files_of

KEY = "signature-authentication"


def without(scenario: str) -> Files:
    """The files of a shipped procedure without one of its scenarios."""
    return {name: content for name, content in files_of(KEY).items() if name != f"scenarios/{scenario}.yaml"}


def lacks(evidence: Evidence) -> set[Lack]:
    return {finding.lack for finding in evidence.findings}


def test_a_shipped_procedure_passes_with_the_evidence() -> None:
    evidence = evidence_of(files_of(KEY))

    assert evidence.passes, evidence.by_place()
    assert evidence.document["passes"] is True
    assert {one["as_expected"] for one in evidence.document["scenarios"]} == {True}
    assert (
        evidence.document["coverage"]["nodes"]["covered"] == evidence.document["coverage"]["nodes"]["total"]
    )


def test_what_no_scenario_passes_is_named_in_both_languages() -> None:
    evidence = evidence_of(without("authenticated"))

    assert lacks(evidence) == {Lack.NODE, Lack.FLOW}
    node = next(finding for finding in evidence.findings if finding.lack is Lack.NODE)
    file, line, column = node.where.split(":")
    written = files_of(KEY)[file].decode().splitlines()[int(line) - 1][int(column) - 1 :]
    assert file == "signature-authentication.bpmn"
    assert written.startswith("<bpmn:")
    assert 'id="authenticate"' in written
    assert "(authenticate)" in node.message.en
    assert node.message.el.startswith("Κανένα σενάριο")


def test_a_scenario_that_fails_is_named_and_proves_nothing() -> None:
    name = "scenarios/authenticated.yaml"
    wrong = files_of(KEY)[name].replace(b"outcome: authenticated", b"outcome: refused")

    evidence = evidence_of({**files_of(KEY), name: wrong})

    assert lacks(evidence) == {Lack.SCENARIO, Lack.NODE, Lack.FLOW}
    failed = [finding for finding in evidence.findings if finding.lack is Lack.SCENARIO]
    assert [finding.where.partition(":")[0] for finding in failed] == [name]
    line, column = map(int, failed[0].where.split(":")[1:])
    assert wrong.splitlines()[line - 1][column - 1 :].strip()
    assert wrong.splitlines()[line - 1][: column - 1].strip(b" -") == b""


def test_what_cannot_be_read_is_named_with_line_and_column() -> None:
    name = "scenarios/authenticated.yaml"
    wrong = files_of(KEY)[name].replace(b"steps:", b"unheard: yes\nsteps:")

    evidence = evidence_of({**files_of(KEY), name: wrong})

    line = wrong.splitlines().index(b"unheard: yes") + 1
    assert [finding.where for finding in evidence.findings] == [f"{name}:{line}:1"]


def test_a_point_that_an_import_left_open_is_named_until_its_line_is_gone() -> None:
    notes = "# Όσα δεν μεταφέρθηκαν\n\nΕλέγξτε το.\n\n- `metadata.process.deadline`: P10D\n"

    left, settled = (
        evidence_of({**files_of(KEY), "notes.md": text.encode()}) for text in (notes, notes[:-42])
    )

    (point,) = left.findings
    assert (point.lack, point.where) == (Lack.NOTE, "notes.md:5")
    assert "metadata.process.deadline: P10D" in point.message.en
    assert point.message.el.startswith("Ανοικτό σημείο")
    assert settled.passes


def test_what_procedure_yaml_does_not_say_is_named_with_its_line() -> None:
    said = files_of(KEY)["procedure.yaml"].replace(b"silence: none\n", b"")
    said = said.replace(b"    source: shown\n", b"", 1)

    evidence = evidence_of({**files_of(KEY), "procedure.yaml": said})

    assert lacks(evidence) == {Lack.METADATA}
    missing, source = evidence.findings
    assert (missing.where, missing.message.en) == (
        "procedure.yaml:2:1",
        "The field silence of procedure.yaml is missing. Fill it in.",
    )
    assert "papers.0.source" in source.message.el
    assert "papers.0.source" in source.message.en
    assert source.where.endswith(":5")


def test_an_error_of_the_linter_is_a_finding_and_nothing_is_played() -> None:
    diagram = files_of(KEY)["signature-authentication.bpmn"]
    flow = diagram.index(b"<bpmn:sequenceFlow")
    broken = diagram[:flow] + diagram[diagram.index(b">", flow) + 1 :]

    evidence = evidence_of({**files_of(KEY), "signature-authentication.bpmn": broken})

    assert Lack.ERROR in lacks(evidence)
    assert evidence.document["scenarios"] == []


@pytest.mark.parametrize("rule", [rule.id for rule in SUBJECTS[ENGLISH]])
def test_what_a_rule_about_english_finds_is_lacking(rule: str) -> None:
    evidence = evidence_of(EXAMPLES[rule].failing)

    missing = [finding for finding in evidence.findings if finding.lack is Lack.LANGUAGE]
    assert any(f"[{rule}]" in finding.message.en for finding in missing)


def test_unsound_metadata_are_a_finding() -> None:
    evidence = evidence_of({**files_of(KEY), "procedure.yaml": b"key: signature-authentication\n"})

    assert Lack.METADATA in lacks(evidence)


def test_without_a_scenario_nothing_passes() -> None:
    files = {name: content for name, content in files_of(KEY).items() if not name.startswith("scenarios/")}

    assert Lack.SCENARIO in lacks(evidence_of(files))


def test_the_same_files_are_played_once() -> None:
    gate = Gate()

    first = gate.evidence_of(files_of(KEY))

    assert gate.evidence_of(dict(files_of(KEY))) is first

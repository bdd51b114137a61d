"""Claims about the names of diagram files: every reader knows the same endings."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from api.cli.checking import files_at
from engine.bpmn.diagram import FILE_ENDINGS
from engine.bundle import folder, from_zip
from engine.lint import check
from engine.runtime import SpiffWorkflowEngine
from tests.bundle.samples import a_catalogue
from tests.office import ROOT

KEY = "residence-certificate"
FILES = folder(ROOT / "processes", ROOT / "forms", KEY)
ENDINGS = (*FILE_ENDINGS, ".BPMN")


def renamed(ending: str) -> Mapping[str, bytes]:
    """The residence certificate, its diagram named with another ending."""
    return {name.replace(".bpmn", ending): content for name, content in FILES.items()}


def test_the_endings_are_those_that_modelers_write() -> None:
    assert FILE_ENDINGS == (".bpmn", ".bpmn20.xml", ".bpmn2")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_procedure_is_read_and_runs_whatever_the_ending_of_its_diagram(ending: str) -> None:
    procedure = a_catalogue().check(renamed(ending))

    SpiffWorkflowEngine().prepare(procedure.definition)

    assert procedure.main_file == f"{KEY}{ending}"
    assert procedure.answer_sheet("municipality_certifies").results
    assert set(procedure.definition.files) == {f"{KEY}{ending}"}
    assert procedure.diagrams == (FILES[f"{KEY}.bpmn"].decode(),)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_diagram_is_checked_by_every_rule_whatever_its_ending(ending: str) -> None:
    broken = FILES[f"{KEY}.bpmn"].replace(b'targetRef="', b'targetRef="nowhere_', 1)

    found = check({**renamed(ending), f"{KEY}{ending}": broken}).errors

    assert {finding.file for finding in found} == {f"{KEY}{ending}"}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_command_finds_diagrams_of_every_ending_in_a_folder(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"drawing{ending}").write_bytes(b"<a/>")

    assert list(files_at(tmp_path)) == [f"drawing{ending}"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_archive_may_hold_diagrams_of_every_ending(ending: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in renamed(ending).items():
            archive.writestr(name, content)

    assert from_zip(packed.getvalue()) == renamed(ending)


def test_the_diagrams_of_a_procedure_begin_with_the_one_that_a_case_starts() -> None:
    calling = FILES[f"{KEY}.bpmn"]
    another = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'
        b'<process id="another" isExecutable="true"/></definitions>'
    )

    procedure = a_catalogue().check({**FILES, "a-first.bpmn2": another})

    assert procedure.diagrams == (calling.decode(), another.decode())

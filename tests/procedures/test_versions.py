"""Claims about procedure versions that are deployed: checked, numbered, and apart from one another."""

import pytest

from engine.bundle import folder
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import Invalid, NotPermitted
from engine.procedures.model import VersionStatus
from engine.procedures.versions import DeployProcedure
from tests.office import PAPERS_COMPLETE, ROOT, Office, an_office, offer_files
from tests.officials import employed

DIAGRAM = "residence-certificate.bpmn"


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.fixture
def files() -> dict[str, bytes]:
    return dict(folder(ROOT / "processes", ROOT / "forms", "residence-certificate"))


def changed(files: dict[str, bytes]) -> dict[str, bytes]:
    return {**files, DIAGRAM: files[DIAGRAM].replace("Δήμος".encode(), "ΔΗΜΟΣ".encode()) + b"\n"}


def test_the_same_files_are_one_version_and_other_files_the_next(
    office: Office, files: dict[str, bytes]
) -> None:
    analyst = employed(office, "anna", Role.ANALYST)

    same = office.does(DeployProcedure(files=files), actor=analyst)
    other = office.does(DeployProcedure(files=changed(files)), actor=analyst)

    assert (same.number, same.status) == (1, VersionStatus.PUBLISHED)
    assert (other.number, other.status) == (2, VersionStatus.DRAFT)


def test_new_cases_run_the_new_version_and_running_cases_keep_theirs(
    office: Office, files: dict[str, bytes]
) -> None:
    running = office.opens_case()
    offer_files(office.engine, changed(files))

    opened = office.opens_case()
    went_on = office.completes(running.tasks[0], PAPERS_COMPLETE)

    assert (opened.case.version_number, went_on.case.version_number) == (2, 1)


@pytest.mark.parametrize(
    ("old", "new", "file"),
    [
        (b"=confirmed<", b"=__import__('os').system('id')<", DIAGRAM),
        (b'targetRef="hand_over"', b'targetRef="nowhere"', DIAGRAM),
        (b'formId="check-papers"', b'formId="missing"', DIAGRAM),
        (b'errorRef="not_resident_error"', b'errorRef="unknown"', DIAGRAM),
        (b"<bpmn:process ", b"<!DOCTYPE x><bpmn:process ", DIAGRAM),
        (b"days: 5", b"days: perhaps", "procedure.yaml"),
        (b"fees: []", b"fees: 3", "procedure.yaml"),
        (b"fees: []", b"fees: []\nfee: 3", "procedure.yaml"),
    ],
)
def test_a_procedure_with_an_error_is_refused_with_the_place_of_it(
    office: Office, files: dict[str, bytes], old: bytes, new: bytes, file: str
) -> None:
    assert old in files[file]
    files[file] = files[file].replace(old, new)

    with pytest.raises(Invalid) as refusal:
        office.does(DeployProcedure(files=files), actor=SYSTEM)

    assert "ine " in refusal.value.errors[file][0]
    assert office.opens_case().case.version_number == 1


def test_a_clerk_deploys_nothing(office: Office, files: dict[str, bytes]) -> None:
    with pytest.raises(NotPermitted):
        office.does(DeployProcedure(files=files))


def test_a_diagram_that_is_no_utf_8_is_refused(office: Office, files: dict[str, bytes]) -> None:
    text = files[DIAGRAM].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    files[DIAGRAM] = text.encode("utf-16")

    with pytest.raises(Invalid) as refusal:
        office.does(DeployProcedure(files=files), actor=SYSTEM)

    assert DIAGRAM in refusal.value.errors

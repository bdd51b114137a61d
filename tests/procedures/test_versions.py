"""The life of a procedure version: checked, deployed, published by somebody else, retired."""

from dataclasses import replace

import pytest

from engine.bundle import folder
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.people.users import SaveUser
from engine.procedures.model import VersionStatus
from engine.procedures.versions import DeployProcedure, PublishVersion, RetireVersion
from tests.builders import a_clerk, a_user
from tests.office import PAPERS_COMPLETE, ROOT, Office, an_office

DIAGRAM = "residence-certificate.bpmn"


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.fixture
def files() -> dict[str, bytes]:
    return dict(folder(ROOT / "processes", ROOT / "forms", "residence-certificate"))


def somebody(office: Office, name: str, role: Role) -> Actor:
    user = a_user(username=name)
    save = SaveUser(user=user, branch_id=office.branch.id, roles=frozenset({role}))
    office.does(save, actor=SYSTEM)
    return a_clerk(user=user, roles=frozenset({role}))


def changed(files: dict[str, bytes]) -> dict[str, bytes]:
    return {**files, DIAGRAM: files[DIAGRAM].replace("Δήμος".encode(), "ΔΗΜΟΣ".encode()) + b"\n"}


def test_the_same_files_are_one_version_and_other_files_the_next(
    office: Office, files: dict[str, bytes]
) -> None:
    analyst = somebody(office, "anna", Role.ANALYST)

    same = office.does(DeployProcedure(files=files), actor=analyst)
    other = office.does(DeployProcedure(files=changed(files)), actor=analyst)

    assert (same.number, same.status) == (1, VersionStatus.PUBLISHED)
    assert (other.number, other.status) == (2, VersionStatus.DRAFT)


def test_whoever_deploys_a_version_does_not_publish_it(office: Office, files: dict[str, bytes]) -> None:
    both = somebody(office, "anna", Role.ANALYST)
    both = replace(both, roles=frozenset({Role.ANALYST, Role.CERTIFIER}))
    version = office.does(DeployProcedure(files=changed(files)), actor=both)
    publish = PublishVersion(key=version.key, number=version.number)

    with pytest.raises(NotPermitted, match="somebody else"):
        office.does(publish, actor=both)
    published = office.does(publish, actor=somebody(office, "kostas", Role.CERTIFIER))

    assert published.status is VersionStatus.PUBLISHED


def test_new_cases_run_the_new_version_and_running_cases_keep_theirs(
    office: Office, files: dict[str, bytes]
) -> None:
    running = office.opens_case()
    version = office.does(DeployProcedure(files=changed(files)), actor=SYSTEM)
    office.does(PublishVersion(key=version.key, number=version.number), actor=SYSTEM)

    opened = office.opens_case()
    went_on = office.completes(running.tasks[0], PAPERS_COMPLETE)

    assert (opened.case.version_number, went_on.case.version_number) == (2, 1)


def test_a_retired_version_is_offered_no_more_and_its_cases_go_on(office: Office) -> None:
    running = office.opens_case()
    office.does(RetireVersion(key="residence-certificate", number=1), actor=SYSTEM)

    with pytest.raises(NotFound, match="on offer"):
        office.opens_case()
    assert office.completes(running.tasks[0], PAPERS_COMPLETE).service_tasks


def test_a_version_is_published_once_and_retired_once(office: Office) -> None:
    with pytest.raises(Conflict, match="is published"):
        office.does(PublishVersion(key="residence-certificate", number=1), actor=SYSTEM)
    office.does(RetireVersion(key="residence-certificate", number=1), actor=SYSTEM)
    with pytest.raises(Conflict, match="is retired"):
        office.does(RetireVersion(key="residence-certificate", number=1), actor=SYSTEM)
    with pytest.raises(NotFound):
        office.does(PublishVersion(key="residence-certificate", number=7), actor=SYSTEM)


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


def test_a_clerk_deploys_and_publishes_nothing(office: Office, files: dict[str, bytes]) -> None:
    with pytest.raises(NotPermitted):
        office.does(DeployProcedure(files=files))
    with pytest.raises(NotPermitted):
        office.does(RetireVersion(key="residence-certificate", number=1))


def test_a_diagram_that_is_no_utf_8_is_refused(office: Office, files: dict[str, bytes]) -> None:
    text = files[DIAGRAM].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    files[DIAGRAM] = text.encode("utf-16")

    with pytest.raises(Invalid) as refusal:
        office.does(DeployProcedure(files=files), actor=SYSTEM)

    assert DIAGRAM in refusal.value.errors

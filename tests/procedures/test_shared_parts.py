"""Shared parts are pinned by publishing: by the same name and number there are never other bytes."""

import pytest

from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Invalid
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.procedures.versions import DeployProcedure
from tests.bundle.samples import METADATA, procedure_files
from tests.bundle.shared import CALLER, part_files
from tests.office import Office, an_office, offer_files


@pytest.fixture
def office() -> Office:
    return an_office()


def files_with(parts: dict[str, bytes], key: str = "certificate") -> dict[str, bytes]:
    """A procedure that calls `shared/pickup@1`, of that key."""
    metadata = METADATA.replace("key: certificate", f"key: {key}")
    return procedure_files(parts, metadata=metadata, diagram=CALLER)


def deployed(office: Office, files: dict[str, bytes]) -> ProcedureVersion:
    return office.does(DeployProcedure(files=files), actor=SYSTEM)


def published(office: Office, files: dict[str, bytes]) -> ProcedureVersion:
    return offer_files(office.engine, files)


def test_the_same_bytes_may_be_published_with_every_procedure(office: Office) -> None:
    published(office, files_with(part_files()))

    other = published(office, files_with(part_files(), "licence"))

    assert other.status is VersionStatus.PUBLISHED


def test_other_bytes_by_a_published_number_are_refused_by_name(office: Office) -> None:
    published(office, files_with(part_files()))

    with pytest.raises(Invalid) as refusal:
        deployed(office, files_with(part_files(title="Another"), "licence"))

    assert refusal.value.code == "shared_part_changed"
    assert "Raise the version" in refusal.value.errors["shared/pickup@1/shared.yaml"][0]


def test_a_part_of_a_draft_may_still_change(office: Office) -> None:
    deployed(office, files_with(part_files()))

    changed = published(office, files_with(part_files(title="Another")))

    assert changed.number == 2


def test_of_two_drafts_with_different_bytes_only_the_first_is_published(office: Office) -> None:
    first, second = files_with(part_files()), files_with(part_files(title="Another"), "licence")
    deployed(office, first)
    deployed(office, second)
    published(office, first)

    with pytest.raises(Invalid) as refusal:
        published(office, second)

    assert refusal.value.code == "shared_part_changed"


def test_the_next_version_of_a_part_stands_beside_the_first(office: Office) -> None:
    published(office, files_with(part_files()))
    raised = {
        **files_with({}, "licence"),
        "certificate.bpmn": CALLER.replace("pickup@1", "pickup@2").encode(),
        **part_files(version=2, title="Another"),
    }

    assert published(office, raised).status is VersionStatus.PUBLISHED

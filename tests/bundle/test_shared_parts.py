"""Shared parts are read from folders of a checkout, strictly, and go into a procedure's files as they are."""

from pathlib import Path

import pytest

from engine.bundle import folder, from_zip, part_folder, part_keys
from engine.bundle.shared_part import check_part
from engine.kernel.refusal import Invalid, NotFound
from engine.lint import check
from tests.bundle.samples import a_catalogue, procedure_files, procedure_findings
from tests.bundle.shared import CALLER, FORM, PART, declaration, part_files
from tests.bundle.test_files import an_archive

SCENARIO = b"title: x"


def a_checkout(root: Path, *, called: str = "shared/pickup@1", part: str = "pickup@1") -> tuple[Path, Path]:
    """The folders `processes` and `forms` with a procedure that calls a part, and that part."""
    caller = procedure_files(diagram=CALLER.replace("shared/pickup@1", called))
    files = {
        "processes/certificate/procedure.yaml": caller["procedure.yaml"],
        "processes/certificate/certificate.bpmn": caller["certificate.bpmn"],
        "forms/certificate/intake.form": caller["forms/intake.form"],
        f"processes/shared/{part}/shared.yaml": declaration().encode(),
        f"processes/shared/{part}/pickup.bpmn": PART.encode(),
        f"processes/shared/{part}/scenarios/collected.yaml": SCENARIO,
        f"forms/shared/{part}/pickup-hand-over.form": FORM,
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root / "processes", root / "forms"


def rules(files: dict[str, bytes]) -> set[str]:
    return {finding.rule for finding in check(files).errors}


def test_a_procedure_comes_with_the_parts_that_it_calls_but_for_their_scenarios(tmp_path: Path) -> None:
    processes, forms = a_checkout(tmp_path)

    files = folder(processes, forms, "certificate")

    assert files == procedure_files(part_files(), diagram=CALLER)
    assert procedure_findings(files) == {}
    assert rules(dict(files)) == set()


def test_parts_that_parts_call_come_too_and_a_circle_ends(tmp_path: Path) -> None:
    processes, forms = a_checkout(tmp_path)
    calls_itself = PART.replace(
        '<bpmn:userTask id="pickup_task" name="Παράδοση">', '<bpmn:callActivity id="pickup_task">'
    ).replace("</bpmn:userTask>", "</bpmn:callActivity>")
    form = '<zeebe:formDefinition formId="pickup-hand-over" />'
    diagram = processes / "shared/pickup@1/pickup.bpmn"
    diagram.write_text(calls_itself.replace(form, '<zeebe:calledElement processId="shared/pickup@1" />'))

    files = dict(folder(processes, forms, "certificate"))

    assert "shared-call-cycle" in rules(files)


def test_a_part_by_itself_has_its_scenarios(tmp_path: Path) -> None:
    processes, forms = a_checkout(tmp_path)

    files = part_folder(processes, forms, "pickup@1")

    assert part_keys(processes) == ("pickup@1",)
    assert files["scenarios/collected.yaml"] == SCENARIO
    assert str(check_part(files, folder="pickup@1").name) == "shared/pickup@1"


@pytest.mark.parametrize(
    "called",
    [
        "shared/../pickup@1",
        "shared/../../etc@1",
        "../shared/pickup@1",
        "/shared/pickup@1",
        "shared/pickup@1/../../certificate",
        "shared/Pickup@1",
        "Shared/pickup@1",
        "shared/pickup",
        "shared/pickup@0",
        "shared/pickup@01",
        "shared/pickup@-1",
        "shared/pickup@1000000000",
        "shared/pickup@1.0",
        "shared/pickup@٣",
        "shared/" + "a" * 61 + "@1",
        '="shared/" + name',
    ],
)
def test_a_call_by_any_other_name_is_an_error_at_its_line(called: str, tmp_path: Path) -> None:
    written = called.replace('"', "&quot;")
    processes, forms = a_checkout(tmp_path, called=written)

    files = folder(processes, forms, "certificate")

    assert not any(name.startswith("shared/") for name in files)
    (found,) = [one for one in check(files).errors if one.rule == "shared-call-named"]
    assert (found.file, found.element_id, found.line > 1) == ("certificate.bpmn", "hand_over", True)


@pytest.mark.parametrize("name", ["pickup@2", "post@1"])
def test_a_part_that_is_not_there_is_an_error_that_names_those_there_are(name: str, tmp_path: Path) -> None:
    processes, forms = a_checkout(tmp_path, called=f"shared/{name}")

    (found,) = check(folder(processes, forms, "certificate")).errors

    assert (found.rule, found.element_id) == ("shared-part-known", "hand_over")


@pytest.mark.parametrize(
    "linked",
    [
        "processes/shared/pickup@1/pickup.bpmn",
        "processes/shared/pickup@1",
        "forms/shared/pickup@1",
        "processes/shared",
    ],
)
def test_a_link_in_a_part_is_refused(linked: str, tmp_path: Path) -> None:
    processes, forms = a_checkout(tmp_path / "checkout")
    path = tmp_path / "checkout" / linked
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Invalid, match="found a link"):
        folder(processes, forms, "certificate")


@pytest.mark.parametrize("name", ["../certificate", "pickup", "Pickup@1", "pickup@10000"])
def test_a_folder_of_another_name_is_no_part(name: str, tmp_path: Path) -> None:
    processes, forms = a_checkout(tmp_path)

    with pytest.raises(Invalid, match="<key>@<version>"):
        part_folder(processes, forms, name)


def test_a_part_that_is_missing_is_not_found(tmp_path: Path) -> None:
    processes, forms = a_checkout(tmp_path)

    with pytest.raises(NotFound, match=r"shared\.yaml"):
        part_folder(processes, forms, "pickup@2")


BROKEN = {
    "inputs.document.type": ("    type: text\n    needed", "    type: string\n    needed"),
    "inputs.document.needed": ("needed: true", "needed: often"),
    "inputs.case": ("  document:\n", "  case:\n"),
    "inputs.number": ("  document:\n", "  number:\n"),
    "inputs.Document": ("  document:\n", "  Document:\n"),
    "version": ("version: 1", "version: '1'"),
    "outputs.result.title.en": ("en: Result", "in: Result"),
    "key": ("key: pickup", "key: Pick up"),
}
"""What is found at which field, by a text of the declaration and what stands in its place."""


@pytest.mark.parametrize("field", BROKEN)
def test_what_shared_yaml_says_wrongly_is_found_at_its_line(field: str) -> None:
    written = declaration().replace(*BROKEN[field])
    files = {
        "shared.yaml": written.encode(),
        "pickup.bpmn": PART.encode(),
        "forms/pickup-hand-over.form": FORM,
    }

    with pytest.raises(Invalid) as refusal:
        check_part(files, folder="pickup@1")

    assert any(
        found.startswith("line ") and f", {field}:" in found for found in refusal.value.errors["shared.yaml"]
    )


def test_a_part_in_the_folder_of_another_version_is_found(tmp_path: Path) -> None:
    files = {**part_files(), "shared/pickup@1/shared.yaml": declaration(version=2).encode()}

    found = procedure_findings(procedure_files(files, diagram=CALLER))

    assert found == {
        "shared/pickup@1/shared.yaml": [
            "line 1, key: Expected the key and version of the folder pickup@1, found pickup@2."
        ]
    }


def test_a_part_that_nothing_calls_is_found() -> None:
    files = {**part_files(), **part_files(version=2)}

    found = procedure_findings(procedure_files(files, diagram=CALLER))

    assert found["shared/pickup@2/shared.yaml"] == [
        "Expected a shared part that is called; nothing calls this one."
    ]


def test_a_form_by_the_id_of_another_in_the_version_is_found() -> None:
    form = {"forms/pickup-hand-over.form": FORM}
    caller = CALLER.replace('formId="intake"', 'formId="pickup-hand-over"')
    files = procedure_files({**part_files(), **form}, diagram=caller)
    del files["forms/intake.form"]

    (place,) = procedure_findings(files)

    assert place == "shared/pickup@1/pickup.bpmn"


@pytest.mark.parametrize("folders", ["", "certificate/"])
def test_an_archive_may_hold_the_parts(folders: str) -> None:
    files = procedure_files(part_files(), diagram=CALLER)

    unpacked = from_zip(an_archive({f"{folders}{name}": content for name, content in files.items()}))

    assert unpacked == files


@pytest.mark.parametrize("name", ["shared/pickup@1/../../x.bpmn", "shared/pickup@x/a.bpmn", "a@1/b.bpmn"])
def test_an_archive_may_not_name_parts_otherwise(name: str) -> None:
    with pytest.raises(Invalid):
        from_zip(an_archive({"procedure.yaml": b"", name: b""}))


def test_a_part_that_calls_its_caller_is_an_error() -> None:
    called = PART.replace("userTask", "callActivity").replace(
        '<zeebe:formDefinition formId="pickup-hand-over" />',
        '<zeebe:calledElement processId="certificate" />',
    )
    files = procedure_files({**part_files(), "shared/pickup@1/pickup.bpmn": called.encode()}, diagram=CALLER)

    found = {(one.file, one.rule) for one in check(files).errors}

    assert ("shared/pickup@1/pickup.bpmn", "called-process-known") in found


def test_a_part_may_not_read_what_it_is_not_given() -> None:
    reading = PART.replace('candidateGroups="clerk"', 'candidateGroups="=name"')
    files = procedure_files({**part_files(), "shared/pickup@1/pickup.bpmn": reading.encode()}, diagram=CALLER)

    (found,) = check(files).errors

    assert (found.file, found.rule, found.element_id) == (
        "shared/pickup@1/pickup.bpmn",
        "unknown-variable",
        "pickup_task",
    )


def test_versions_share_what_was_read_of_the_same_part() -> None:
    catalogue = a_catalogue()
    files = procedure_files(part_files(), diagram=CALLER)
    later = {**files, "certificate.bpmn": CALLER.replace("hand_over", "gives_out").encode()}

    one, two = catalogue.check(files), catalogue.check(later)

    assert one is not two
    assert one.forms["pickup-hand-over"] is two.forms["pickup-hand-over"]
    assert one.forms["intake"] is not two.forms["intake"]


def test_what_is_wrong_with_a_part_is_said_of_every_version_that_has_it() -> None:
    catalogue = a_catalogue()
    files = procedure_files(part_files(), diagram=CALLER)
    files["shared/pickup@1/forms/pickup-hand-over.form"] = b"{}"
    later = {**files, "certificate.bpmn": CALLER.replace("hand_over", "gives_out").encode()}

    for broken in (files, later):
        with pytest.raises(Invalid) as refusal:
            catalogue.check(broken)
        assert "shared/pickup@1/forms/pickup-hand-over.form" in refusal.value.errors

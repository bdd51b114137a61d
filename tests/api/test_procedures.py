"""Claims about the calls on procedures."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from api.rest.version_life import CERTIFICATION
from engine.bpmn.diagram import FILE_ENDINGS
from engine.bundle import folder
from tests.api.desk import Desk
from tests.office import ROOT, offer
from tests.officials import recovery_codes

ZIP = "application/zip"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files in a zip archive."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def signature_authentication() -> dict[str, bytes]:
    """The files of a procedure that the desk does not offer yet."""
    return dict(folder(ROOT / "processes", ROOT / "forms", "signature-authentication"))


def test_a_procedure_is_deployed_certified_published_and_retired(desk: Desk) -> None:
    kostas = desk.actor("kostas")
    codes = recovery_codes(desk.office.engine, kostas)
    deployed = desk.call(
        "POST", "/procedures", by="anna", data=zipped(signature_authentication()), content_type=ZIP
    )
    version = deployed.headers["Location"].removeprefix("/api/v1")
    decree = {**CERTIFICATION, "sha256": deployed.get_json()["sha256"], "valid_from": None}

    submitted = desk.post(f"{version}/submit", by="anna")
    returned = desk.post(f"{version}/return", {"reason": "Λείπει ο όρος."}, by="kostas")
    desk.post(f"{version}/submit", by="anna")
    wrong = desk.post(f"{version}/certify", {**decree, "second_factor": "1"}, by="kostas")
    certified = desk.post(f"{version}/certify", {**decree, "second_factor": codes[0]}, by="kostas")
    published = desk.post(f"{version}/publish", {}, by="kostas")
    offered = desk.get("/procedures?status=published").get_json()["items"]
    retired = desk.post(f"{version}/retire", {"reason": "Δοκιμή."}, by="kostas")
    record = desk.get(f"{version}/record").get_json()["items"]

    assert (deployed.status_code, deployed.get_json()["status"]) == (201, "draft")
    steps = (submitted, returned, certified, published, retired)
    assert [step.get_json()["status"] for step in steps] == [
        "submitted",
        "returned",
        "certified",
        "published",
        "retired",
    ]
    assert (wrong.status_code, wrong.get_json()["type"]) == (422, "/problems/wrong_code")
    assert [procedure["key"] for procedure in offered] == [
        "residence-certificate",
        "signature-authentication",
    ]
    assert [(act["act"], act["by"], act["reason"]) for act in record][1:4] == [
        ("submitted", "anna", None),
        ("returned", "kostas", "Λείπει ο όρος."),
        ("submitted", "anna", None),
    ]
    assert record[4]["detail"]["ada"] == CERTIFICATION["ada"]


def test_whoever_guesses_the_second_factor_has_to_wait(desk: Desk) -> None:
    desk.call("POST", "/procedures", by="anna", data=zipped(signature_authentication()), content_type=ZIP)
    path = "/procedures/signature-authentication/versions/1"
    desk.post(f"{path}/submit", by="anna")
    recovery_codes(desk.office.engine, desk.actor("kostas"))
    sha256 = desk.get(path).get_json()["sha256"]

    guesses = [
        desk.post(f"{path}/certify", {**CERTIFICATION, "sha256": sha256, "second_factor": "1"}, by="kostas")
        for _ in range(8)
    ]

    assert guesses[0].status_code == 422
    assert guesses[-1].status_code == 429


def test_only_an_analyst_deploys_and_submits_and_only_a_certifier_certifies(desk: Desk) -> None:
    content = zipped(signature_authentication())
    by_clerk = desk.call("POST", "/procedures", data=content, content_type=ZIP)
    desk.call("POST", "/procedures", by="anna", data=content, content_type=ZIP)
    path = "/procedures/signature-authentication/versions/1"

    submitted_by_clerk = desk.post(f"{path}/submit")
    desk.post(f"{path}/submit", by="anna")
    by_analyst = desk.post(f"{path}/certify", CERTIFICATION, by="anna")

    assert {answer.status_code for answer in (by_clerk, submitted_by_clerk, by_analyst)} == {403}


def test_every_finding_in_a_procedure_is_listed_by_file(desk: Desk) -> None:
    files = signature_authentication()
    files["signature-authentication.bpmn"] = files["signature-authentication.bpmn"].replace(
        b"bpmn:endEvent", b"bpmn:endGame"
    )

    response = desk.call("POST", "/procedures", by="anna", data=zipped(files), content_type=ZIP)

    assert response.status_code == 422
    assert response.get_json()["type"] == "/problems/procedure_refused"
    assert "signature-authentication.bpmn" in response.get_json()["errors"]


def test_a_version_shows_its_files_as_they_were_deployed(desk: Desk) -> None:
    version = desk.get("/procedures/residence-certificate/versions/1").get_json()
    shown = desk.get("/procedures/residence-certificate/versions/1/files/residence-certificate.bpmn")

    original = ROOT / "processes" / "residence-certificate" / "residence-certificate.bpmn"
    assert "forms/intake.form" in version["files"]
    assert shown.data == original.read_bytes()
    assert shown.content_type == "application/xml; charset=utf-8"
    assert shown.headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize("ending", FILE_ENDINGS)
def test_a_diagram_is_deployed_and_shown_as_xml_whatever_its_ending(desk: Desk, ending: str) -> None:
    files = {name.replace(".bpmn", ending): text for name, text in signature_authentication().items()}
    name = f"signature-authentication{ending}"

    deployed = desk.call("POST", "/procedures", by="anna", data=zipped(files), content_type=ZIP)
    shown = desk.get(f"/procedures/signature-authentication/versions/1/files/{name}", by="anna")

    assert deployed.status_code == 201
    assert (shown.mimetype, shown.data) == ("application/xml", files[name])


def test_a_procedure_is_found_by_a_word_of_its_title(desk: Desk) -> None:
    found = desk.get("/procedures?q=κατοικιας").get_json()["items"]

    assert [procedure["key"] for procedure in found] == ["residence-certificate"]


def test_what_is_not_in_the_catalogue_is_not_found(desk: Desk) -> None:
    for path in ("/nothing", "/nothing/versions", "/residence-certificate/versions/2"):
        assert desk.get("/procedures" + path).status_code == 404
    missing = desk.get("/procedures/residence-certificate/versions/1/files/..%2f..%2fetc%2fpasswd")
    assert missing.status_code == 404


def test_the_papers_are_told_for_somebody_before_anything_is_filed(desk: Desk) -> None:
    offer(desk.office.engine, "amka-issue")
    person = {"person": {"category": "newborn"}, "birth": {"date": "2026-03-01"}}

    some = desk.post("/procedures/amka-issue/papers", {"data": {}}).get_json()
    all_ = desk.post("/procedures/amka-issue/papers", {"data": person}).get_json()

    assert some == {"papers": [], "settled": False, "fees": []}
    assert all_["settled"]
    assert {paper["id"] for paper in all_["papers"] if paper["obligatory"]} == {
        "birth-certificate",
        "parent-identity",
    }
    assert all_["papers"][0]["title"]["en"] == "Birth registration or family status certificate"


def test_papers_are_not_told_for_a_field_that_the_form_does_not_have(desk: Desk) -> None:
    answer = desk.post("/procedures/residence-certificate/papers", {"data": {"shoe": 42}})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["data.shoe"]

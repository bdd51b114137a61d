"""Claims about documents over the API."""

import hashlib
from typing import Any

import pytest

from engine.documents.model import Scan
from engine.documents.scan import ScanAgain
from engine.kernel.actor import SYSTEM
from tests.api.desk import Desk

PDF = b"%PDF-1.7 a bill"
BYTES = {"Content-Type": "application/octet-stream"}


def add(desk: Desk, content: bytes = PDF, **options: Any) -> Any:
    case = options.pop("case", None) or desk.opens_case()["id"]
    headers = {**BYTES, **options.pop("headers", {})}
    return desk.call(
        "POST", f"/cases/{case}/documents?name=bill.pdf", data=content, headers=headers, **options
    )


def test_a_document_is_added_listed_and_read(desk: Desk) -> None:
    case = desk.opens_case()["id"]

    added = add(desk, case=case)

    assert added.status_code == 201
    body = added.get_json()
    assert body["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert added.headers["Location"] == f"/api/v1/documents/{body['id']}"
    assert desk.get(f"/cases/{case}/documents").get_json() == {"items": [body]}
    assert desk.get(f"/documents/{body['id']}").get_json() == body
    content = desk.get(f"/documents/{body['id']}/content")
    assert content.data == PDF
    assert content.headers["Content-Disposition"] == "attachment; filename*=UTF-8''bill.pdf"


def test_a_document_that_is_known_is_not_read_again(desk: Desk) -> None:
    document = add(desk).get_json()["id"]
    tag = desk.get(f"/documents/{document}/content").headers["ETag"]

    again = desk.get(f"/documents/{document}/content", headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


def test_a_document_sent_twice_with_one_key_is_kept_once(desk: Desk) -> None:
    case = desk.opens_case()["id"]

    first, second = (add(desk, case=case, headers={"Idempotency-Key": "k1"}) for _ in range(2))

    assert first.get_json() == second.get_json()
    assert len(desk.get(f"/cases/{case}/documents").get_json()["items"]) == 1


def test_what_is_no_document_is_refused(desk: Desk) -> None:
    refused = add(desk, b"<html>")

    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == ["file"]


def test_another_branch_finds_no_document(desk: Desk) -> None:
    document = add(desk).get_json()["id"]

    assert desk.get(f"/documents/{document}", by="foteini").status_code == 404
    assert desk.get(f"/documents/{document}/content", by="municipality").status_code == 404


def test_an_agency_fetches_the_papers_of_the_case_that_it_is_asked_about(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()
    document = add(desk, case=case["id"]).get_json()
    path = f"/service-tasks/{service_task}/documents"

    listed = desk.get(path, by="municipality").get_json()["items"]
    content = desk.get(f"{path}/{document['id']}/content", by="municipality")

    assert listed == [document]
    assert content.data == PDF


def test_papers_are_for_the_agency_that_is_asked_and_of_that_case_alone(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()
    ours, elsewhere = add(desk, case=case["id"]).get_json()["id"], add(desk).get_json()["id"]
    path = f"/service-tasks/{service_task}/documents"

    others = [
        desk.get(path, by="registry"),
        desk.get(f"{path}/{ours}/content", by="registry"),
        desk.post(path, by="registry", data=PDF, headers=BYTES),
        desk.get(f"{path}/{elsewhere}/content", by="municipality"),
        desk.get(f"/documents/{ours}", by="municipality"),
    ]

    assert [answer.status_code for answer in others] == [404] * 5


def test_an_agency_adds_a_paper_to_its_answer_and_the_branch_has_it(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()
    path = f"/service-tasks/{service_task}/documents?name=certificate.pdf"
    once = {**BYTES, "Idempotency-Key": "k1"}

    added, again = (desk.post(path, by="municipality", data=PDF, headers=once) for _ in range(2))
    document = added.get_json()
    answer = {"confirmed": True, "certificate_number": "Β-1", "certificate_file": document["id"]}
    read = desk.get(added.headers["Location"].removeprefix("/api/v1"), by="municipality")
    answered = desk.post(f"/service-tasks/{service_task}/complete", {"data": answer}, by="municipality")

    assert (added.status_code, document["added_by"]) == (201, "municipality")
    assert again.get_json() == document
    assert read.data == PDF
    assert answered.status_code == 200
    assert desk.get(f"/cases/{case['id']}/documents").get_json()["items"] == [document]
    lines = desk.get(f"/cases/{case['id']}/journal").get_json()["items"]
    line = next(line for line in lines if line["action"] == "document_added")
    assert line["actor"] == {"kind": "agency", "name": "municipality"}
    late = desk.post(path, by="municipality", data=PDF, headers=BYTES)
    assert late.status_code == 409


LARGE = b"%PDF-1.7 " + bytes(range(256)) * 5000
"""More than is read at a time."""


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=5-", 5, len(LARGE)),
        ("bytes=-3", -3, len(LARGE)),
        ("bytes=9-1100000", 9, 1100001),
    ],
)
def test_a_range_of_a_document_is_read(desk: Desk, asked: str, start: int, end: int) -> None:
    document = add(desk, LARGE).get_json()["id"]

    whole = desk.get(f"/documents/{document}/content")
    found = desk.get(f"/documents/{document}/content", headers={"Range": asked})

    first = start % len(LARGE)
    assert (whole.status_code, whole.data, whole.headers["Accept-Ranges"]) == (200, LARGE, "bytes")
    assert (found.status_code, found.data) == (206, LARGE[first:end])
    assert found.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(LARGE)}"
    assert int(found.headers["Content-Length"]) == end - first


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": f"bytes={len(LARGE)}-"},
        {"Range": "bytes=0-1,5-6"},
        {"Range": "bytes=0-1", "If-Range": '"another"'},
        {"Range": "bytes=0-1", "If-Range": "Wed, 21 Oct 2015 07:28:00 GMT"},
    ],
)
def test_a_range_that_is_not_there_or_of_another_file_is_passed_over(
    desk: Desk, headers: dict[str, str]
) -> None:
    document = add(desk, LARGE).get_json()["id"]

    found = desk.get(f"/documents/{document}/content", headers=headers)

    assert (found.status_code, found.data) == (200, LARGE)


def test_a_document_that_waits_for_the_virus_scanner_is_listed_and_not_read(desk: Desk) -> None:
    case = desk.opens_case()["id"]
    document = add(desk, case=case).get_json()
    desk.office.does(ScanAgain(scans=frozenset({Scan.UNSCANNED})), actor=SYSTEM)

    listed = desk.get(f"/cases/{case}/documents").get_json()["items"]
    refused = desk.get(f"/documents/{document['id']}/content")

    assert (document["scan"], [one["scan"] for one in listed]) == ("unscanned", ["pending"])
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/document_pending")

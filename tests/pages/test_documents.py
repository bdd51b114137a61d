"""Claims about documents on the desk: brought in, listed, and shown without doing anything."""

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import structlog

from engine.cases.changeset import CaseState
from engine.documents.add import AddDocument
from engine.documents.model import Document, Scan
from engine.documents.queries import ListDocuments
from engine.documents.scan import RecordScan, ScanAgain, Verdict
from engine.jobs.views import make_views
from engine.kernel.actor import SYSTEM
from tests.documents.papers import SCRIPT, a_locked_pdf, a_picture, an_active_pdf, written_out
from tests.pages.visiting import OpenDesk, Visitor

PDF = b"%PDF-1.7 a bill"
PNG = b"\x89PNG\r\n\x1a\n an image"


@pytest.fixture
def state(desk: OpenDesk) -> CaseState:
    """A case."""
    return desk.desk.office.opens_case()


def listed(desk: OpenDesk, case_id: UUID) -> list[Document]:
    office = desk.desk.office
    return list(office.engine.ask(ListDocuments(case_id=case_id), actor=office.clerk))


def works(desk: OpenDesk) -> None:
    """The worker makes the copies for the screen."""
    make_views(desk.desk.office.engine, log=structlog.get_logger())


def brings(visitor: Visitor, state: CaseState, content: bytes, name: str = "bill.pdf", **options: Any) -> Any:
    visitor.opens(f"/desk/cases/{state.case.id}/documents")
    fields = {"csrf": visitor.token, "file": (BytesIO(content), name)}
    return visitor.client.post(
        f"/desk/cases/{state.case.id}/documents", data=fields, content_type="multipart/form-data", **options
    )


def test_a_document_brought_in_is_in_the_case_file(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    response = brings(maria, state, PDF, "../λογαριασμός.exe")

    assert response.headers["Location"] == f"/desk/cases/{state.case.id}#documents"
    (document,) = listed(desk, state.case.id)
    maria.opens(f"/desk/cases/{state.case.id}")
    assert "λογαριασμός.pdf" in maria.text
    assert document.sha256 in maria.text


def test_a_script_is_told_the_reference_of_what_it_sent(
    desk: OpenDesk, state: CaseState, maria: Visitor
) -> None:
    answer = brings(maria, state, PNG, "scan.png", headers={"Accept": "application/json"})

    assert answer.status_code == 201
    assert answer.get_json() == {"id": str(listed(desk, state.case.id)[0].id), "name": "scan.png"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<script>alert(1)</script>",
        b"MZ\x90",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"PK\x03\x04 of an office program",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 of an older one",
    ],
)
def test_what_is_no_document_is_not_kept(
    desk: OpenDesk, state: CaseState, maria: Visitor, content: bytes
) -> None:
    response = brings(maria, state, content)

    assert response.status_code == 422
    assert listed(desk, state.case.id) == []


@pytest.mark.parametrize("content", [an_active_pdf(), a_picture("PNG")], ids=["PDF", "PNG"])
def test_a_browser_shows_a_copy_without_scripts_and_keeps_the_original(
    desk: OpenDesk, state: CaseState, maria: Visitor, content: bytes
) -> None:
    brings(maria, state, content, "Δελτίο.x")
    works(desk)
    maria.opens(f"/desk/cases/{state.case.id}/documents")
    (shown,) = maria.sees("//ul[contains(@class, 'documents')]/li/p[1]/a/@href")
    (original,) = maria.sees("//a[contains(., 'Download the original')]/@href")

    copied, kept = maria.client.get(shown), maria.client.get(original)

    assert "Shown without its scripts and attachments." in maria.text
    assert copied.headers["Content-Disposition"].startswith("inline")
    assert SCRIPT.encode() not in written_out(copied.data)
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert kept.data == content
    for answer in (copied, kept):
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in policy
        assert ("sandbox" in policy) == (answer.mimetype != "application/pdf")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (a_locked_pdf(), "It is locked with a password"),
        (PDF, "It is damaged or too complex"),
        (b"II*\x00 a paper", "Download the original"),
    ],
    ids=["locked", "damaged", "TIFF"],
)
def test_what_has_no_copy_is_downloaded_and_never_shown(
    desk: OpenDesk, state: CaseState, maria: Visitor, content: bytes, told: str
) -> None:
    brings(maria, state, content)
    maria.opens(f"/desk/cases/{state.case.id}/documents")
    before = maria.text
    works(desk)

    maria.opens(f"/desk/cases/{state.case.id}/documents")

    after = maria.text
    (document,) = listed(desk, state.case.id)
    (address,) = maria.sees("//ul[contains(@class, 'documents')]/li/p[1]/a/@href")
    kept = maria.client.get(address)
    refused = maria.opens(f"{address}/preview", Accept="text/html")
    assert ("is being made" in before) == (document.media_type == "application/pdf")
    assert told in after
    assert (kept.data, kept.headers["Content-Disposition"].partition(";")[0]) == (content, "attachment")
    assert refused.status_code == 409
    assert "It cannot be shown here" in refused.text


def test_a_download_is_kept_under_its_name(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    document = desk.desk.office.does(AddDocument(case_id=state.case.id, name="Δελτίο.pdf", content=PDF))

    answer = maria.opens(f"/desk/documents/{document.id}")

    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%CE%94%CE%B5%CE%BB%CF%84%CE%AF%CE%BF.pdf"
    )


def test_another_branch_does_not_see_a_document(desk: OpenDesk, state: CaseState) -> None:
    document = desk.desk.office.does(AddDocument(case_id=state.case.id, name="bill.pdf", content=PDF))
    foteini = desk.visit(desk.person("foteini"))

    for address in (f"/desk/documents/{document.id}", f"/desk/cases/{state.case.id}/documents"):
        assert foteini.opens(address).status_code == 404


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (None, "The virus scanner has not looked at it yet."),
        (Scan.INFECTED, "The virus scanner found something harmful in it."),
        (Scan.FAILED, "The virus scanner could not look at it."),
    ],
)
def test_a_file_that_was_not_found_clean_is_named_with_the_reason_and_cannot_be_opened(
    desk: OpenDesk, state: CaseState, maria: Visitor, verdict: Scan | None, told: str
) -> None:
    office = desk.desk.office
    document = office.does(AddDocument(case_id=state.case.id, name="bill.pdf", content=PDF))
    office.does(ScanAgain(scans=frozenset({Scan.UNSCANNED})), actor=SYSTEM)
    if verdict is not None:
        office.does(RecordScan(document_id=document.id, verdict=Verdict(scan=verdict)), actor=SYSTEM)

    maria.opens(f"/desk/cases/{state.case.id}/documents")
    opened = [maria.client.get(f"/desk/documents/{document.id}{way}") for way in ("", "/preview")]

    assert "bill.pdf" in maria.text
    assert told in maria.text
    assert f"/desk/documents/{document.id}" not in maria.text
    assert [answer.status_code for answer in opened] == [409, 409]


def test_a_file_that_was_found_clean_is_opened(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    office = desk.desk.office
    document = office.does(AddDocument(case_id=state.case.id, name="bill.pdf", content=PDF))
    office.does(ScanAgain(scans=frozenset({Scan.UNSCANNED})), actor=SYSTEM)
    office.does(RecordScan(document_id=document.id, verdict=Verdict(scan=Scan.CLEAN)), actor=SYSTEM)

    maria.opens(f"/desk/cases/{state.case.id}/documents")

    assert "virus" not in maria.text
    assert maria.client.get(f"/desk/documents/{document.id}").data == PDF

"""Claims about the documents of a case: who brings them in, who reads them, and what the journal tells."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from engine.cases.changeset import CaseState
from engine.cases.lifecycle import WithdrawCase
from engine.dispatch import Once
from engine.documents.add import AddDocument
from engine.documents.queries import ListDocuments, ReadDocument, ShowDocument
from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.kernel.vocabulary import CaseStatus
from engine.sealing.parts import PART_BYTES, Span
from engine.service_tasks.answer import AnswerServiceTask
from tests.builders import a_branch, a_clerk, an_agency_actor, an_id
from tests.bundle.samples import form_json
from tests.messages.drawn import drawn
from tests.office import CONFIRMED, Office, an_office, offer_files
from tests.runtime.diagrams import chain, end, start, user

PDF = b"%PDF-1.7 a bill"


@pytest.fixture
def office() -> Office:
    return an_office()


def test_a_document_is_read_as_it_was_brought_in(office: Office) -> None:
    case = office.opens_case().case

    document = office.does(AddDocument(case_id=case.id, name="bill.pdf", content=PDF))

    assert office.engine.ask(ReadDocument(document_id=document.id), actor=office.clerk) == (document, PDF)
    assert office.engine.ask(ListDocuments(case_id=case.id), actor=office.colleague) == [document]


def test_the_journal_has_the_digest_of_a_document_and_not_its_name(office: Office) -> None:
    state = office.opens_case()

    document = office.does(AddDocument(case_id=state.case.id, name="Δημητρίου.pdf", content=PDF))

    line = office.journal(state)[-1]
    assert line.action == "document_added"
    assert line.detail == {
        "document": str(document.id),
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": document.sha256,
    }


def test_a_closed_case_takes_no_documents(office: Office) -> None:
    case = office.opens_case().case
    office.does(WithdrawCase(case_id=case.id, reason="Ο πολίτης δεν τη θέλει πια."))

    with pytest.raises(Conflict):
        office.does(AddDocument(case_id=case.id, name="bill.pdf", content=PDF))


def test_what_is_sent_twice_is_kept_once(office: Office) -> None:
    case = office.opens_case().case
    once = Once(owner="test", key="1", fingerprint=b"same")

    first, second = (
        office.does(AddDocument(case_id=case.id, name="bill.pdf", content=PDF), once=once) for _ in range(2)
    )

    assert first == second
    assert office.engine.ask(ListDocuments(case_id=case.id), actor=office.clerk) == [first]


def test_other_branches_and_agencies_know_no_document_of_the_case(office: Office) -> None:
    case = office.opens_case().case
    document = office.does(AddDocument(case_id=case.id, name="bill.pdf", content=PDF))
    stranger = a_clerk(a_branch(code="0010"))

    for actor in (stranger, an_agency_actor(office.agency)):
        with pytest.raises(NotFound):
            office.engine.ask(ShowDocument(document_id=document.id), actor=actor)
        with pytest.raises(NotFound):
            office.engine.ask(ListDocuments(case_id=case.id), actor=actor)
    with pytest.raises(NotFound):
        office.does(AddDocument(case_id=case.id, name="bill.pdf", content=PDF), actor=stranger)


def test_who_only_looks_brings_nothing_in(office: Office) -> None:
    case = office.opens_case().case
    auditor = a_clerk(office.branch, roles=frozenset({Role.AUDITOR}))

    with pytest.raises(NotPermitted):
        office.does(AddDocument(case_id=case.id, name="bill.pdf", content=PDF), actor=auditor)


def answers(office: Office, state: CaseState, certificate: str) -> CaseState:
    """The municipality's answer with that certificate."""
    data = {**CONFIRMED, "certificate_file": certificate}
    command = AnswerServiceTask(service_task_id=state.service_tasks[0].id, data=data)
    return office.does(command, actor=an_agency_actor(office.agency))


def test_an_answer_brings_a_document_of_its_case(office: Office) -> None:
    state = office.sends_to_municipality()
    document = office.does(AddDocument(case_id=state.case.id, name="certificate.pdf", content=PDF))

    answered = answers(office, state, str(document.id))

    assert [task.element_id for task in answered.tasks] == ["hand_over"]


def test_an_answer_with_any_other_file_is_refused_and_tells_nothing_of_other_cases(office: Office) -> None:
    state, other = office.sends_to_municipality(), office.opens_case().case
    of_another = office.does(AddDocument(case_id=other.id, name="bill.pdf", content=PDF))
    said = []

    for reference in (str(of_another.id), str(an_id()), "no document"):
        with pytest.raises(Invalid) as refused:
            answers(office, state, reference)
        said.append(refused.value.errors)

    sentence = said[0]["certificate_file"][0]
    assert all(errors == {"certificate_file": [sentence]} for errors in said)
    assert sentence.en == "Expected a file that is among the documents of this case."
    assert sentence.el == "Επιλέξτε αρχείο που υπάρχει στα έγγραφα της υπόθεσης."


def test_a_task_takes_the_documents_of_its_case_and_no_others(office: Office) -> None:
    scan = {"type": "filepicker", "id": "Field_scans", "key": "scans", "label": "Σαρώσεις", "multiple": True}
    asked = user("scan", extensions='<zeebe:formDefinition formId="scan"/>')
    files = drawn("scanning", start(), asked, end("done"), chain("start", "scan", "done"))
    files["forms/scan.form"] = form_json(scan, form_id="scan")
    offer_files(office.engine, files)
    state, other = office.opens_case(procedure="scanning", data={}), office.opens_case().case
    mine, foreign = (
        str(office.does(AddDocument(case_id=case.id, name="bill.pdf", content=PDF)).id)
        for case in (state.case, other)
    )
    task = office.claims(state.tasks[0])

    with pytest.raises(Invalid) as refused:
        office.completes_claimed(task, {"scans": [mine, foreign]})
    completed = office.completes_claimed(task, {"scans": [mine]})

    assert list(refused.value.errors) == ["scans"]
    assert completed.case.status is CaseStatus.COMPLETED


def test_a_large_file_is_sealed_and_read_with_the_memory_for_a_part_of_it(tmp_path: Path) -> None:
    office = an_office()
    case = office.opens_case().case
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF-1.7 " + bytes(9_000_000))
    read = 0

    tracemalloc.start()
    with path.open("rb") as file:
        document = office.does(AddDocument(case_id=case.id, name="large.pdf", content=file))
        for start in range(0, document.size, PART_BYTES):
            question = ReadDocument(document_id=document.id, span=Span(start, start + PART_BYTES))
            read += len(office.engine.ask(question, actor=office.clerk)[1])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == document.size == 9_000_009
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert peak < 4_000_000

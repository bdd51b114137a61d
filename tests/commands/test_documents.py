"""Claims about the documents of a case: who brings them in, who reads them, and what the journal tells."""

import pytest

from engine.commands.documents import AddDocument
from engine.commands.withdraw_case import WithdrawCase
from engine.dispatch import Once
from engine.domain.actor import Role
from engine.domain.refusal import Conflict, NotFound, NotPermitted
from engine.queries.documents import ListDocuments, ReadDocument, ShowDocument
from tests.builders import a_branch, a_clerk, an_agency_actor
from tests.office import Office, an_office

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

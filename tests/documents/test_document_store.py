"""Claims about documents: kept byte for byte with their case, and listed without being read."""

from uuid import UUID

from engine.documents import store as documents_store
from engine.documents.model import Document, document_of
from tests.builders import an_id, minutes_later
from tests.stored_office import Office

PDF = b"%PDF-1.7\n\x00\xff\xfe\r\n%%EOF"


def a_document(case_id: UUID, *, minute: int = 0, content: bytes = PDF) -> Document:
    return document_of(
        content,
        document_id=an_id(),
        case_id=case_id,
        name="Βεβαίωση.pdf",
        at=minutes_later(minute),
        by="maria",
    )


def write(office: Office, *documents: Document, content: bytes = PDF) -> None:
    with office.store.begin() as connection:
        for document in documents:
            documents_store.add_document(connection, document)
            documents_store.add_plain_content(connection, document.id, content)
        connection.commit()


def test_a_document_comes_back_byte_for_byte(office: Office) -> None:
    document = a_document(office.file(office.a_case()).id)

    write(office, document)

    with office.store.reading() as connection:
        assert documents_store.document(connection, document.id) == document
        assert documents_store.plain_bytes(connection, document.id, start=0, end=len(PDF)) == PDF
    with office.store.begin() as connection:
        assert documents_store.document(connection, document.id) == document


def test_the_documents_of_a_case_are_listed_oldest_first(office: Office) -> None:
    case, other = office.file(office.a_case(1)), office.file(office.a_case(2))
    younger, older = (a_document(case.id, minute=minute) for minute in (2, 1))
    write(office, younger, older, a_document(other.id))

    with office.store.reading() as connection:
        listed = list(documents_store.documents_of(connection, case.id))
    with office.store.begin() as connection:
        listed_for_change = list(documents_store.documents_of(connection, case.id))

    assert listed == listed_for_change == [older, younger]


def test_there_is_no_document_that_nobody_added(office: Office) -> None:
    with office.store.reading() as connection:
        assert documents_store.document(connection, an_id()) is None
        assert list(documents_store.documents_of(connection, an_id())) == []


def test_a_document_of_a_transaction_that_fails_is_not_there(office: Office) -> None:
    document = a_document(office.file(office.a_case()).id)

    with office.store.begin() as connection:
        documents_store.add_document(connection, document)

    with office.store.reading() as connection:
        assert documents_store.document(connection, document.id) is None

"""Claims about the virus scanner: nobody reads what it has not found clean. A real one is asked."""

import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from socketserver import BaseRequestHandler, TCPServer

import pytest
import structlog

from engine.bootstrap import build, build_worker
from engine.cases.changeset import CaseState
from engine.documents.add import AddDocument
from engine.documents.model import Document, Scan
from engine.documents.queries import ReadDocument, ShowDocument
from engine.documents.scan import ListPending, RecordScan, ScanAgain, Verdict
from engine.jobs.clamd import Clamd
from engine.jobs.scans import scan_documents
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict, NotPermitted, Unavailable
from engine.sealing.parts import PART_BYTES
from engine.settings import Settings, SettingsRefused, from_environment
from tests.builders import NOON
from tests.documents.clamav import CLAMD, HARMFUL, MOST_BYTES, running_clamd
from tests.office import MovableClock, Office, an_office
from tests.servers import listening

PDF = b"%PDF-1.7 a bill"
KEY = "b2xk" * 10 + "b2w="

needs_clamd = pytest.mark.skipif(
    CLAMD is None, reason="clamd is not installed (Debian: apt-get install clamav-daemon)"
)


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scanner."""
    with running_clamd(tmp_path_factory.mktemp("clamd")) as address:
        yield address


def a_closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def settings_with(url: str, clamav: str) -> Settings:
    return from_environment({"STOA_DATABASE_URL": url, "STOA_CLAMAV": clamav, "STOA_SECRET_KEYS": KEY})


def an_office_with(url: str, clamav: str) -> Office:
    clock = MovableClock(NOON)
    return an_office(build(settings_with(url, clamav), clock=clock), clock=clock)


def works(url: str, clamav: str) -> None:
    """A worker does all that is due."""
    worker = build_worker(settings_with(url, clamav))
    with worker.engine:
        worker.run_once()


def brings(office: Office, state: CaseState, content: bytes) -> Document:
    return office.does(AddDocument(case_id=state.case.id, name="a.pdf", content=content))


def scans(office: Office, documents: Sequence[Document]) -> list[Scan]:
    """What the scanner says of each of them now."""
    return [office.engine.ask(ShowDocument(document_id=one.id), actor=office.clerk).scan for one in documents]


@needs_clamd
def test_what_is_clean_is_read_and_nothing_else(database_url: str, clamd: str) -> None:
    office = an_office_with(database_url, clamd)
    state = office.opens_case()
    middle = b"%PDF-1.7 " + bytes(PART_BYTES - 20) + HARMFUL + bytes(PART_BYTES)
    documents = [brings(office, state, content) for content in (PDF, middle, PDF + bytes(MOST_BYTES))]
    before = scans(office, documents)
    with pytest.raises(Conflict) as early:
        office.engine.ask(ReadDocument(document_id=documents[0].id), actor=office.clerk)

    works(database_url, clamd)

    assert before == [Scan.PENDING] * 3
    assert early.value.code == "document_pending"
    assert scans(office, documents) == [Scan.CLEAN, Scan.INFECTED, Scan.FAILED]
    assert office.engine.ask(ReadDocument(document_id=documents[0].id), actor=office.clerk)[1] == PDF
    for document, code in ((documents[1], "document_infected"), (documents[2], "document_failed")):
        with pytest.raises(Conflict) as refused:
            office.engine.ask(ReadDocument(document_id=document.id), actor=office.clerk)
        assert refused.value.code == code
    lines = {line.action: line.detail for line in office.journal(state)}
    assert lines["document_infected"]["detail"] == "Stoa.Test.UNOFFICIAL"
    assert "size limit" in lines["document_failed"]["detail"]
    office.engine.close()


def test_while_the_scanner_is_away_files_wait_and_nobody_reads_them(sqlite_url: str) -> None:
    address = a_closed_port()
    office = an_office_with(sqlite_url, address)
    state = office.opens_case()
    document = brings(office, state, PDF)

    with pytest.raises(Unavailable, match="virus scanner"):
        works(sqlite_url, address)

    assert scans(office, [document]) == [Scan.PENDING]
    with pytest.raises(Conflict):
        office.engine.ask(ReadDocument(document_id=document.id), actor=office.clerk)
    office.engine.close()


def waiting(count: int) -> tuple[Office, CaseState, list[Document]]:
    """An office, with files that wait for a scanner."""
    office = an_office()
    state = office.opens_case()
    documents = [brings(office, state, PDF + bytes([number])) for number in range(count)]
    office.does(ScanAgain(scans=frozenset({Scan.UNSCANNED})), actor=SYSTEM)
    return office, state, documents


def test_a_file_that_the_scanner_breaks_off_at_keeps_no_other_from_being_looked_at() -> None:
    office, _, documents = waiting(3)

    def scan(pieces: Iterable[bytes]) -> Verdict:
        if b"".join(pieces).endswith(bytes([0])):
            raise Unavailable("The virus scanner broke off.")
        return Verdict(scan=Scan.CLEAN)

    with pytest.raises(Unavailable, match="broke off"):
        scan_documents(office.engine, scan, log=structlog.get_logger())

    assert scans(office, documents) == [Scan.PENDING, Scan.CLEAN, Scan.CLEAN]


def test_the_first_word_on_a_file_counts_and_only_the_worker_has_one() -> None:
    office, state, (document,) = waiting(1)
    clean, infected = Verdict(scan=Scan.CLEAN), Verdict(scan=Scan.INFECTED, detail="Stoa.Test")
    with pytest.raises(NotPermitted):
        office.does(RecordScan(document_id=document.id, verdict=clean))
    with pytest.raises(NotPermitted):
        office.engine.ask(ListPending(limit=1), actor=office.clerk)

    office.does(RecordScan(document_id=document.id, verdict=infected), actor=SYSTEM)
    office.does(RecordScan(document_id=document.id, verdict=clean), actor=SYSTEM)

    assert scans(office, [document]) == [Scan.INFECTED]
    assert [line.action for line in office.journal(state)].count("document_infected") == 1


def test_without_a_scanner_files_are_read_unseen() -> None:
    office = an_office()
    state = office.opens_case()
    document = brings(office, state, PDF)

    read = office.engine.ask(ReadDocument(document_id=document.id), actor=office.clerk)[1]

    assert (document.scan, read) == (Scan.UNSCANNED, PDF)


@contextmanager
def a_scanner_that_says(answer: bytes) -> Iterator[Clamd]:
    """Something at a port that takes a file and answers that."""

    class Says(BaseRequestHandler):
        def handle(self) -> None:
            while not self.request.recv(65_536).endswith(bytes(4)):
                continue
            self.request.sendall(answer)

    with listening(TCPServer(("127.0.0.1", 0), Says)) as port:
        yield Clamd(address=("127.0.0.1", port), patience=timedelta(seconds=5))


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"stream: OK\0", Verdict(scan=Scan.CLEAN)),
        (b"stream: Win.Test FOUND\0", Verdict(scan=Scan.INFECTED, detail="Win.Test")),
        (b"stream: Not OK\0", Verdict(scan=Scan.FAILED, detail="Not OK")),
        (b"stream: OK FOUND\0", Verdict(scan=Scan.INFECTED, detail="OK")),
        (b"OK\0", Verdict(scan=Scan.FAILED, detail="OK")),
        (
            b"INSTREAM size limit exceeded. ERROR\0",
            Verdict(scan=Scan.FAILED, detail="INSTREAM size limit exceeded. ERROR"),
        ),
    ],
)
def test_only_ok_is_clean(answer: bytes, verdict: Verdict) -> None:
    with a_scanner_that_says(answer) as scanner:
        assert scanner.scan([PDF]) == verdict


def test_no_answer_is_no_verdict() -> None:
    with a_scanner_that_says(b"") as scanner, pytest.raises(Unavailable):
        scanner.scan([PDF])


@pytest.mark.parametrize("address", ["clamd", "clamd:0", "clamd:port", ":3310", "clamd:70000"])
def test_an_address_that_cannot_be_one_is_refused(address: str) -> None:
    with pytest.raises(SettingsRefused, match="STOA_CLAMAV: expected host:port"):
        settings_with("sqlite:///x.db", address)

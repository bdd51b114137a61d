"""Claims about copies for the screen: nothing in them acts, making one is bounded, and the original stays."""

import os
import resource
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pikepdf
import pytest
import sqlalchemy as sa
import structlog
from pikepdf import Name
from PIL import Image

from engine.bootstrap import build
from engine.cases.changeset import CaseState
from engine.documents.add import AddDocument
from engine.documents.model import Document, Scan, View
from engine.documents.queries import ReadDocument, ShowDocument
from engine.documents.scan import ScanAgain
from engine.documents.view import ListUnviewed, RecordView
from engine.documents.view_store import document_view_parts
from engine.jobs.viewing import copying
from engine.jobs.views import make_views
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict, NotPermitted, Unavailable
from engine.operations.key_rotation import SealPlain
from engine.sealing.parts import PART_BYTES, Span
from engine.sealing.seals import SecretKind
from engine.settings import from_environment
from tests.builders import NOON
from tests.documents.papers import (
    HTML,
    SCRIPT,
    a_locked_pdf,
    a_pdf_of_many_objects,
    a_pdf_that_explodes,
    a_picture,
    a_picture_that_explodes,
    a_still_pdf,
    an_active_pdf,
    written_out,
)
from tests.office import MovableClock, Office, an_office
from tests.servers import eventually

KEY = "b2xk" * 10 + "b2w="
LOG = structlog.get_logger()


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office whose installation has a key."""
    clock = MovableClock(NOON)
    settings = from_environment({"STOA_DATABASE_URL": database_url, "STOA_SECRET_KEYS": KEY})
    with build(settings, clock=clock) as engine:
        yield an_office(engine, clock=clock)


@pytest.fixture
def state(office: Office) -> CaseState:
    """A case."""
    return office.opens_case()


def brings(office: Office, state: CaseState, content: bytes) -> Document:
    return office.does(AddDocument(case_id=state.case.id, name="a.pdf", content=content))


def makes_views(office: Office) -> None:
    while make_views(office.engine, log=LOG):
        pass


def view(office: Office, document: Document) -> View:
    return office.engine.ask(ShowDocument(document_id=document.id), actor=office.clerk).view


def read(office: Office, document: Document, span: Span | None = None, *, shown: bool) -> bytes:
    question = ReadDocument(document_id=document.id, span=span, shown=shown)
    return office.engine.ask(question, actor=office.clerk)[1]


def limits_of(pid: int) -> dict[str, str]:
    """The hard limits of a process by their names in /proc."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): line[47:68].strip() for line in lines}


def test_nothing_acts_in_what_is_shown_of_a_pdf_and_the_original_stays(
    office: Office, state: CaseState
) -> None:
    active = an_active_pdf()
    document = brings(office, state, active)

    makes_views(office)

    copied = written_out(read(office, document, shown=True))
    assert SCRIPT.encode() in written_out(active)
    for acting in (
        SCRIPT.encode(), HTML, b"/JavaScript", b"/JS", b"/AA", b"/OpenAction", b"/Launch", b"/SubmitForm",
        b"/ImportData", b"/GoToR", b"/GoToE", b"/EmbeddedFile", b"/EF", b"/XFA", b"/RichMedia", b"/3D",
        b"/Movie", b"/Screen", b"/FileAttachment", b"/Rendition", b"/Unheard", b"file:", b"elsewhere",
        b"run.exe",
    ):  # fmt: skip
        assert acting not in copied, acting
    assert read(office, document, shown=False) == active
    assert view(office, document) is View.SHOWN
    (line,) = [line for line in office.journal(state) if line.action == "document_added"]
    assert line.detail["sha256"] == document.sha256


def test_what_is_still_is_shown_as_it_was(office: Office, state: CaseState) -> None:
    document = brings(office, state, an_active_pdf())

    makes_views(office)

    with pikepdf.open(BytesIO(read(office, document, shown=True))) as pdf:
        (page,) = pdf.pages
        actions = [one.A for one in page.obj.Annots if "/A" in one]
        assert page.obj.Contents.read_bytes() == b"BT (a bill) Tj ET"
        assert [str(one.URI) for one in actions if one.get("/S") == Name.URI] == ["https://www.gov.gr/"]
        assert sum(one.get("/S") == Name.GoTo for one in actions) == 2


def test_what_stands_before_a_pdf_is_no_part_of_what_is_shown(office: Office, state: CaseState) -> None:
    document = brings(office, state, f"<html><script>{SCRIPT}</script>".encode() + a_still_pdf())

    makes_views(office)

    copied = read(office, document, shown=True)
    assert copied.startswith(b"%PDF-")
    assert SCRIPT.encode() not in copied


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_shown_with_nothing_beside_it(office: Office, state: CaseState, kind: str) -> None:
    sent = a_picture(kind)
    document = brings(office, state, sent)

    makes_views(office)

    copied = read(office, document, shown=True)
    assert SCRIPT.encode() in sent
    assert SCRIPT.encode() not in copied
    with Image.open(BytesIO(copied)) as image:
        assert (image.format, image.size) == (kind, (4, 2))
    assert read(office, document, shown=False) == sent


def test_a_picture_that_was_taken_sideways_is_shown_upright(office: Office, state: CaseState) -> None:
    document = brings(office, state, a_picture("JPEG", orientation=6))

    makes_views(office)

    with Image.open(BytesIO(read(office, document, shown=True))) as image:
        assert image.size == (2, 4)
        assert not image.getexif()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (a_locked_pdf(), View.LOCKED),
        (a_locked_pdf(password=""), View.SHOWN),
        (b"%PDF-1.7 a bill", View.UNREADABLE),
        (a_still_pdf()[:-200], View.UNREADABLE),
        (b"\x89PNG\r\n\x1a\n an image", View.UNREADABLE),
        (a_picture_that_explodes(), View.UNREADABLE),
        (b"II*\x00 a paper", View.NONE),
    ],
    ids=["locked", "for everybody", "damaged", "cut off", "no image", "explodes", "of no browser"],
)
def test_what_cannot_be_copied_is_not_shown_and_says_why(
    office: Office, state: CaseState, content: bytes, expected: View
) -> None:
    document = brings(office, state, content)

    makes_views(office)

    assert view(office, document) is expected
    assert read(office, document, shown=False) == content
    if expected is not View.SHOWN:
        with pytest.raises(Conflict, match="copy for the screen"):
            read(office, document, shown=True)


def test_a_file_that_explodes_ends_the_process_that_copies_it_and_nothing_else(tmp_path: Path) -> None:
    source = tmp_path / "bomb.pdf"
    source.write_bytes(a_pdf_that_explodes())

    with (
        source.open("rb") as sent,
        (tmp_path / "copy").open("wb") as copied,
        subprocess.Popen(copying.program("application/pdf"), stdin=sent, stdout=copied) as process,
    ):
        _, status, used = os.wait4(process.pid, 0)

    assert os.waitstatus_to_exitcode(status) not in (copying.SHOWN, copying.LOCKED)
    # What this process has itself counts until the other one begins its own program.
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert used.ru_maxrss <= ours or used.ru_maxrss * 1024 < copying.MOST_MEMORY


def test_the_process_that_copies_is_held_to_limits_before_it_reads() -> None:
    with subprocess.Popen(copying.program("application/pdf"), stdin=PIPE, stdout=DEVNULL) as process:
        is_held = eventually(lambda: limits_of(process.pid)["Max processes"] == "0")
        found = limits_of(process.pid)
        process.kill()

    assert is_held
    assert found["Max cpu time"] == str(copying.MOST_SECONDS)
    assert found["Max address space"] == str(copying.MOST_MEMORY)
    assert found["Max file size"] == str(copying.MOST_BYTES)
    assert found["Max core file size"] == "0"


def test_a_copy_is_read_part_by_part(office: Office, state: CaseState) -> None:
    document = brings(office, state, a_pdf_of_many_objects(20_000))
    makes_views(office)
    whole = read(office, document, shown=True)

    parts = [read(office, document, Span(at, at + PART_BYTES + 7), shown=True) for at in (0, PART_BYTES + 7)]

    assert len(whole) > PART_BYTES
    assert b"".join(parts) == whole[: 2 * (PART_BYTES + 7)]


def test_no_copy_is_made_of_what_the_scanner_has_not_found_clean(office: Office, state: CaseState) -> None:
    document = brings(office, state, a_still_pdf())
    office.does(ScanAgain(scans=frozenset({Scan.UNSCANNED})), actor=SYSTEM)

    makes_views(office)

    assert view(office, document) is View.PENDING


def test_of_two_workers_that_copy_the_same_file_the_first_ones_copy_is_kept(
    office: Office, state: CaseState
) -> None:
    document = brings(office, state, a_still_pdf())
    first = RecordView(document_id=document.id, view=View.SHOWN, copied=b"first")
    second = RecordView(document_id=document.id, view=View.SHOWN, copied=b"second")

    kept = [office.does(command, actor=SYSTEM) for command in (first, second)]

    assert kept == [True, False]
    assert read(office, document, shown=True) == b"first"


def test_a_copy_is_sealed_and_one_that_was_changed_is_not_shown(office: Office, state: CaseState) -> None:
    document = brings(office, state, a_still_pdf())
    makes_views(office)
    with office.engine.store.begin() as connection:
        stored = connection.execute(sa.select(document_view_parts.c.content)).scalar_one()
        changed = bytes(stored[:-1]) + bytes([stored[-1] ^ 1])
        connection.execute(document_view_parts.update().values(content=changed))
        connection.commit()

    with pytest.raises(Unavailable):
        read(office, document, shown=True)

    assert b"%PDF" not in bytes(stored)


def test_a_copy_in_the_clear_is_made_anew_when_its_document_is_sealed(postgresql_url: str) -> None:
    clock = MovableClock(NOON)
    with build(from_environment({"STOA_DATABASE_URL": postgresql_url}), clock=clock) as engine:
        office = an_office(engine, clock=clock)
        document = brings(office, office.opens_case(), a_still_pdf())
        makes_views(office)
        in_the_clear = read(office, document, shown=True)
    settings = from_environment({"STOA_DATABASE_URL": postgresql_url, "STOA_SECRET_KEYS": KEY})
    with build(settings, clock=clock) as engine:
        engine.carry_out(SealPlain(kind=SecretKind.DOCUMENT_KEY, limit=10), actor=SYSTEM)
        with engine.store.reading() as connection:
            left = connection.execute(sa.select(document_view_parts)).all()
        while make_views(engine, log=LOG):
            pass
        again = engine.ask(ReadDocument(document_id=document.id, shown=True), actor=office.clerk)[1]

    assert in_the_clear.startswith(b"%PDF")
    assert left == []
    assert again == in_the_clear


def test_nobody_but_the_worker_lists_and_keeps_copies(office: Office, state: CaseState) -> None:
    document = brings(office, state, a_still_pdf())

    with pytest.raises(NotPermitted):
        office.engine.ask(ListUnviewed(limit=1), actor=office.clerk)
    with pytest.raises(NotPermitted):
        office.does(RecordView(document_id=document.id, view=View.SHOWN, copied=b"x"), actor=office.clerk)

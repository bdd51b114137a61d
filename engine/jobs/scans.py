"""Has a virus scanner look at the documents that wait for it, with no transaction open meanwhile."""

from collections.abc import Iterator

from structlog.typing import FilteringBoundLogger

from engine.dispatch import Engine
from engine.documents.model import Document, Scan
from engine.documents.scan import ListPending, ReadForScan, RecordScan, Scanner, Verdict
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Unavailable
from engine.sealing.keyring import KEY_MISSING
from engine.sealing.parts import DAMAGED, PART_BYTES, Span

_AT_ONCE = 20
UNREADABLE = frozenset({DAMAGED, KEY_MISSING})
"""The codes of refusals that are not the scanner's: the file itself cannot be opened."""


def scan_documents(engine: Engine, scan: Scanner, *, log: FilteringBoundLogger) -> None:
    """Look at everything that waits, the oldest first.

    `Unavailable` if the scanner is away; what waits goes on waiting. One file that it breaks off at keeps no
    other from being looked at. Two workers may look at the same file: the first one's word counts.
    """
    while pending := engine.ask(ListPending(limit=_AT_ONCE), actor=SYSTEM):
        broken_off: Unavailable | None = None
        for document in pending:
            try:
                verdict = _verdict(engine, scan, document)
            except Unavailable as fault:
                if broken_off is not None:
                    raise
                broken_off = fault
                continue
            engine.carry_out(RecordScan(document_id=document.id, verdict=verdict), actor=SYSTEM)
            if verdict.scan is not Scan.CLEAN:
                log.warning("document_not_clean", document=str(document.id), scan=verdict.scan.value)
        if broken_off is not None:
            raise broken_off


def _verdict(engine: Engine, scan: Scanner, document: Document) -> Verdict:
    try:
        return scan(pieces_of(engine, document))
    except Unavailable as fault:
        if fault.code not in UNREADABLE:
            raise
        return Verdict(scan=Scan.FAILED, detail=fault.code)


def pieces_of(engine: Engine, document: Document) -> Iterator[bytes]:
    """The document piece by piece, each read in a transaction of its own; fails as `read_content` does."""
    for start in range(0, document.size, PART_BYTES):
        span = Span(start, min(start + PART_BYTES, document.size))
        yield engine.ask(ReadForScan(document=document, span=span), actor=SYSTEM)

"""Has copies for the screen made of the documents that wait for one, each by a process of its own."""

import subprocess
from tempfile import TemporaryFile
from typing import IO

from structlog.typing import FilteringBoundLogger

from engine.dispatch import Engine
from engine.documents.model import Document, View
from engine.documents.view import ListUnviewed, RecordView
from engine.jobs.scans import UNREADABLE, pieces_of
from engine.jobs.viewing import copying
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Unavailable

_AT_ONCE = 20
_MOST_SECONDS = 60
"""On the clock: a process that waits takes no time of the processor."""


def make_views(engine: Engine, *, log: FilteringBoundLogger) -> bool:
    """Make the copies of some that wait, the newest first; whether there were any.

    No transaction is open while a copy is made. Two workers may copy the same file: the first one's is kept.
    """
    waiting = engine.ask(ListUnviewed(limit=_AT_ONCE), actor=SYSTEM)
    for document in waiting:
        with TemporaryFile() as source, TemporaryFile() as copied:
            view = _copied(engine, document, source, copied)
            content = copied if view is View.SHOWN else None
            engine.carry_out(RecordView(document_id=document.id, view=view, copied=content), actor=SYSTEM)
        if view is View.UNREADABLE:
            log.info("document_not_shown", document=str(document.id))
    return bool(waiting)


def _copied(engine: Engine, document: Document, source: IO[bytes], copied: IO[bytes]) -> View:
    """What became of the copy, which is written to `copied`."""
    try:
        for piece in pieces_of(engine, document):
            source.write(piece)
    except Unavailable as fault:
        if fault.code not in UNREADABLE:
            raise
        return View.UNREADABLE
    source.seek(0)
    ended = _run(document.media_type, source, copied)
    if ended == copying.SHOWN and copied.seek(0, 2) > 0:
        return View.SHOWN
    return View.LOCKED if ended == copying.LOCKED else View.UNREADABLE


def _run(media_type: str, source: IO[bytes], copied: IO[bytes]) -> int | None:
    """How the program ended; None if it took too long."""
    # Without our environment, which has the keys of the installation.
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and a media type of ours
            copying.program(media_type),
            stdin=source,
            stdout=copied,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            timeout=_MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode

"""Documents: files in a case, known by what they hold and never by what they are called."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from io import SEEK_END, BytesIO
from typing import BinaryIO
from uuid import UUID

from engine.kernel.refusal import Conflict, Invalid

MOST_BYTES = 10_000_000
LONGEST_NAME = 120

PDF, PNG, JPEG, TIFF, WEBP = "application/pdf", "image/png", "image/jpeg", "image/tiff", "image/webp"
_VIEWED = frozenset({PDF, PNG, JPEG, WEBP})
"""What every browser shows; TIFF is not among them."""

_EXTENSIONS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", TIFF: ".tiff", WEBP: ".webp"}
_BEGINNINGS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_TIFF_BEGINNINGS = (b"II*\x00", b"MM\x00*")
_PDF_BEGINS_WITHIN = 1024
"""Readers take a PDF whose header comes a little late (ISO 32000-1, annex H, note 13)."""
_UNSAFE = re.compile(r'[<>:"|?*%#&{}$!\'`=@+\\]')


class Scan(StrEnum):
    """What a virus scanner has made of a file."""

    UNSCANNED = "unscanned"
    """No scanner was there when the file came."""
    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"
    """The scanner could not say, for example because the file is too large for it."""


_READABLE = frozenset({Scan.UNSCANNED, Scan.CLEAN})


class View(StrEnum):
    """Whether there is a copy of a file for the screen, in which nothing acts."""

    PENDING = "pending"
    SHOWN = "shown"
    LOCKED = "locked"
    """It opens with a password alone."""
    UNREADABLE = "unreadable"
    """It is damaged, or reading it takes more time or memory than a file may."""
    NONE = "none"
    """No browser shows files of its kind."""


Content = bytes | BinaryIO
"""What a file holds: its bytes, or an open file that can be read from its beginning, as often as needed."""


def opened(content: Content) -> BinaryIO:
    """The content as an open file, at its beginning."""
    if isinstance(content, bytes):
        return BytesIO(content)
    content.seek(0)
    return content


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file of a case without its content.

    `media_type` follows from the content. `sha256` is of the content, in hexadecimal. `added_by` is the user
    name or agency key of who brought it in, `service_task_id` the request with whose answer it came, if any.
    `view` says whether it has a copy for the screen.
    """

    id: UUID
    case_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    added_by: str
    scan: Scan = Scan.UNSCANNED
    view: View = View.PENDING
    service_task_id: UUID | None = None

    @property
    def is_readable(self) -> bool:
        """Whether the file may be given out."""
        return self.scan in _READABLE

    def require_readable(self) -> None:
        """Refuse to give the file out while a scanner has not found it clean."""
        if not self.is_readable:
            raise Conflict(
                f"Expected the virus scanner to have found document {self.id} clean, but it is {self.scan}.",
                code=f"document_{self.scan}",
            )

    def require_shown(self) -> None:
        """Refuse to show the file while it has no copy for the screen."""
        if self.view is not View.SHOWN:
            raise Conflict(
                f"Expected document {self.id} to have a copy for the screen, but that is {self.view}.",
                code="document_not_shown",
            )


class DocumentFault(StrEnum):
    """Why a file is not kept."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"


def document_of(
    content: Content,
    *,
    document_id: UUID,
    case_id: UUID,
    name: str,
    at: datetime,
    by: str,
    scan: Scan = Scan.UNSCANNED,
    service_task_id: UUID | None = None,
) -> Document:
    """The document that the content makes; `Invalid` for what is empty, too large, or of an unknown kind.

    A file is read with the memory for a small part of it.
    """
    media_type = _accepted_type(content)
    return Document(
        id=document_id,
        case_id=case_id,
        name=clean_name(name, media_type),
        media_type=media_type,
        size=size_of(content),
        sha256=sha256_of(content),
        added_at=at,
        added_by=by,
        scan=scan,
        view=View.PENDING if media_type in _VIEWED else View.NONE,
        service_task_id=service_task_id,
    )


def media_type_of(content: bytes) -> str | None:
    """What the content is by its first bytes; None for anything that is not kept."""
    for beginning, media_type in _BEGINNINGS:
        if content.startswith(beginning):
            return media_type
    if content.startswith(_TIFF_BEGINNINGS):
        return TIFF
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    return PDF if b"%PDF-" in content[:_PDF_BEGINS_WITHIN] else None


def clean_name(name: str, media_type: str) -> str:
    """The name without folders, control characters and what a file system might not like.

    It ends as its content demands, and is never longer than `LONGEST_NAME` letters.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    printable = "".join(letter for letter in last if letter.isprintable())
    stem = _UNSAFE.sub(" ", printable).rpartition(".")[0] or printable
    plain = " ".join(_UNSAFE.sub(" ", stem).split()).strip(". ")
    extension = _EXTENSIONS[media_type]
    return (plain[: LONGEST_NAME - len(extension)].rstrip(". ") or "document") + extension


def fault_of(content: Content) -> DocumentFault | None:
    """Why a file of that content is not kept; None for one that is."""
    size = size_of(content)
    if not size:
        return DocumentFault.EMPTY
    if size > MOST_BYTES:
        return DocumentFault.TOO_LARGE
    return DocumentFault.UNKNOWN_KIND if media_type_of(_beginning_of(content)) is None else None


def fault_sentence(fault: DocumentFault, content: Content) -> str:
    """What was expected of a file, and what was found."""
    match fault:
        case DocumentFault.EMPTY:
            return "expected a file with something in it"
        case DocumentFault.TOO_LARGE:
            return f"expected at most {MOST_BYTES:,} bytes, found {size_of(content):,}"
        case DocumentFault.UNKNOWN_KIND:
            return "expected a PDF, PNG, JPEG, WebP or TIFF"


def size_of(content: Content) -> int:
    """How many bytes it has."""
    return len(content) if isinstance(content, bytes) else content.seek(0, SEEK_END)


def sha256_of(content: Content) -> str:
    """Its digest in hexadecimal, with the memory for a small part of it."""
    digest = hashlib.sha256()
    for piece in iter(partial(opened(content).read, 65_536), b""):
        digest.update(piece)
    return digest.hexdigest()


def _beginning_of(content: Content) -> bytes:
    return opened(content).read(_PDF_BEGINS_WITHIN)


def _accepted_type(content: Content) -> str:
    fault, media_type = fault_of(content), media_type_of(_beginning_of(content))
    if fault is not None or media_type is None:
        raise _refused(fault or DocumentFault.UNKNOWN_KIND, content)
    return media_type


def _refused(fault: DocumentFault, content: Content) -> Invalid:
    detail = {"file": [fault_sentence(fault, content)]}
    match fault:
        case DocumentFault.EMPTY:
            return Invalid("The file is empty.", detail)
        case DocumentFault.TOO_LARGE:
            return Invalid("The file is too large.", detail, code="document_too_large")
        case DocumentFault.UNKNOWN_KIND:
            return Invalid("The file is of no kind that is kept.", detail, code="document_type_refused")

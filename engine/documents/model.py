"""Documents: files in a case, known by what they hold and never by what they are called."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from engine.kernel.refusal import Invalid

MOST_BYTES = 10_000_000
LONGEST_NAME = 120

PDF, PNG, JPEG, TIFF, WEBP = "application/pdf", "image/png", "image/jpeg", "image/tiff", "image/webp"
IMAGES = frozenset({PNG, JPEG, WEBP})
"""Images that every browser shows; TIFF is none of them."""

_EXTENSIONS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", TIFF: ".tiff", WEBP: ".webp"}
_BEGINNINGS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_TIFF_BEGINNINGS = (b"II*\x00", b"MM\x00*")
_PDF_BEGINS_WITHIN = 1024
"""Readers take a PDF whose header comes a little late (ISO 32000-1, annex H, note 13)."""
_UNSAFE = re.compile(r'[<>:"|?*%#&{}$!\'`=@+\\]')


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file of a case without its content.

    `media_type` follows from the content. `sha256` is of the content, in hexadecimal. `added_by` is the user
    name or agency key of who brought it in, `service_task_id` the request with whose answer it came, if any.
    """

    id: UUID
    case_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    added_by: str
    service_task_id: UUID | None = None

    @property
    def is_image(self) -> bool:
        """Whether every browser can show it as an image."""
        return self.media_type in IMAGES


class DocumentFault(StrEnum):
    """Why a file is not kept."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"


def document_of(
    content: bytes,
    *,
    document_id: UUID,
    case_id: UUID,
    name: str,
    at: datetime,
    by: str,
    service_task_id: UUID | None = None,
) -> Document:
    """The document that the content makes; `Invalid` for what is empty, too large, or of an unknown kind."""
    media_type = _accepted_type(content)
    return Document(
        id=document_id,
        case_id=case_id,
        name=clean_name(name, media_type),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_at=at,
        added_by=by,
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


def fault_of(content: bytes) -> DocumentFault | None:
    """Why a file of that content is not kept; None for one that is."""
    if not content:
        return DocumentFault.EMPTY
    if len(content) > MOST_BYTES:
        return DocumentFault.TOO_LARGE
    return DocumentFault.UNKNOWN_KIND if media_type_of(content) is None else None


def fault_sentence(fault: DocumentFault, content: bytes) -> str:
    """What was expected of a file, and what was found."""
    match fault:
        case DocumentFault.EMPTY:
            return "expected a file with something in it"
        case DocumentFault.TOO_LARGE:
            return f"expected at most {MOST_BYTES:,} bytes, found {len(content):,}"
        case DocumentFault.UNKNOWN_KIND:
            return "expected a PDF, PNG, JPEG, WebP or TIFF"


def _accepted_type(content: bytes) -> str:
    fault, media_type = fault_of(content), media_type_of(content)
    if fault is not None or media_type is None:
        raise _refused(fault or DocumentFault.UNKNOWN_KIND, content)
    return media_type


def _refused(fault: DocumentFault, content: bytes) -> Invalid:
    detail = {"file": [fault_sentence(fault, content)]}
    match fault:
        case DocumentFault.EMPTY:
            return Invalid("The file is empty.", detail)
        case DocumentFault.TOO_LARGE:
            return Invalid("The file is too large.", detail, code="document_too_large")
        case DocumentFault.UNKNOWN_KIND:
            return Invalid("The file is of no kind that is kept.", detail, code="document_type_refused")

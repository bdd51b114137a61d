"""Files as responses: sent piece by piece, whole or the bytes that the request asks for."""

from collections.abc import Callable, Iterator
from typing import Final

from flask import Response, request

from engine.documents.model import Document
from engine.sealing.parts import PART_BYTES, Span

_PIECE: Final = 4 * PART_BYTES
"""Bytes that are in memory at a time, and read in one transaction."""

Read = Callable[[Span], tuple[Document, bytes]]
"""Reads the bytes of a document in a span, which is cut to its size; refuses whoever may not read it."""


def download(read: Read) -> tuple[Document, Response]:
    """The document and a response with its content, tagged with its digest.

    Of a range that is asked for (RFC 9110, section 14) only that, with status 206. Ranges that the file does
    not have, several at once, and those of another file than the asker has (If-Range) are passed over. A file
    that cannot be read any further has the connection broken off, so that nobody takes it for whole.
    """
    document, first = read(Span(0, _PIECE))
    asked = _asked(document)
    span = asked or Span(0, document.size)
    is_at_hand = span.end <= len(first)
    response = Response(first[span.start : span.end] if is_at_hand else _pieces(read, span))
    response.content_length = span.end - span.start
    response.headers["Accept-Ranges"] = "bytes"
    response.set_etag(document.sha256)
    if asked:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{document.size}"
    return document, response


def _asked(document: Document) -> Span | None:
    """The only range that is asked for; None if the whole file is to be sent."""
    condition = request.if_range
    if request.range is None or condition.date or condition.etag not in (None, document.sha256):
        return None
    found = request.range.range_for_length(document.size)
    return Span(*found) if found else None


def _pieces(read: Read, span: Span) -> Iterator[bytes]:
    for start in range(span.start, span.end, _PIECE):
        yield read(Span(start, min(start + _PIECE, span.end)))[1]

"""Claims about documents: what they hold decides, whatever they are called."""

import hashlib

import pytest

from engine.documents.model import (
    JPEG,
    LONGEST_NAME,
    MOST_BYTES,
    PDF,
    PNG,
    TIFF,
    WEBP,
    Document,
    clean_name,
    document_of,
    media_type_of,
)
from engine.kernel.refusal import Invalid
from tests.builders import NOON, an_id


def a_document(content: bytes, *, name: str = "scan.pdf") -> Document:
    return document_of(content, document_id=an_id(), case_id=an_id(), name=name, at=NOON, by="maria")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.4 ...", PDF),
        (b"\xef\xbb\xbf\n%PDF-1.4 ...", PDF),
        (b"\x89PNG\r\n\x1a\n....", PNG),
        (b"\xff\xd8\xff\xe0....", JPEG),
        (b"II*\x00....", TIFF),
        (b"MM\x00*....", TIFF),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", WEBP),
        (b"<html><script>alert(1)</script>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"MZ\x90\x00", None),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_the_type_is_what_the_first_bytes_say(content: bytes, media_type: str | None) -> None:
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ταυτότητα.pdf", "Ταυτότητα.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\maria\\scan 1.PDF", "scan 1.pdf"),
        ("page.html", "page.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ('"quoted"; filename="x".pdf', "quoted ; filename x.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
    ],
)
def test_a_name_is_cleaned_and_ends_as_its_content_demands(given: str, kept: str) -> None:
    assert clean_name(given, PDF) == kept


def test_a_long_name_is_shortened() -> None:
    assert len(clean_name("α" * 500 + ".pdf", PDF)) == LONGEST_NAME


def test_a_document_bears_the_digest_of_its_content() -> None:
    document = a_document(b"%PDF-1.4")

    assert document.sha256 == hashlib.sha256(b"%PDF-1.4").hexdigest()
    assert document.size == 8


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh", b"%PDF-" + bytes(MOST_BYTES)])
def test_what_is_empty_too_large_or_of_no_known_kind_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        a_document(content)

    assert list(refused.value.errors) == ["file"]

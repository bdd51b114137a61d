"""What documents hold: sealed part by part when it is brought in, opened part by part when it is read."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from uuid import UUID

from engine.context import QueryContext, Transaction
from engine.documents import store as documents_store
from engine.documents import view_store
from engine.documents.model import Content, Document, Scan, opened, sha256_of, size_of
from engine.documents.view_store import KeptView
from engine.kernel.refusal import Unavailable
from engine.sealing.parts import DAMAGED, PART_BYTES, SALT_BYTES, FileKey, Span
from engine.sealing.seals import SealedAnew, Seals, SecretKind

_DIGESTED_AT_ONCE = 4 * PART_BYTES


def first_scan(transaction: Transaction) -> Scan:
    """The state of a new document: it waits for the scanner, where there is one."""
    return Scan.PENDING if transaction.scans else Scan.UNSCANNED


def keep_document(transaction: Transaction, document: Document, content: Content) -> None:
    """Write a new document with its content: sealed part by part if there is a key, else in the clear."""
    documents_store.add_document(transaction.connection, document)
    if transaction.seals.head is None:
        documents_store.add_plain_content(transaction.connection, document.id, opened(content).read())
    else:
        _seal(transaction, document, content)


def read_content(context: QueryContext, document: Document, span: Span | None = None) -> bytes:
    """The content of a document, or the bytes of it in `span`, which is cut to its size.

    `Unavailable` if its key cannot be opened (`KEY_MISSING`), or what was sealed was changed (`DAMAGED`).
    """
    wanted = span.within(document.size) if span else Span(0, document.size)
    sealed_key = documents_store.SEALED_KEYS.of(context.connection, document.id)
    if sealed_key is None:
        return documents_store.plain_bytes(
            context.connection, document.id, start=wanted.start, end=wanted.end
        )
    key = _file_key(context.seals, document.id, sealed_key)
    parts = documents_store.sealed_parts(context.connection, document.id, wanted.parts)
    return _cut(wanted, parts, partial(key.opened, size=document.size))


def keep_view(transaction: Transaction, document: Document, copied: Content) -> None:
    """Write the copy of a document for the screen: sealed if the document is, else in the clear."""
    connection, content, size = transaction.connection, opened(copied), size_of(copied)
    sealed_key = documents_store.SEALED_KEYS.of(connection, document.id)
    salt = None if sealed_key is None else os.urandom(SALT_BYTES)
    kept = KeptView(size=size, sha256=sha256_of(copied), salt=salt)
    content.seek(0)
    parts: Iterator[bytes] = iter(partial(content.read, PART_BYTES), b"")
    if sealed_key is not None and salt is not None:
        key = _file_key(transaction.seals, document.id, sealed_key).of_copy(salt)
        parts = key.sealed(content, size=size)
    view_store.add_view(connection, document.id, kept, parts)


def read_view(context: QueryContext, document: Document, span: Span | None = None) -> tuple[Document, bytes]:
    """What is shown of a document, or the bytes of that in `span`, with the size and digest of the copy.

    `Unavailable` as in `read_content`.
    """
    kept = view_store.view_of(context.connection, document.id)
    if kept is None:
        raise Unavailable(f"The copy of document {document.id} is gone.", code=DAMAGED)
    shown = replace(document, size=kept.size, sha256=kept.sha256)
    wanted = span.within(kept.size) if span else Span(0, kept.size)
    parts = view_store.view_parts(context.connection, document.id, wanted.parts)
    sealed_key = documents_store.SEALED_KEYS.of(context.connection, document.id)
    if kept.salt is None:
        return shown, _cut(wanted, parts, _in_the_clear)
    if sealed_key is None:
        raise Unavailable(f"The key of document {document.id} is gone.", code=DAMAGED)
    key = _file_key(context.seals, document.id, sealed_key).of_copy(kept.salt)
    return shown, _cut(wanted, parts, partial(key.opened, size=kept.size))


def digest_of_content(context: QueryContext, document: Document) -> str | None:
    """The SHA-256 of what is kept of a document now, in hexadecimal; None if that is gone.

    `Unavailable` as in `read_content`. Needs the memory for a few parts.
    """
    if not documents_store.has_content(context.connection, document.id):
        return None
    digest = sha256()
    for start in range(0, document.size, _DIGESTED_AT_ONCE):
        digest.update(read_content(context, document, Span(start, start + _DIGESTED_AT_ONCE)))
    return digest.hexdigest()


def seal_plain_documents(transaction: Transaction, *, after: UUID, limit: int) -> SealedAnew:
    """Seal up to `limit` documents that are kept in the clear; the key of today is at hand."""
    connection = transaction.connection
    found = documents_store.lock_plain_documents(connection, after=after, limit=limit)
    for document in found:
        content = documents_store.plain_bytes(connection, document.id, start=0, end=document.size)
        _seal(transaction, document, content)
        documents_store.drop_plain_content(connection, document.id)
        view_store.discard_view(connection, document.id)
    return SealedAnew(renewed=len(found), unopened=0, last=found[-1].id if found else None)


def _seal(transaction: Transaction, document: Document, content: Content) -> None:
    key = FileKey.fresh(document.id)
    sealed_key = transaction.seals.sealed(key.secret, kind=SecretKind.DOCUMENT_KEY, owner=document.id)
    documents_store.add_sealed_content(
        transaction.connection,
        document.id,
        sealed_key=sealed_key,
        parts=key.sealed(opened(content), size=document.size),
    )


def _file_key(seals: Seals, document_id: UUID, sealed_key: bytes) -> FileKey:
    secret = seals.opened(sealed_key, kind=SecretKind.DOCUMENT_KEY, owner=document_id)
    return FileKey(secret=secret, owner=document_id)


def _in_the_clear(content: bytes, *, number: int) -> bytes:
    if not content:
        raise Unavailable(f"Part {number} of a copy is gone.", code=DAMAGED)
    return content


def _cut(wanted: Span, parts: Iterator[bytes], opened_part: Callable[..., bytes]) -> bytes:
    """The bytes that are wanted of the parts in which they lie."""
    # A part that is missing is one that was changed: nothing cannot be opened.
    content = b"".join(opened_part(next(parts, b""), number=number) for number in wanted.parts)
    before = wanted.parts.start * PART_BYTES
    return content[wanted.start - before : wanted.end - before]

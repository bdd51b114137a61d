"""A supply: what a citizen brings from home to a case that awaits it, files and a word to the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.documents.model import Content, Document, fault_of, fault_sentence
from engine.kernel.refusal import Conflict, Invalid

MOST_FILES = 5
"""Files that are brought at once."""
LONGEST_NOTE = 1000
"""Characters."""
MOST_DOCUMENTS = 30
"""Documents that a citizen may bring to one case from home, over its whole life."""
MOST_BYTES_OF_CASE = 100_000_000
"""Bytes of them together."""


@dataclass(frozen=True, kw_only=True)
class BroughtFile:
    """A file as its sender has it. `name` is what they call it."""

    name: str
    content: Content


@dataclass(frozen=True, kw_only=True)
class Supply:
    """What was brought at `at`; a file that was there already is the document that it was."""

    documents: tuple[Document, ...]
    at: datetime


def require_acceptable(files: Sequence[BroughtFile], note: str) -> None:
    """Refuse nothing at all, too much at once, and every file that is not kept, by its place: `files.0`."""
    errors: dict[str, list[str]] = {}
    if not 1 <= len(files) <= MOST_FILES:
        errors["files"] = [f"expected from 1 to {MOST_FILES} files, found {len(files)}"]
    for number, file in enumerate(files):
        if (fault := fault_of(file.content)) is not None:
            errors[f"files.{number}"] = [fault_sentence(fault, file.content)]
    if len(note) > LONGEST_NOTE:
        errors["note"] = [f"expected at most {LONGEST_NOTE} characters, found {len(note)}"]
    if errors:
        raise Invalid("What was brought cannot be taken.", errors)


def require_room(documents: Sequence[Document]) -> None:
    """Refuse when these are more than a citizen may bring to one case from home."""
    held = sum(document.size for document in documents)
    if len(documents) > MOST_DOCUMENTS or held > MOST_BYTES_OF_CASE:
        raise Conflict(
            f"Expected at most {MOST_DOCUMENTS} documents and {MOST_BYTES_OF_CASE:,} bytes from the citizen, "
            f"found {len(documents)} and {held:,}.",
            code="supply_full",
        )

"""Anchors, which prove outside of the database how far journals had come; and what a verification finds."""

from dataclasses import dataclass
from enum import StrEnum


class Break(StrEnum):
    """What was done to a journal, a case or an anchor."""

    LINE_CHANGED = "line_changed"
    LINES_MISSING = "lines_missing"
    LINES_UNKNOWN = "lines_unknown"
    """Lines of which the case knows nothing, or that belong to no case."""
    REWRITTEN = "rewritten"
    """Lines that follow from one another, but are not those that were anchored."""
    UNKEYED = "unkeyed"
    """A line without a key from a time when there was one."""
    JOURNAL_REMOVED = "journal_removed"
    CASE_REMOVED = "case_removed"
    OUTCOME_CHANGED = "outcome_changed"
    DOCUMENT_CHANGED = "document_changed"
    DOCUMENT_REMOVED = "document_removed"
    DOCUMENT_UNKNOWN = "document_unknown"
    FILES_CHANGED = "files_changed"
    """Of a procedure version."""
    VERSION_REMOVED = "version_removed"
    ANCHOR_CHANGED = "anchor_changed"
    ANCHOR_REMOVED = "anchor_removed"
    COPY_LACKS_ANCHOR = "copy_lacks_anchor"
    KEY_MISSING = "key_missing"
    """Not known to be broken: the key is not at hand."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One break. `case` is the number of the case, or its id where nothing tells the number.

    `version` is the key and number of a procedure version. `line` counts from 1; all are None where an
    anchor is meant. `found` is a sentence without personal data.
    """

    what: Break
    found: str
    case: str | None = None
    line: int | None = None
    anchor: int | None = None
    version: str | None = None

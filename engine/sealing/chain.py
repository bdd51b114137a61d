"""Chains of lines, each bound to the one before by a hash that is made with a key of the installation.

The journal of a case and the record of a procedure version are such chains.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from engine.sealing.journal_keys import NO_JOURNAL_KEYS, JournalKey, JournalKeys

GENESIS = "0" * 64
"""The hash that stands before the first line of every chain."""

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class ChainedLine(Protocol):
    """One line of a chain; lines are numbered from 1."""

    @property
    def number(self) -> int: ...

    @property
    def previous_hash(self) -> str: ...

    @property
    def key_name(self) -> str | None:
        """The key that made the hash; None where it was made without one."""

    @property
    def hash(self) -> str: ...

    def computed_hash(self, key: JournalKey | None) -> str:
        """The hash that the line ought to have; `key` is the one that it names, None where it names none."""


def text_of(fields: Sequence[Any]) -> str:
    """The canonical JSON of what a line says, without its end: the hash before follows."""
    return _canonical(fields)[:-1]


def chained_hash(text: str, previous_hash: str, key: JournalKey | None) -> str:
    """The hash of a line after another, in hexadecimal; `text` is as `text_of` makes it.

    HMAC with SHA-256 (RFC 2104) where there is a key, whose name is then under the hash too; else SHA-256.
    """
    if key is None:
        return hashlib.sha256(f"{text},{_canonical(previous_hash)}]".encode()).hexdigest()
    whole = f"{text},{_canonical(previous_hash)},{_canonical(key.name)}]"
    return hmac.digest(key.secret, whole.encode(), "sha256").hex()


def is_authentic(line: ChainedLine, keys: JournalKeys) -> bool:
    """Whether a line's hash is the one that it ought to have; not so if its key is not at hand."""
    key = keys.named(line.key_name) if line.key_name else None
    return (key is not None or line.key_name is None) and hmac.compare_digest(
        line.hash, line.computed_hash(key)
    )


def first_broken_line(lines: Iterable[ChainedLine], keys: JournalKeys = NO_JOURNAL_KEYS) -> int | None:
    """The number of the first line of a whole chain, in order, that does not follow from the one before.

    None if it is intact. A line whose key is not among `keys` does not follow, nor does one without a key
    after one with a key.
    """
    length, last, was_keyed = 0, GENESIS, False
    for line in lines:
        follows = line.number == length + 1 and line.previous_hash == last
        if not follows or not is_authentic(line, keys) or (was_keyed and line.key_name is None):
            return length + 1
        was_keyed = line.key_name is not None
        length, last = line.number, line.hash
    return None

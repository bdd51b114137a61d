"""UUIDv7: identifiers that sort by the moment they were made (RFC 9562, section 5.7)."""

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62

RandomBits = Callable[[int], int]
"""Gives that many random bits."""


def identifier_at(moment: datetime, random_bits: RandomBits = secrets.randbits) -> UUID:
    """A UUIDv7 of `moment` (aware), in milliseconds, with 74 random bits."""
    milliseconds = int(moment.timestamp() * 1000) & ((1 << 48) - 1)
    return UUID(int=(milliseconds << 80) | _VERSION | (random_bits(12) << 64) | _VARIANT | random_bits(62))

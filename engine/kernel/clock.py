"""The present moment, and identifiers that sort by it (UUIDv7: RFC 9562, section 5.7)."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


_VERSION = 0x7 << 76

_VARIANT = 0b10 << 62

RandomBits = Callable[[int], int]
"""Gives that many random bits."""


def identifier_at(moment: datetime, random_bits: RandomBits = secrets.randbits) -> UUID:
    """A UUIDv7 of `moment` (aware), in milliseconds, with 74 random bits."""
    return UUID(int=identifier_number(int(moment.timestamp() * 1000), random_bits))


def identifier_number(milliseconds: int, random_bits: RandomBits) -> int:
    """The 128 bits of a UUIDv7 of so many milliseconds after 1970 in UTC."""
    moment = milliseconds & ((1 << 48) - 1)
    return (moment << 80) | _VERSION | (random_bits(12) << 64) | _VARIANT | random_bits(62)


def identifiers(moment: datetime, random_bits: RandomBits = secrets.randbits) -> Callable[[], UUID]:
    """Gives a new UUIDv7 of that moment each time."""
    return partial(identifier_at, moment, random_bits)


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

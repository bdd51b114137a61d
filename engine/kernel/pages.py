"""Cursors: where a page of a list ended, as a text that is opaque to its holder and fits into a URL.

A cursor is the urlsafe base64 of the list's name and the sort key of the last item shown; nothing in it
is not in that item. Lists go on after the key, so that a page far down costs what the first one does.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from engine.kernel.refusal import Invalid

MAX_LIMIT = 100
"""How many items a page may have."""

KeyPart = datetime | UUID | int | str
"""What lists are sorted by."""

_MAX_LENGTH = 500


def require_page_limit(limit: int) -> None:
    """Refuse a page without items, or with too many."""
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid.field("limit", f"expected from 1 to {MAX_LIMIT}, found {limit}")


def write_cursor(list_name: str, key: Sequence[KeyPart]) -> str:
    """The cursor after the item with that key."""
    parts = [list_name, *(_written(part) for part in key)]
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *, list_name: str, kinds: Sequence[type[KeyPart]]) -> tuple[KeyPart, ...]:
    """The key in the cursor, of one value of each of `kinds`; `Invalid` if it is no cursor of that list."""
    try:
        name, *parts = _unpacked(cursor)
        if name != list_name:
            raise ValueError(f"The cursor is of {name!r}.")
        return tuple(_read(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (TypeError, ValueError, OverflowError) as error:
        problem = f"expected the cursor that came with a page of the list of {list_name}"
        raise Invalid.field("cursor", problem) from error


def _unpacked(cursor: str) -> list[object]:
    if len(cursor) > _MAX_LENGTH:
        raise ValueError("The cursor is longer than any of ours.")
    padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
    found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    if not isinstance(found, list) or not found:
        raise ValueError("The cursor holds no list.")
    return found


def _written(part: KeyPart) -> str | int:
    if isinstance(part, datetime):
        return part.isoformat()
    return part.hex if isinstance(part, UUID) else part


def _read(part: object, kind: type[KeyPart]) -> KeyPart:
    if kind is int:
        if type(part) is not int or not 0 <= part < 1 << 31:
            raise ValueError(f"Expected a number, found {part!r}.")
        return part
    if not isinstance(part, str):
        raise ValueError(f"Expected text, found {part!r}.")
    if kind is UUID:
        return UUID(part)
    if kind is datetime:
        return _moment(part)
    # A text key goes to the database, where neither a NUL nor half a surrogate pair can be compared.
    if "\0" in part or part.encode().decode() != part:
        raise ValueError(f"Expected text, found {part!r}.")
    return part


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"Expected an aware moment, found {text}.")
    return moment.astimezone(UTC)


T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """A part of a list and the cursor to the next part, None on the last."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Which part of a list is wanted: at most `limit` (1–100) items after `cursor`.

    A cursor that is not one of ours is `Invalid`.
    """

    limit: int = 50
    cursor: str | None = None

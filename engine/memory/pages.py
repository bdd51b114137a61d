"""Pages of in-memory lists: sorted, cut after the cursor, with a cursor to the next part."""

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import TypeVar

import orjson

from engine.domain.refusal import Invalid
from engine.ports.reads import Page, Slice

T = TypeVar("T")
Key = tuple[str, ...]
"""What a list is sorted by, as texts that sort as their values do."""

MAX_LIMIT = 100


def page(items: Iterable[T], *, key: Callable[[T], Key], part: Slice, newest_first: bool = False) -> Page[T]:
    """The asked-for part of the sorted list; `Invalid` for a limit or a cursor that makes no sense."""
    if not 1 <= part.limit <= MAX_LIMIT:
        raise Invalid.field("limit", f"expected from 1 to {MAX_LIMIT}, found {part.limit}")
    ordered = sorted(items, key=key, reverse=newest_first)
    if part.cursor is not None:
        last = _read(part.cursor, width=len(key(ordered[0])) if ordered else None)
        ordered = [item for item in ordered if (key(item) < last if newest_first else key(item) > last)]
    shown = tuple(ordered[: part.limit])
    more = len(ordered) > part.limit
    return Page(items=shown, next=_write(key(shown[-1])) if more else None)


def _write(key: Key) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def _read(cursor: str, *, width: int | None) -> Key:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeError, orjson.JSONDecodeError) as error:
        raise Invalid.field("cursor", "expected a cursor that came with a page") from error
    texts = isinstance(found, list) and all(isinstance(part, str) for part in found)
    if not texts or (width is not None and len(found) != width):
        raise Invalid.field("cursor", "expected a cursor that came with a page of this list")
    return tuple(found)

"""Pages of in-memory lists: sorted, cut after the cursor, with a cursor to the next part."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engine.kernel.pages import KeyPart, read_cursor, require_page_limit, write_cursor
from engine.ports_reads import Page, Slice

T = TypeVar("T")


@dataclass(frozen=True)
class Order(Generic[T]):
    """How a list is sorted: by `key`, a unique tuple of one value of each of `kinds`.

    `name` tells the cursors of one list from those of another.
    """

    name: str
    kinds: tuple[type[KeyPart], ...]
    key: Callable[[T], tuple[Any, ...]]
    newest_first: bool = False

    def page(self, items: Iterable[T], part: Slice) -> Page[T]:
        """The part of the list that is asked for; `Invalid` for a limit or a cursor that makes no sense."""
        require_page_limit(part.limit)
        ordered = sorted(items, key=self.key, reverse=self.newest_first)
        if part.cursor is not None:
            last = read_cursor(part.cursor, list_name=self.name, kinds=self.kinds)
            ordered = [item for item in ordered if self._follows(self.key(item), last)]
        shown = tuple(ordered[: part.limit])
        more = len(ordered) > part.limit
        return Page(items=shown, next=write_cursor(self.name, self.key(shown[-1])) if more else None)

    def _follows(self, key: tuple[Any, ...], last: tuple[Any, ...]) -> bool:
        return key < last if self.newest_first else key > last

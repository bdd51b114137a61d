"""Finds elements of a bundle by id or name."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from engine.dmn.model import DmnDefinitions, DrgElement

Element = TypeVar("Element", bound=DrgElement)


class UnknownElement(LookupError):
    """The bundle has no decision, service or knowledge model of that id or name, or more than one."""


class Lookup(Generic[Element]):
    """Elements of one kind by their ids and, where nothing has that id, by their names."""

    def __init__(self, kind: str, elements: Iterable[tuple[Element, DmnDefinitions]]) -> None:
        self._kind = kind
        self._by_id: dict[str, list[tuple[Element, DmnDefinitions]]] = {}
        self._by_name: dict[str, list[tuple[Element, DmnDefinitions]]] = {}
        for element, definitions in elements:
            self._by_id.setdefault(element.id, []).append((element, definitions))
            self._by_name.setdefault(element.name, []).append((element, definitions))

    def find(self, wanted: str, *, file: str | None) -> tuple[Element, DmnDefinitions]:
        """The element of that id or name and its file's definitions; `file` leaves only those of one file.

        Raises UnknownElement.
        """
        for elements in (self._by_id, self._by_name):
            found = [each for each in elements.get(wanted, ()) if file in (None, each[1].place.file)]
            if len(found) == 1:
                return found[0]
            if found:
                files = ", ".join(definitions.place.file for _, definitions in found)
                raise UnknownElement(f"expected one {self._kind} {wanted!r}, found several, in {files}")
        names = ", ".join(self._titles()) or "none"
        raise UnknownElement(
            f"expected the id or name of a {self._kind}, found {wanted!r}; there are {names}"
        )

    def _titles(self) -> Iterator[str]:
        """Every element's id, and its name where that is another."""
        for element_id, elements in self._by_id.items():
            for element, _ in elements:
                yield repr(element_id) if element.name == element_id else f"{element_id!r} ({element.name})"

"""The names of components, columns and entries in a bundle, and which of them a text may mean."""

import re
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"\w+")


class Vocabulary:
    """Names of several words or with special characters, found by their first word.

    A FEEL text can use such a name only if it is announced; announcing all names of a big bundle to each of
    its texts would take longer the more there are of both.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first_word: dict[str, set[str]] = {}
        self._without_word: set[str] = set()
        for name in names:
            first = _WORD.search(name)
            if first is None:
                self._without_word.add(name)
            elif first.group() != name:
                self._by_first_word.setdefault(first.group(), set()).add(name)

    def in_text(self, text: str) -> frozenset[str]:
        """The names whose first word stands in a text."""
        words = self._by_first_word.keys() & _WORD.findall(text)
        return frozenset(self._without_word.union(*(self._by_first_word[word] for word in words)))

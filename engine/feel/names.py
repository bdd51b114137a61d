"""Names that a text may use, found in a row of tokens by the longest match (DMN 1.5, 10.3.1.6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.feel.lexer import Token, name_words

Entry = tuple[tuple[str, ...], str]


class NameBook:
    """The names known at a point of a text; those of more than one word or with special characters matter."""

    __slots__ = ("_by_first_word",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first_word: dict[str, list[Entry]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Makes a name known; a plain word needs no entry."""
        words = name_words(name)
        if len(words) < 2:
            return
        entries = self._by_first_word.setdefault(words[0], [])
        if not any(known[0] == words for known in entries):
            entries.append((words, name))
            entries.sort(key=lambda entry: -len(entry[0]))

    def match(self, tokens: Sequence[Token], index: int) -> Entry | None:
        """The longest known name whose words stand at `index`, with those words."""
        entries = self._by_first_word.get(tokens[index].text)
        if entries is None:
            return None
        for words, name in entries:
            if tuple(token.text for token in tokens[index : index + len(words)]) == words:
                return words, name
        return None

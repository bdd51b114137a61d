"""Names that a text may use, found in a row of lexemes by the longest match (DMN 1.5, 10.3.1.6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.feel.cursor import Cursor
from engine.feel.lexer import Lexeme, LexemeKind, name_words

NAME_ENDS = frozenset(
    ("and", "between", "else", "false", "for", "function", "if", "in", "instance", "null", "or", "return")
) | frozenset(("satisfies", "then", "true"))
"""Words that end a name which is not known beforehand."""

PROPERTY_NAMES = ("time offset", "start included", "end included")

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

    def match(self, lexemes: Sequence[Lexeme], index: int) -> Entry | None:
        """The longest known name whose words stand at `index`, with those words."""
        entries = self._by_first_word.get(lexemes[index].text)
        if entries is None:
            return None
        for words, name in entries:
            if tuple(lexeme.text for lexeme in lexemes[index : index + len(words)]) == words:
                return words, name
        return None


class VisibleNames:
    """The names known at the place that is being read, of variables, of built-in functions and of entries.

    names: those of variables and their entries
    functions: those of the built-in functions
    """

    __slots__ = ("_cursor", "_filters", "_members", "_scopes", "known")

    def __init__(self, cursor: Cursor, names: Iterable[str], functions: NameBook) -> None:
        names = tuple(names)
        self._cursor = cursor
        self.known = NameBook(names)
        self._scopes = [functions, self.known]
        self._members = NameBook((*PROPERTY_NAMES, *names))
        self._filters = 0

    def enter_scope(self) -> None:
        """From here names may be added that `leave_scope` takes away again."""
        self._scopes.append(NameBook())

    def leave_scope(self) -> None:
        """Forgets what was added since `enter_scope`."""
        self._scopes.pop()

    def add(self, name: str) -> None:
        """Makes a variable known in the innermost scope."""
        self._scopes[-1].add(name)

    def add_entry(self, name: str) -> None:
        """Makes an entry of a context known, to the entries after it and, after a dot, to the whole text."""
        self.add(name)
        self._members.add(name)

    def enter_filter(self) -> None:
        """Inside a filter the entries of its elements are names too."""
        self._filters += 1

    def leave_filter(self) -> None:
        """Pairs with `enter_filter`."""
        self._filters -= 1

    def read(self) -> str:
        """The name that begins here, stepped over; raises FeelSyntaxError where none does."""
        cursor = self._cursor
        books = [*self._scopes, self._members] if self._filters else self._scopes
        matches = [match for book in books if (match := book.match(cursor.lexemes, cursor.index)) is not None]
        if matches:
            # The innermost scope comes last and wins among equals.
            words, name = max(reversed(matches), key=lambda match: len(match[0]))
            cursor.advance(len(words))
        elif cursor.current.kind is LexemeKind.NAME:
            name = cursor.advance().text
        else:
            raise cursor.expected("an expression")
        return self._with_following_words(name)

    def read_member(self) -> str:
        """The name after a dot, stepped over."""
        cursor = self._cursor
        known = self._members.match(cursor.lexemes, cursor.index)
        if known is not None:
            cursor.advance(len(known[0]))
            return self._with_following_words(known[1])
        if cursor.current.kind is not LexemeKind.NAME:
            raise cursor.expected("the name of an entry")
        return self._with_following_words(cursor.advance().text)

    def _with_following_words(self, name: str) -> str:
        """Two words side by side can only be one name, even where it is not known."""
        cursor = self._cursor
        while cursor.current.kind is LexemeKind.NAME and cursor.current.text not in NAME_ENDS:
            name = f"{name} {cursor.advance().text}"
        return name

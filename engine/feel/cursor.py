"""A place in a row of lexemes, and the refusals that point at it."""

from __future__ import annotations

from engine.feel.lexer import Lexeme, LexemeKind, SourceText
from engine.feel.limits import MAX_NESTING, FeelLimitError
from engine.feel.problems import FeelSyntaxError, Position

_NO_ARGUMENT_NAME = frozenset({"(", ")", "[", "]", "{", "}", ",", "@", "<", ">"})
_LONGEST_ARGUMENT_NAME = 12


class Cursor:
    """Walks over the lexemes of a text, and counts how deep the constructs around it nest."""

    __slots__ = ("_index", "_lexemes", "_nesting", "_source")

    def __init__(self, text: str) -> None:
        self._source = SourceText(text)
        self._lexemes = self._source.lexemes
        self._index = 0
        self._nesting = 0

    @property
    def lexemes(self) -> list[Lexeme]:
        return self._lexemes

    @property
    def index(self) -> int:
        return self._index

    @property
    def current(self) -> Lexeme:
        return self._lexemes[self._index]

    def peek(self, ahead: int = 1) -> Lexeme:
        """A later lexeme, the last one beyond the end."""
        return self._lexemes[min(self._index + ahead, len(self._lexemes) - 1)]

    def at(self, text: str) -> bool:
        """Whether the current lexeme is this word or symbol."""
        lexeme = self._lexemes[self._index]
        return lexeme.text == text and lexeme.kind is not LexemeKind.STRING

    def at_end(self) -> bool:
        return self._lexemes[self._index].kind is LexemeKind.END

    def advance(self, count: int = 1) -> Lexeme:
        """Steps over lexemes and gives the first of them."""
        lexeme = self._lexemes[self._index]
        self._index = min(self._index + count, len(self._lexemes) - 1)
        return lexeme

    def accept(self, text: str) -> bool:
        """Steps over a word or symbol if it is there."""
        if not self.at(text):
            return False
        self.advance()
        return True

    def expect(self, text: str) -> None:
        """Steps over a word or symbol; raises FeelSyntaxError if another is there."""
        if not self.accept(text):
            raise self.expected(f"'{text}'")

    def expected(self, what: str) -> FeelSyntaxError:
        """The refusal that names what was expected and the current lexeme as found."""
        lexeme = self.current
        found = "the end of the text" if lexeme.kind is LexemeKind.END else f"'{lexeme.text[:40]}'"
        return self._source.error(f"expected {what}, found {found}", lexeme.start)

    def refused(self, message: str, lexeme: Lexeme) -> FeelSyntaxError:
        """The refusal of a lexeme for a reason of its own."""
        return self._source.error(message, lexeme.start)

    def position(self) -> Position:
        return self._source.position(self.current.start)

    def words_until(self, stops: frozenset[str], what: str) -> str:
        """The name that reaches up to one of the stops, in single spaces; else FeelSyntaxError."""
        first = self.current
        if first.kind is not LexemeKind.NAME:
            raise self.expected(what)
        last = None
        while self.current.text not in stops and self.current.kind not in (LexemeKind.END, LexemeKind.STRING):
            last = self.advance()
        if last is None or self.current.text not in stops:
            raise self.expected(what)
        return " ".join(self._source.text[first.start : last.end].split())

    def at_argument_name(self) -> bool:
        """Whether a colon follows before anything that a parameter's name cannot hold."""
        for ahead in range(_LONGEST_ARGUMENT_NAME):
            lexeme = self.peek(ahead)
            if lexeme.text == ":":
                return ahead > 0
            if lexeme.kind in (LexemeKind.STRING, LexemeKind.END) or lexeme.text in _NO_ARGUMENT_NAME:
                return False
        return False

    def go_deeper(self) -> None:
        """Enters a construct; raises FeelLimitError where they nest too deep. Pair it with `come_back`."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise FeelLimitError("nesting", MAX_NESTING)

    def come_back(self) -> None:
        """Leaves a construct."""
        self._nesting -= 1

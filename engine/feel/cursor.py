"""A place in a row of tokens, and the refusals that point at it."""

from __future__ import annotations

from engine.feel.lexer import Kind, Source, Token
from engine.feel.limits import MAX_NESTING, FeelLimitError
from engine.feel.problems import FeelSyntaxError, Position


class Cursor:
    """Walks over the tokens of a text, and counts how deep the constructs around it nest."""

    __slots__ = ("_index", "_nesting", "_source", "_tokens")

    def __init__(self, text: str) -> None:
        self._source = Source(text)
        self._tokens = self._source.tokens
        self._index = 0
        self._nesting = 0

    @property
    def tokens(self) -> list[Token]:
        """All tokens of the text."""
        return self._tokens

    @property
    def index(self) -> int:
        """The index of the current token."""
        return self._index

    @property
    def current(self) -> Token:
        """The token that is read next."""
        return self._tokens[self._index]

    def peek(self, ahead: int = 1) -> Token:
        """A later token, the last one beyond the end."""
        return self._tokens[min(self._index + ahead, len(self._tokens) - 1)]

    def at(self, text: str) -> bool:
        """Whether the current token is this word or symbol."""
        token = self._tokens[self._index]
        return token.text == text and token.kind is not Kind.STRING

    def at_end(self) -> bool:
        """Whether the text is used up."""
        return self._tokens[self._index].kind is Kind.END

    def advance(self, count: int = 1) -> Token:
        """Steps over tokens and gives the first of them."""
        token = self._tokens[self._index]
        self._index = min(self._index + count, len(self._tokens) - 1)
        return token

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
        """The refusal that names what was expected and the current token as found."""
        token = self.current
        found = "the end of the text" if token.kind is Kind.END else f"'{token.text[:40]}'"
        return self._source.error(f"expected {what}, found {found}", token.start)

    def refused(self, message: str, token: Token) -> FeelSyntaxError:
        """The refusal of a token for a reason of its own."""
        return self._source.error(message, token.start)

    def position(self) -> Position:
        """Line and column of the current token."""
        return self._source.position(self.current.start)

    def words_until(self, stops: frozenset[str], what: str) -> str:
        """The name that reaches up to one of the stops, in single spaces; else FeelSyntaxError."""
        first = self.current
        if first.kind is not Kind.NAME:
            raise self.expected(what)
        last = None
        while self.current.text not in stops and self.current.kind not in (Kind.END, Kind.STRING):
            last = self.advance()
        if last is None or self.current.text not in stops:
            raise self.expected(what)
        return " ".join(self._source.text[first.start : last.end].split())

    def go_deeper(self) -> None:
        """Enters a construct; raises FeelLimitError where they nest too deep. Pair it with `come_back`."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise FeelLimitError("nesting", MAX_NESTING)

    def come_back(self) -> None:
        """Leaves a construct."""
        self._nesting -= 1

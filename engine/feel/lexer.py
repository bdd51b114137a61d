"""FEEL text into lexemes (DMN 1.5, 10.3.1.2 and 10.3.1.4)."""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from engine.feel.limits import MAX_TEXT_LENGTH, FeelLimitError
from engine.feel.problems import FeelSyntaxError, Position

_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_PART = _NAME_START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
# The grammar counts these as space inside a text, among them some that lie inside the ranges of name
# characters.
_SPACE = "\\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"

_LEXEME = re.compile(
    rf"""
    (?P<space>[{_SPACE}]+|//[^\n\r]*|/\*.*?\*/)
  | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<name>(?![{_SPACE}])[{_NAME_START}](?:(?![{_SPACE}])[{_NAME_PART}])*)
  | (?P<symbol>\.\.|\*\*|<=|>=|!=|->|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class LexemeKind(Enum):
    NUMBER = "number"
    STRING = "string"
    NAME = "name"
    SYMBOL = "symbol"
    END = "end"


class Lexeme(NamedTuple):
    """A lexeme as written, and where it starts and ends in the text."""

    kind: LexemeKind
    text: str
    start: int
    end: int


class SourceText:
    """A text and its lexemes; the last lexeme is the end of the text."""

    __slots__ = ("_line_starts", "lexemes", "text")

    def __init__(self, text: str) -> None:
        if len(text) > MAX_TEXT_LENGTH:
            raise FeelLimitError("text length", MAX_TEXT_LENGTH)
        self.text = text
        self._line_starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
        self.lexemes = self._read()

    def _read(self) -> list[Lexeme]:
        lexemes = []
        kinds = {kind.value: kind for kind in LexemeKind}
        for match in _LEXEME.finditer(self.text):
            group = match.lastgroup
            if group == "space" or group is None:
                continue
            word = match.group()
            if group == "symbol" and (word == '"' or self.text.startswith("/*", match.start())):
                what = "the end of the string" if word == '"' else "the end of the comment"
                raise self.error(
                    f"expected {what} that begins here, found the end of the text", match.start()
                )
            lexemes.append(Lexeme(kinds[group], word, match.start(), match.end()))
        lexemes.append(Lexeme(LexemeKind.END, "", len(self.text), len(self.text)))
        return lexemes

    def position(self, offset: int) -> Position:
        """Line and column of a character, both from 1."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def error(self, message: str, offset: int) -> FeelSyntaxError:
        """The refusal of this text at a character."""
        return FeelSyntaxError(message, *self.position(offset))


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """The lexemes of a name, as they would be read inside a text; empty when a text cannot hold them.

    So `monthly  fee` and `monthly fee` are one name, and `a+b` and `a + b` are (DMN 1.5, 10.3.1.4).
    """
    try:
        return tuple(lexeme.text for lexeme in SourceText(name).lexemes[:-1])
    except (FeelSyntaxError, FeelLimitError):
        return ()


def is_plain_name(name: str) -> bool:
    """Whether a name is one word, so that a text can hold it without knowing it beforehand."""
    match = _LEXEME.fullmatch(name)
    return match is not None and match.lastgroup == "name"

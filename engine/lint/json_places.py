"""Where the values of a JSON file stand: the line of each, by the way to it."""

import json
import re
from collections.abc import Mapping

Way = tuple[str | int, ...]
"""The names and positions that lead to a value: `("components", 0, "label")`."""

MOST_VALUES = 20_000

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PLAIN = re.compile(r"[^\s,\]}]+")


def lines_of(text: str) -> Mapping[Way, int]:
    """The line, from 1, on which each value begins; of an entry of an object, its name.

    As far as the text is JSON, and not larger than a form that a person wrote.
    """
    reader = _Reader(text)
    reader.read()
    return reader.lines


class _Reader:
    """Walks through the text once, without recursion; `open` holds the ways of the containers around."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[Way, int] = {}

    def read(self) -> None:
        around: list[tuple[Way, str, int]] = []
        way: Way = ()
        self.lines[()] = 1
        while len(self.lines) < MOST_VALUES:
            self._skip(_SPACE)
            char = self.text[self.at : self.at + 1]
            if char in "{[" and char:
                self.at += 1
                around.append((way, char, 0))
            elif char == '"':
                self._skip(_STRING)
            elif char in "}]" and char and around:
                self.at += 1
                way = around.pop()[0]
            elif not self._skip(_PLAIN) and char != ",":
                return
            following = self._next(around, is_inside=char in "{[")
            if following is None:
                return
            way = following

    def _next(self, around: list[tuple[Way, str, int]], *, is_inside: bool) -> Way | None:
        """The way to the value that comes next, its line noted; that of what ends where none does."""
        self._skip(_SPACE)
        if not around:
            return None
        outer, kind, count = around[-1]
        if self.text[self.at : self.at + 1] in "}]":
            return outer
        if not is_inside:
            if self.text[self.at : self.at + 1] != ",":
                return None
            self.at += 1
            self._skip(_SPACE)
            count += 1
        around[-1] = (outer, kind, count)
        if kind == "[":
            way: Way = (*outer, count)
            self.lines[way] = self.line
            return way
        begins = self.at
        if not self._skip(_STRING):
            return None
        way = (*outer, _unquoted(self.text[begins : self.at]))
        self.lines[way] = self.line
        self._skip(_SPACE)
        if self.text[self.at : self.at + 1] != ":":
            return None
        self.at += 1
        return way

    def _skip(self, what: re.Pattern[str]) -> bool:
        found = what.match(self.text, self.at)
        if found is None or found.end() == self.at:
            return False
        self.line += self.text.count("\n", self.at, found.end())
        self.at = found.end()
        return True


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text

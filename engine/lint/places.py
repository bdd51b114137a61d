"""Where in the text of its file a finding is: the tag of an element, and what in it is wrong."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.kernel.xml import Element

MOST_LINES_OF_A_TAG = 40
MOST_LINES_OF_AN_ELEMENT = 80
LONGEST_LINE = 2_000
"""Lines longer than this were not written for people; in them only the line is given."""

_IN_XML: Mapping[str, str] = {
    "&": "&(?:amp|#38);",
    "<": "&(?:lt|#60);",
    ">": "(?:>|&(?:gt|#62);)",
    '"': '(?:"|&(?:quot|#34);)',
    "'": "(?:'|&(?:apos|#39);)",
}
_IN_JSON: Mapping[str, str] = {'"': r"\\\"", "\\": r"\\\\", "\n": r"\\n"}
"""How characters of a text may be written in a file, as regular expressions."""


@dataclass(frozen=True)
class Span:
    """A part of one line: from `column` on, before `end`, counted from 1; 0 where that is not known."""

    line: int
    column: int = 0
    end: int = 0


@dataclass(frozen=True)
class Source:
    """The lines of a file."""

    lines: tuple[str, ...]

    @classmethod
    def of(cls, content: bytes) -> "Source":
        """The text of a file in UTF-8; in another encoding no tag is found, and only lines are given."""
        return cls(tuple(content.decode("utf-8", errors="replace").split("\n")))

    @cached_property
    def text(self) -> str:
        return "\n".join(self.lines)

    def line(self, number: int) -> str:
        """A line, counted from 1; empty for one that was not written for people, or is not there."""
        line = self.lines[number - 1] if 1 <= number <= len(self.lines) else ""
        return line.rstrip("\r") if len(line) <= LONGEST_LINE else ""

    def place(self, element: Element) -> tuple[int, int]:
        """Line and column at which the element's tag begins, from 1; column 0 where it is not found."""
        last = element.line
        tag = re.compile(rf"<(?:[\w.-]+:)?{re.escape(element.kind)}(?=[\s/>]|$)")
        identifier = element.get("id")
        for number in range(last, max(last - MOST_LINES_OF_A_TAG, 0), -1):
            line = self.lines[number - 1] if number <= len(self.lines) else ""
            if len(line) > LONGEST_LINE:
                break
            for found in tag.finditer(line):
                if identifier is None or self._has_id(identifier, number, found.start(), last):
                    return number, found.start() + 1
        return last, 0

    def span(self, element: Element) -> Span:
        """The element's tag, as far as it is on the line on which it begins."""
        line, column = self.place(element)
        if not column:
            return Span(line)
        text = self.line(line)
        end = text.find(">", column - 1)
        return Span(line, column, end + 2 if end >= 0 else len(text) + 1)

    def whole(self, number: int) -> Span:
        """A line without the space around its text."""
        text = self.line(number)
        stripped = text.strip()
        if not stripped:
            return Span(number)
        begins = text.index(stripped) + 1
        return Span(number, begins, begins + len(stripped))

    def text_in(self, element: Element, text: str) -> Span | None:
        """The first place in an element where a text is written, in XML; None where it is not found."""
        line, column = self.place(element)
        if not column:
            return None
        return self._found(text, _IN_XML, self._lines_of(element, line, column))

    def text_from(self, line: int, text: str, *, in_json: bool = False) -> Span | None:
        """The first place from a line on where a text is written; None where it is not near."""
        numbers = range(line, min(line + MOST_LINES_OF_A_TAG, len(self.lines)) + 1)
        written = ((number, 0, self.line(number)) for number in numbers)
        return self._found(text, _IN_JSON if in_json else _IN_XML, written)

    def _lines_of(self, element: Element, line: int, column: int) -> Iterator[tuple[int, int, str]]:
        """The lines of an element up to its end, each with where in it to begin."""
        closing = re.compile(rf"</(?:[\w.-]+:)?{re.escape(element.kind)}\s*>")
        begins = column - 1
        for number in range(line, min(line + MOST_LINES_OF_AN_ELEMENT, len(self.lines)) + 1):
            text = self.line(number)
            ends = closing.search(text, begins)
            yield number, begins, text if ends is None else text[: ends.start()]
            is_empty = len(element) == 0 and not element.text and "/>" in text[begins:]
            if ends is not None or is_empty:
                return
            begins = 0

    @staticmethod
    def _found(text: str, written: Mapping[str, str], lines: Iterator[tuple[int, int, str]]) -> Span | None:
        stripped = text.strip()
        if not stripped:
            return None
        first = stripped.split("\n")[0].strip() if written is _IN_XML else stripped
        pattern = "".join(written.get(char, r"\s+" if char == " " else re.escape(char)) for char in first)
        before = r"(?<![\w])" if first[0].isalnum() else ""
        after = r"(?![\w])" if first[-1].isalnum() else ""
        wanted = re.compile(before + pattern + after)
        for number, begins, line in lines:
            found = wanted.search(line, begins)
            if found is not None:
                return Span(number, found.start() + 1, found.end() + 1)
        return None

    def _has_id(self, identifier: str, number: int, start: int, last: int) -> bool:
        """Whether the tag that begins at a place has the id."""
        written = "\n".join([self.lines[number - 1][start:], *self.lines[number:last]]).partition(">")[0]
        return re.search(rf"\sid\s*=\s*[\"']{re.escape(identifier)}[\"']", written) is not None

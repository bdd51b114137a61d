"""Where an element's tag begins in the text of its file; the parser knows only the line where it ends."""

import re
from dataclasses import dataclass

from engine.kernel.xml import Element

MOST_LINES_OF_A_TAG = 40
LONGEST_LINE = 2_000
"""Lines longer than this were not written for people; in them only the line is given."""


@dataclass(frozen=True)
class Source:
    """The lines of a file."""

    lines: tuple[str, ...]

    @classmethod
    def of(cls, content: bytes) -> "Source":
        """The text of a file in UTF-8; in another encoding no tag is found, and only lines are given."""
        return cls(tuple(content.decode("utf-8", errors="replace").split("\n")))

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

    def _has_id(self, identifier: str, number: int, start: int, last: int) -> bool:
        """Whether the tag that begins at a place has the id."""
        written = "\n".join([self.lines[number - 1][start:], *self.lines[number:last]]).partition(">")[0]
        return re.search(rf"\sid\s*=\s*[\"']{re.escape(identifier)}[\"']", written) is not None

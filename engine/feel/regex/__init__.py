r"""Regular expressions of XPath (XQuery and XPath Functions and Operators 3.1, 5.6), matched in bounded time.

Python's `re` knows neither this syntax (class subtraction, `\i`, `\p{…}`, blocks) nor a bound on its time.
Here the work for a pattern without back-references grows with the text's length times the pattern's, and
every step of it is charged to the evaluation's budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from engine.feel.limits import FeelLimitError
from engine.feel.problems import FeelValueError
from engine.feel.regex.matcher import Program, Spans, program

if TYPE_CHECKING:
    from engine.feel.evaluator import Evaluator

_Part: TypeAlias = "str | int"
"""Text of a replacement, or the number of a group."""


def matches(evaluator: Evaluator, text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern matches part of the text; raises FeelValueError for a wrong pattern or flag."""
    return program(pattern, flags or "").find(text, 0, evaluator.charge) is not None


def replace(evaluator: Evaluator, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """The text with every match replaced, where `$1` is a group and `$0` the match.

    Raises FeelValueError for a wrong pattern, flag or replacement, and for a pattern that matches the empty
    text.
    """
    compiled = _replacing_program(evaluator, pattern, flags or "")
    literal = "q" in (flags or "")
    parts: list[_Part] = [replacement] if literal else _replacement_parts(replacement, compiled.groups)
    pieces: list[str] = []
    length = position = 0
    for spans in compiled.find_all(text, evaluator.charge):
        added = [text[position : spans[0]], *(_part_text(part, text, spans) for part in parts)]
        pieces += added
        length += sum(map(len, added))
        if length > evaluator.limits.string_length:
            raise FeelLimitError("string_length", evaluator.limits.string_length)
        position = spans[1]
    return "".join([*pieces, text[position:]])


def split(evaluator: Evaluator, text: str, pattern: str) -> list[str]:
    """The pieces between the matches; raises FeelValueError as `replace`."""
    compiled = _replacing_program(evaluator, pattern, "")
    pieces: list[str] = []
    position = 0
    for spans in compiled.find_all(text, evaluator.charge):
        pieces.append(text[position : spans[0]])
        position = spans[1]
    return [*pieces, text[position:]]


def find_all(evaluator: Evaluator, text: str, pattern: str) -> Iterator[str]:
    """The parts that match, from left to right; raises FeelValueError as `replace`."""
    for spans in _replacing_program(evaluator, pattern, "").find_all(text, evaluator.charge):
        yield text[spans[0] : spans[1]]


def _replacing_program(evaluator: Evaluator, pattern: str, flags: str) -> Program:
    compiled = program(pattern, flags)
    if compiled.find("", 0, evaluator.charge) is not None:
        raise FeelValueError(f"the pattern '{pattern[:40]}' matches a text of no characters")
    return compiled


def _part_text(part: _Part, text: str, spans: Spans) -> str:
    if isinstance(part, str):
        return part
    start, end = spans[2 * part], spans[2 * part + 1]
    return text[start:end] if start >= 0 else ""


def _replacement_parts(replacement: str, groups: int) -> list[_Part]:
    parts: list[_Part] = []
    index = 0
    while index < len(replacement):
        char, following = replacement[index], replacement[index + 1 : index + 2]
        if char == "\\":
            if not following or following not in "\\$":
                raise FeelValueError("in a replacement a backslash stands before '\\' or '$'")
            parts.append(following)
            index += 2
        elif char == "$":
            number, index = _group_number(replacement, index + 1, groups)
            parts.append(number if number <= groups else "")
        else:
            parts.append(char)
            index += 1
    return parts


def _group_number(replacement: str, index: int, groups: int) -> tuple[int, int]:
    """The longest number of a group there is, and where the text goes on."""
    digits = ""
    while index < len(replacement) and replacement[index] in "0123456789":
        if digits and int(digits + replacement[index]) > groups:
            break
        digits += replacement[index]
        index += 1
    if not digits:
        raise FeelValueError("in a replacement '$' stands before the number of a group")
    return int(digits), index

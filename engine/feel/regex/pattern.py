"""A pattern's text into a tree (XPath Functions and Operators 3.1, 5.6.1; XML Schema Part 2, appendix F)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from engine.feel.problems import FeelValueError
from engine.feel.regex.characters import (
    CLASS_ESCAPES,
    SINGLE_ESCAPES,
    CharTest,
    any_but_line_ends,
    any_of,
    anything,
    exactly,
    ignoring_case,
    in_property,
    none_of,
    one_of,
    without,
)

MAX_PATTERN_LENGTH = 4_000
MAX_GROUP_NESTING = 50
MAX_COUNT = 1_000

_QUANTIFIERS = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_COUNTS = re.compile(r"\{(\d{1,9})(?:(,)(\d{1,9})?)?\}", re.ASCII)
_PROPERTY = re.compile(r"\{([A-Za-z0-9-]+)\}")
_SPACE = " \t\n\r"


@dataclass(frozen=True, slots=True)
class Char:
    """One character of a class."""

    test: CharTest


@dataclass(frozen=True, slots=True)
class Concatenation:
    """One after the other."""

    items: tuple[PatternNode, ...]


@dataclass(frozen=True, slots=True)
class Alternation:
    """The first that fits."""

    branches: tuple[PatternNode, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many times; `most` is None without a bound."""

    item: PatternNode
    least: int
    most: int | None
    greedy: bool


@dataclass(frozen=True, slots=True)
class CaptureGroup:
    """What `$number` gives."""

    item: PatternNode
    number: int


@dataclass(frozen=True, slots=True)
class BackReference:
    number: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """`^` when it is the start, else `$`."""

    start: bool


PatternNode: TypeAlias = Char | Concatenation | Alternation | Repeat | CaptureGroup | BackReference | Anchor


@dataclass(frozen=True, slots=True)
class Flags:
    """How to match: the letters s, m, i, x and q."""

    dot_all: bool = False
    multi_line: bool = False
    ignore_case: bool = False
    free_spacing: bool = False
    literal: bool = False


def read_flags(text: str) -> Flags:
    """The flags of a function's argument; raises FeelValueError for an unknown letter."""
    unknown = set(text) - set("smixq")
    if unknown:
        raise FeelValueError(f"expected the flags s, m, i, x or q, found '{min(unknown)}'")
    return Flags("s" in text, "m" in text, "i" in text, "x" in text, "q" in text)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern's tree and how many groups it has."""

    tree: PatternNode
    groups: int
    has_back_references: bool


def read_pattern(text: str, flags: Flags) -> Pattern:
    """The tree of a pattern; raises FeelValueError for what is none."""
    if len(text) > MAX_PATTERN_LENGTH:
        raise FeelValueError(f"a pattern has at most {MAX_PATTERN_LENGTH} characters")
    reader = _PatternReader(_without_space(text) if flags.free_spacing and not flags.literal else text, flags)
    if flags.literal:
        chars = tuple(Char(reader.cased(exactly(char))) for char in text)
        return Pattern(Concatenation(chars), 0, has_back_references=False)
    tree = reader.choice()
    reader.finish()
    return Pattern(tree, reader.groups, reader.has_back_references)


def _without_space(text: str) -> str:
    """The pattern without the space that stands outside classes, as the flag `x` asks."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for char in text:
        if depth == 0 and char in _SPACE:
            continue
        kept.append(char)
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
    return "".join(kept)


class _PatternReader:
    def __init__(self, text: str, flags: Flags) -> None:
        self._text = text
        self._index = 0
        self._flags = flags
        self._depth = 0
        self._open: set[int] = set()
        self.groups = 0
        self.has_back_references = False

    def finish(self) -> None:
        """Refuses what is left over."""
        if self._index < len(self._text):
            raise self._refused(f"'{self._text[self._index]}' has no counterpart")

    def _refused(self, why: str) -> FeelValueError:
        return FeelValueError(f"the pattern '{self._text[:40]}' is none: {why} (character {self._index + 1})")

    def _peek(self) -> str:
        return self._text[self._index : self._index + 1]

    def _next(self, what: str) -> str:
        if self._index >= len(self._text):
            raise self._refused(f"{what} is missing")
        self._index += 1
        return self._text[self._index - 1]

    def _accept(self, text: str) -> bool:
        if self._text.startswith(text, self._index):
            self._index += len(text)
            return True
        return False

    def cased(self, test: CharTest) -> CharTest:
        r"""Characters that are written out, in any case where the flags say so.

        A class is negated and subtracted from after that, and `\p{Lu}` and its kin stay as they are (XPath
        Functions 3.1, 5.6.2).
        """
        return ignoring_case(test) if self._flags.ignore_case else test

    def choice(self) -> PatternNode:
        """Branches with `|` between."""
        branches = [self._row()]
        while self._peek() == "|":
            self._index += 1
            branches.append(self._row())
        return branches[0] if len(branches) == 1 else Alternation(tuple(branches))

    def _row(self) -> PatternNode:
        items = []
        while (char := self._peek()) and char not in "|)":
            items.append(self._quantified(self._atom()))
        return items[0] if len(items) == 1 else Concatenation(tuple(items))

    def _quantified(self, atom: PatternNode) -> PatternNode:
        char = self._peek()
        if char in _QUANTIFIERS and char:
            self._index += 1
            least, most = _QUANTIFIERS[char]
        elif char == "{":
            least, most = self._counts()
        else:
            return atom
        if most is not None and most < least:
            raise self._refused("the greater count comes first")
        if max(least, most or 0) > MAX_COUNT:
            raise self._refused(f"a count is at most {MAX_COUNT}")
        greedy = self._peek() != "?"
        self._index += not greedy
        return Repeat(atom, least, most, greedy)

    def _counts(self) -> tuple[int, int | None]:
        match = _COUNTS.match(self._text, self._index)
        if match is None:
            raise self._refused("'{' begins no count")
        self._index = match.end()
        least = int(match[1])
        if match[2] is None:
            return least, least
        return least, int(match[3]) if match[3] is not None else None

    def _atom(self) -> PatternNode:
        char = self._next("an expression")
        match char:
            case "(":
                return self._group()
            case "[":
                return Char(self._class())
            case "\\":
                return self._escape()
            case ".":
                return Char(anything if self._flags.dot_all else any_but_line_ends)
            case "^" | "$":
                return Anchor(char == "^")
        if char in "?*+{}]":
            self._index -= 1
            raise self._refused(f"'{char}' has nothing to refer to")
        return Char(self.cased(exactly(char)))

    def _group(self) -> PatternNode:
        self._depth += 1
        if self._depth > MAX_GROUP_NESTING:
            raise self._refused("groups nest too deep")
        number = 0
        if not self._accept("?:"):
            self.groups += 1
            number = self.groups
            self._open.add(number)
        item = self.choice()
        if self._next("')'") != ")":
            raise self._refused("')' is missing")
        self._open.discard(number)
        self._depth -= 1
        return CaptureGroup(item, number) if number else item

    def _escape(self) -> PatternNode:
        char = self._next("the escaped character")
        if char in SINGLE_ESCAPES:
            return Char(self.cased(exactly(SINGLE_ESCAPES[char])))
        if char in "123456789":
            return self._back_reference(char)
        return Char(self._class_escape(char))

    def _back_reference(self, digits: str) -> PatternNode:
        while (char := self._text[self._index : self._index + 1]) and char in "0123456789":
            if int(digits + char) > self.groups:
                break
            digits += char
            self._index += 1
        number = int(digits)
        if number > self.groups or number in self._open:
            raise self._refused(f"there is no group {number} before this")
        self.has_back_references = True
        return BackReference(number)

    def _class_escape(self, char: str) -> CharTest:
        if char in CLASS_ESCAPES:
            return CLASS_ESCAPES[char]
        if char in "pP" and (match := _PROPERTY.match(self._text, self._index)) is not None:
            self._index = match.end()
            test = in_property(match[1])
            return test if char == "p" else none_of(test)
        raise self._refused(f"'\\{char}' means nothing")

    def _class(self) -> CharTest:
        """What stands in square brackets; the opening one is read already."""
        self._depth += 1
        if self._depth > MAX_GROUP_NESTING:
            raise self._refused("classes nest too deep")
        negated = self._accept("^")
        tests: list[CharTest] = []
        removed: CharTest | None = None
        while not self._accept("]"):
            if tests and self._accept("-["):
                removed = self._class()
                if not self._accept("]"):
                    raise self._refused("nothing follows what is subtracted from a class")
                break
            tests.append(self._class_part())
        if not tests:
            raise self._refused("a class is empty")
        self._depth -= 1
        test = none_of(any_of(tuple(tests))) if negated else any_of(tuple(tests))
        return test if removed is None else without(test, removed)

    def _class_part(self) -> CharTest:
        low = self._class_char()
        if not isinstance(low, str):
            return low
        if not self._text.startswith("-", self._index) or self._text[self._index + 1 : self._index + 2] in (
            "]",
            "[",
        ):
            return self.cased(exactly(low))
        self._index += 1
        high = self._class_char()
        if not isinstance(high, str) or high < low:
            raise self._refused("a range of characters ends before it starts")
        return self.cased(one_of(low, high))

    def _class_char(self) -> str | CharTest:
        char = self._next("']'")
        if char == "\\":
            escaped = self._next("the escaped character")
            return SINGLE_ESCAPES[escaped] if escaped in SINGLE_ESCAPES else self._class_escape(escaped)
        if char == "[":
            raise self._refused("'[' stands in a class without a backslash")
        return char

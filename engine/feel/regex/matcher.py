"""Matching a pattern step by step, on the budget of the evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TypeAlias

from engine.feel.problems import FeelValueError
from engine.feel.python_values import Charge
from engine.feel.regex.characters import CharTest
from engine.feel.regex.pattern import (
    Alternation,
    Anchor,
    BackReference,
    CaptureGroup,
    Char,
    Concatenation,
    Flags,
    Pattern,
    PatternNode,
    Repeat,
    read_flags,
    read_pattern,
)

MAX_PROGRAM_LENGTH = 5_000
_STEPS_PER_CHARGE = 256
_BUDGET_PER_CHARGE = 64

Spans: TypeAlias = tuple[int, ...]
"""Start and end of the match and of each group, -1 where a group took no part."""


class _Op(IntEnum):
    CHAR = 0
    SPLIT = 1
    JUMP = 2
    SAVE = 3
    START = 4
    END = 5
    BACK = 6
    MATCH = 7


@dataclass(slots=True)
class _Step:
    """An instruction; `target` is where it goes on, `other` where it goes on if that fails.

    A split that begins an endless loop notes the position of its last round in a `register` and, when a round
    has matched nothing, leaves the loop for `behind`.
    """

    op: _Op
    test: CharTest | None = None
    target: int = 0
    other: int = 0
    register: int = 0
    behind: int = 0


class Program:
    def __init__(self, pattern: Pattern, flags: Flags) -> None:
        self.groups = pattern.groups
        self._flags = flags
        self._steps: list[_Step] = []
        self._remembers = not pattern.has_back_references
        self._width = 2 * pattern.groups + 2
        self._add(_Step(_Op.SAVE, target=0))
        self._emit(pattern.tree)
        self._add(_Step(_Op.SAVE, target=1))
        self._add(_Step(_Op.MATCH))

    def _add(self, step: _Step) -> int:
        if len(self._steps) >= MAX_PROGRAM_LENGTH:
            raise FeelValueError("the pattern is too large when its counts are written out")
        self._steps.append(step)
        return len(self._steps) - 1

    def _emit(self, node: PatternNode) -> None:
        match node:
            case Char(test):
                self._add(_Step(_Op.CHAR, test))
            case Concatenation(items):
                for item in items:
                    self._emit(item)
            case Alternation(branches):
                self._emit_choice(branches)
            case Repeat():
                self._emit_repeat(node)
            case CaptureGroup(item, number):
                self._add(_Step(_Op.SAVE, target=2 * number))
                self._emit(item)
                self._add(_Step(_Op.SAVE, target=2 * number + 1))
            case BackReference(number):
                self._add(_Step(_Op.BACK, target=number))
            case Anchor(start):
                self._add(_Step(_Op.START if start else _Op.END))

    def _emit_choice(self, branches: tuple[PatternNode, ...]) -> None:
        jumps = []
        for branch in branches[:-1]:
            split = self._add(_Step(_Op.SPLIT))
            self._steps[split].target = split + 1
            self._emit(branch)
            jumps.append(self._add(_Step(_Op.JUMP)))
            self._steps[split].other = len(self._steps)
        self._emit(branches[-1])
        for jump in jumps:
            self._steps[jump].target = len(self._steps)

    def _emit_repeat(self, node: Repeat) -> None:
        for _ in range(node.least):
            self._emit(node.item)
        if node.most is None:
            split = self._add(_Step(_Op.SPLIT))
            self._emit(node.item)
            self._add(_Step(_Op.JUMP, target=split))
            self._aim(split, node.greedy)
            self._steps[split].register = self._width
            self._width += 1
            return
        splits = []
        for _ in range(node.most - node.least):
            splits.append(self._add(_Step(_Op.SPLIT)))
            self._emit(node.item)
        for split in splits:
            self._aim(split, node.greedy)

    def _aim(self, split: int, greedy: bool) -> None:  # noqa: FBT001 - a state of the pattern
        inside, behind = split + 1, len(self._steps)
        self._steps[split].behind = behind
        self._steps[split].target, self._steps[split].other = (inside, behind) if greedy else (behind, inside)

    def find(self, text: str, start: int, charge: Charge) -> Spans | None:
        """The leftmost match at or after a position, and of these the first by the pattern's choices."""
        seen: set[int] = set()
        for first in range(start, len(text) + 1):
            spans = self._run(text, first, seen, charge)
            if spans is not None:
                return spans
        return None

    def find_all(self, text: str, charge: Charge) -> Iterator[Spans]:
        """All matches, one after the other, for a pattern that never matches nothing."""
        position = 0
        while position <= len(text) and (spans := self.find(text, position, charge)) is not None:
            yield spans
            position = spans[1]

    def _run(self, text: str, first: int, seen: set[int], charge: Charge) -> Spans | None:  # noqa: C901 - one branch for each instruction
        """Backtracks from one position.

        Without back-references what follows a split depends on nothing but the split and the position. A
        split that was at a position before has failed there, or goes round an empty loop; it is not tried
        again.
        """
        steps, length, width = self._steps, len(text), len(text) + 1
        pending: list[tuple[int, int, Spans]] = [(0, first, (-1,) * self._width)]
        count = 0
        while pending:
            at, position, spans = pending.pop()
            while True:
                count += 1
                if count == _STEPS_PER_CHARGE:
                    charge(_BUDGET_PER_CHARGE)
                    count = 0
                step = steps[at]
                op = step.op
                if op is _Op.CHAR:
                    if position == length or not step.test(text[position]):  # type: ignore[misc]  # CHAR has a test
                        break
                    position += 1
                    at += 1
                elif op is _Op.SPLIT:
                    if self._remembers:
                        key = at * width + position
                        if key in seen:
                            break
                        seen.add(key)
                    elif step.register:
                        if spans[step.register] == position:
                            at = step.behind
                            continue
                        spans = _with(spans, step.register, position)
                    pending.append((step.other, position, spans))
                    at = step.target
                elif op is _Op.JUMP:
                    at = step.target
                elif op is _Op.SAVE:
                    spans = _with(spans, step.target, position)
                    at += 1
                elif op is _Op.MATCH:
                    charge(1 + count // 4)
                    return spans
                elif op is _Op.BACK:
                    end = self._repeated(text, position, spans[2 * step.target : 2 * step.target + 2])
                    if end < 0:
                        break
                    position = end
                    at += 1
                elif self._anchored(op, text, position):
                    at += 1
                else:
                    break
        charge(1 + count // 4)
        return None

    def _repeated(self, text: str, position: int, span: Spans) -> int:
        """Where a group's text, found again at a position, ends, else -1; an empty text is found anywhere."""
        start, end = span
        if start < 0 or end < start:
            return position
        wanted, found = text[start:end], text[position : position + end - start]
        if wanted == found or (self._flags.ignore_case and wanted.lower() == found.lower()):
            return position + end - start
        return -1

    def _anchored(self, op: _Op, text: str, position: int) -> bool:
        if op is _Op.START:
            after_line_end = (
                self._flags.multi_line and text[position - 1 : position] == "\n" and position < len(text)
            )
            return position == 0 or after_line_end
        return position == len(text) or (self._flags.multi_line and text[position] == "\n")


def _with(spans: Spans, index: int, position: int) -> Spans:
    return (*spans[:index], position, *spans[index + 1 :])


@lru_cache(maxsize=128)
def program(pattern: str, flags: str) -> Program:
    """A pattern with its flags, ready to match; raises FeelValueError for what is none."""
    known = read_flags(flags)
    return Program(read_pattern(pattern, known), known)

"""String functions (DMN 1.5, 10.3.4.3); a character is a code point of Unicode."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.builtins.table import bounded, row
from engine.feel.problems import FeelValueError
from engine.feel.regex import matches, replace, split


def substring(string: str, start: Decimal, length: Decimal | None = None) -> str:
    """From a position, counted from 1 or from -1 at the end, all or so many characters."""
    position = int(start)
    if not 1 <= abs(position) <= len(string):
        raise FeelValueError(f"there is no position {start} in a string of {len(string)} characters")
    first = position - 1 if position > 0 else len(string) + position
    if length is None:
        return string[first:]
    if length < 1:
        raise FeelValueError(f"expected a length of at least 1, found {length}")
    return string[first : first + int(length)]


def string_length(string: str) -> Decimal:
    return Decimal(len(string))


def upper_case(string: str) -> str:
    return string.upper()


def lower_case(string: str) -> str:
    return string.lower()


def substring_before(string: str, match: str) -> str:
    """What comes before the first match; nothing where there is none."""
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


def substring_after(string: str, match: str) -> str:
    """What comes after the first match; nothing where there is none, all after an empty match."""
    return string.partition(match)[2] if match else string


def contains(string: str, match: str) -> bool:
    return match in string


def starts_with(string: str, match: str) -> bool:
    return string.startswith(match)


def ends_with(string: str, match: str) -> bool:
    return string.endswith(match)


FUNCTIONS = (
    row("substring(string: string, start position: number) -> string", substring),
    row("substring(string: string, start position: number, length: number) -> string", substring),
    row("string length(string: string) -> number", string_length),
    row("upper case(string: string) -> string", upper_case),
    row("lower case(string: string) -> string", lower_case),
    row("substring before(string: string, match: string) -> string", substring_before),
    row("substring after(string: string, match: string) -> string", substring_after),
    row("contains(string: string, match: string) -> boolean", contains),
    row("starts with(string: string, match: string) -> boolean", starts_with),
    row("ends with(string: string, match: string) -> boolean", ends_with),
    bounded("matches(input: string, pattern: string, flags?: string) -> boolean", matches),
    bounded(
        "replace(input: string, pattern: string, replacement: string, flags?: string) -> string", replace
    ),
    bounded("split(string: string, delimiter: string)", split),
)

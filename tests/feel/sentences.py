"""Random FEEL texts: from the grammar, and broken ones made of them."""

from __future__ import annotations

from random import Random

from engine.feel import FUNCTIONS

NAMES = (
    "a",
    "b",
    "list",
    "ctx",
    "text",
    "monthly fee",
    "loan-to-value",
    "when",
    "item",
    "partial",
    "?",
    "missing",
)
NAMES_THAT_MATTER = ("monthly fee", "loan-to-value")

_LITERALS = (
    *(
        "0",
        "1",
        "-1",
        "2.5",
        ".5",
        "1e3",
        "10**33",
        "9999999999999999999999999999999999",
        "true",
        "false",
        "null",
    ),
    *(
        '""',
        '"a"',
        '"aaaaaaaaaaaaaaaaaaaaaab"',
        r'"\u03b1\U01F40E\n"',
        '"(a+)+$"',
        '"[a-z-[aeiou]]*"',
        '"P1D"',
    ),
    *(
        '"2026-01-31"',
        '"10:00:00Z"',
        '@"2026-02-28"',
        '@"10:20:30@Europe/Athens"',
        '@"P1Y2M"',
        '@"-PT36H"',
        '@"x"',
    ),
    *('@"-999999999-01-01"', '@"2026-03-29T03:30:00@Europe/Athens"', '@"23:59:59.999999999"', "[]", "{}"),
)
_OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in")
_TYPES = (
    "number",
    "string",
    "list<Any>",
    "context<a: number>",
    "range<date>",
    "function<number> -> Any",
    "tX",
    "list",
)
_MEMBERS = (
    "a",
    "year",
    "start",
    "end included",
    "time offset",
    "seconds",
    "monthly fee",
    "__class__",
    "nothing",
)
_FUNCTION_NAMES = tuple(FUNCTIONS)
_FRAGMENTS = (
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "..",
    ",",
    ":",
    "?",
    "@",
    '"',
    "'",
    "//",
    "/*",
    "if",
    "then",
    "for",
    "\\",
    "é",
)


def sentence(random: Random, depth: int = 4) -> str:
    """A text that the grammar allows, most of the time."""
    if depth <= 0 or random.random() < 0.15:
        return random.choice(_LITERALS) if random.random() < 0.5 else random.choice(NAMES)

    def inner() -> str:
        return sentence(random, depth - 1)

    match random.randrange(17):
        case 0 | 1 | 2:
            return f"{inner()} {random.choice(_OPERATORS)} {inner()}"
        case 3:
            return f"({inner()})"
        case 4 | 5 | 6:
            arguments = ", ".join(inner() for _ in range(random.randrange(4)))
            return f"{random.choice(_FUNCTION_NAMES)}({arguments})"
        case 7:
            return f"[{', '.join(inner() for _ in range(random.randrange(4)))}]"
        case 8:
            return f"{{a: {inner()}, monthly fee: {inner()}, f: function(x, y: number) {inner()}}}"
        case 9:
            return f"({inner()}).{random.choice(_MEMBERS)}"
        case 10:
            return f"({inner()})[{inner()}]"
        case 11:
            return f"if {inner()} then {inner()} else {inner()}"
        case 12:
            return f"for x in {inner()}, y in {inner()}..{inner()} return {inner()}"
        case 13:
            return f"{random.choice(['some', 'every'])} x in {inner()} satisfies {inner()}"
        case 14:
            return f"{random.choice('[(]')}{inner()}..{inner()}{random.choice('])[')}"
        case 15:
            return f"{inner()} in ({random.choice(['<', '>=', '=', '!='])} {inner()}, {inner()})"
        case _:
            return f"({inner()}) instance of {random.choice(_TYPES)}"


def broken(random: Random, text: str) -> str:
    """A text with some of it removed, doubled, swapped or put in."""
    for _ in range(random.randrange(1, 4)):
        at, to = sorted((random.randrange(len(text) + 1), random.randrange(len(text) + 1)))
        match random.randrange(4):
            case 0:
                text = text[:at] + text[to:]
            case 1:
                text = text[:to] + text[at:to][:200] + text[to:]
            case 2:
                text = text[:at] + random.choice(_FRAGMENTS) + text[at:]
            case _:
                text = (
                    text[:at]
                    + chr(random.choice((random.randrange(128), random.randrange(0x2FFF))))
                    + text[at + 1 :]
                )
    return text

"""Regular expressions of forms: read as a browser reads them, and refused where one could hang the server."""

import re

MAX_LENGTH = 500

_UNBOUNDED = re.compile(r"[*+]|\{[0-9]+,\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")


class PatternRefused(ValueError):
    """The text is no regular expression that is used here."""


def read_pattern(text: str) -> re.Pattern[str]:
    r"""The pattern, to be searched for: like JavaScript's, it matches anywhere unless it says `^` and `$`.

    `\d` and `\w` mean ASCII, as in JavaScript. A repeated group that itself repeats or has alternatives is
    refused: such patterns can take time exponential in the length of a text.
    """
    if len(text) > MAX_LENGTH:
        raise PatternRefused(f"expected at most {MAX_LENGTH} characters")
    try:
        pattern = re.compile(text, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternRefused(f"expected a regular expression: {error}") from error
    if _may_explode(text):
        raise PatternRefused("expected no repeated group that itself repeats or has alternatives")
    return pattern


def _may_explode(text: str) -> bool:
    """Whether a group that repeats without bound holds an unbounded repetition or alternatives."""
    open_groups: list[bool] = []
    position = 0
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif in_class := _CLASS.match(text, position):
            position = in_class.end()
        elif text[position] == "(":
            open_groups.append(False)
            position += 1
        elif text[position] == ")":
            risky = open_groups.pop() if open_groups else False
            repeated = _UNBOUNDED.match(text, position + 1)
            if risky and repeated:
                return True
            if open_groups and (risky or repeated):
                open_groups[-1] = True
            position += 1
        else:
            varies = text[position] == "|" or _UNBOUNDED.match(text, position)
            if varies and open_groups:
                open_groups[-1] = True
            position += 1
    return False

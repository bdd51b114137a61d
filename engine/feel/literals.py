"""The values of number and string literals (DMN 1.5, 10.3.1.2 and 10.3.1.3)."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.feel.cursor import Cursor
from engine.feel.lexer import LexemeKind
from engine.feel.problems import FeelValueError
from engine.feel.syntax import AtLiteral, Literal
from engine.feel.values import CONTEXT

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_SIMPLE = {"'": "'", '"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_SURROGATE_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def read_literal(cursor: Cursor) -> Literal:
    """The number or string that stands here, stepped over; raises FeelSyntaxError for a wrong one."""
    position = cursor.position()
    lexeme = cursor.advance()
    try:
        value = _number_value(lexeme.text) if lexeme.kind is LexemeKind.NUMBER else _string_value(lexeme.text)
    except FeelValueError as error:
        raise cursor.refused(str(error), lexeme) from error
    return Literal(value, position)


def read_at_literal(cursor: Cursor) -> AtLiteral:
    """The text of `@"…"`, stepped over."""
    position = cursor.position()
    cursor.advance()
    if cursor.current.kind is not LexemeKind.STRING:
        raise cursor.expected("a string after '@'")
    return AtLiteral(str(read_literal(cursor).value), position)


def _number_value(text: str) -> Decimal:
    """The number of a literal, rounded to 34 digits; raises FeelValueError when it is too large."""
    try:
        return CONTEXT.create_decimal(text)
    except ArithmeticError as error:
        raise FeelValueError("expected a number of at most 6145 digits") from error


def _string_value(text: str) -> str:
    r"""The string of a literal with its quotes; raises FeelValueError for an escape that is no character.

    A backslash before any other character than `' " \ n r t u U` stands for itself, so that patterns such as
    `"\d+"` can be written as the grammar allows them.
    """
    body = text[1:-1]
    if "\\" in body:
        body = _ESCAPE.sub(_unescaped, body)
        body = _SURROGATE_PAIR.sub(_joined, body)
    if _LONE_SURROGATE.search(body):
        raise FeelValueError("expected a character, found half of a surrogate pair")
    return body


def _unescaped(match: re.Match[str]) -> str:
    escape = match[1]
    if len(escape) == 1:
        return _SIMPLE.get(escape, match[0])
    code = int(escape[1:], 16)
    if code > 0x10FFFF:
        raise FeelValueError(f"expected a character of Unicode, found \\{escape}")
    return chr(code)


def _joined(match: re.Match[str]) -> str:
    return (match[1] + match[2]).encode("utf-16", "surrogatepass").decode("utf-16")

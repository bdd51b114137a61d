"""The text of a type into a type (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from engine.feel.cursor import Cursor
from engine.feel.lexer import LexemeKind
from engine.feel.names import NameBook
from engine.feel.types import (
    BUILT_IN_TYPES,
    ContextType,
    FeelType,
    FunctionType,
    ListType,
    NamedType,
    RangeType,
)

_TYPE_NAME_ENDS = frozenset(
    {"and", "or", "then", "else", "return", "satisfies", "in", "between", "instance", "external"}
)
_KEY_ENDS = frozenset({":"})
_BUILT_IN_NAMES = NameBook(BUILT_IN_TYPES)


def parse_type(text: str, names: NameBook | None = None) -> FeelType:
    """The type that a text such as `list<number>` or `date and time` names; raises FeelSyntaxError."""
    cursor = Cursor(text)
    feel_type = read_type(cursor, names or NameBook())
    if not cursor.at_end():
        raise cursor.expected("the end of the type")
    return feel_type


def read_type(cursor: Cursor, names: NameBook) -> FeelType:
    """Reads a type and steps over it; `names` are the known names of more than one word."""
    cursor.go_deeper()
    opens = cursor.peek().text == "<"
    if opens and cursor.at("list"):
        feel_type: FeelType = ListType(_in_angles(cursor, names))
    elif opens and cursor.at("range"):
        feel_type = RangeType(_in_angles(cursor, names))
    elif opens and cursor.at("context"):
        feel_type = _context(cursor, names)
    elif opens and cursor.at("function"):
        feel_type = _function(cursor, names)
    else:
        name = _name(cursor, names)
        feel_type = BUILT_IN_TYPES.get(name) or NamedType(name)
    cursor.come_back()
    return feel_type


def _in_angles(cursor: Cursor, names: NameBook) -> FeelType:
    cursor.advance(2)
    inner = read_type(cursor, names)
    cursor.expect(">")
    return inner


def _context(cursor: Cursor, names: NameBook) -> ContextType:
    cursor.advance(2)
    entries: list[tuple[str, FeelType]] = []
    while not cursor.accept(">"):
        if entries:
            cursor.expect(",")
        key = cursor.words_until(_KEY_ENDS, "the name of an entry and ':'")
        cursor.expect(":")
        entries.append((key, read_type(cursor, names)))
    return ContextType(tuple(entries))


def _function(cursor: Cursor, names: NameBook) -> FunctionType:
    cursor.advance(2)
    parameters: list[FeelType] = []
    while not cursor.accept(">"):
        if parameters:
            cursor.expect(",")
        parameters.append(read_type(cursor, names))
    cursor.expect("->")
    return FunctionType(tuple(parameters), read_type(cursor, names))


def _name(cursor: Cursor, names: NameBook) -> str:
    """One or several words, and names of imported models with a dot between."""
    parts: list[str] = []
    while True:
        known = _BUILT_IN_NAMES.match(cursor.lexemes, cursor.index) or names.match(
            cursor.lexemes, cursor.index
        )
        if known is not None:
            words, name = known
            cursor.advance(len(words))
        elif cursor.current.kind is LexemeKind.NAME:
            name = cursor.advance().text
        else:
            raise cursor.expected("the name of a type")
        while cursor.current.kind is LexemeKind.NAME and cursor.current.text not in _TYPE_NAME_ENDS:
            name += " " + cursor.advance().text
        parts.append(name)
        if not cursor.accept("."):
            return ".".join(parts)

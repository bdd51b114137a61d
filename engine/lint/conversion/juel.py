"""Conditions of JUEL, such as `${a == b && !c}`, written as FEEL where that means the same."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from engine import feel

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?)(?![\w.])
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<word>(?:and|or|not|eq|ne|lt|gt|le|ge))(?![\w.])
    | (?P<name>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)(?!\w)(?!\s*[(\[])
    | (?P<sign>&&|\|\||==|!=|<=|>=|[<>!()-])
    )""",
    re.VERBOSE,
)
_WORDS = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
}
_OF_AN_ENGINE = frozenset(
    {"execution", "task", "externalTask", "caseExecution", "variableContext", "authenticatedUserId"}
    | {"empty", "div", "mod", "instanceof", "loopCounter"}
)
"""Names that other engines fill in themselves, and operators that are not carried over."""

_RENAMED = {
    "nrOfInstances": "numberOfInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
}
"""The counters of multi-instance activities."""


_ATOM, _COMPARISON, _AND, _OR = range(4)
"""How loosely the parts of an expression hold together, in both languages."""

_Written = tuple[str, int]
_Operand = Callable[[], _Written]


class _NoCounterpart(Exception):
    """The expression holds something that FEEL does not say in the same way."""


def is_juel(text: str) -> bool:
    """Whether there is an expression in a text."""
    return "${" in text or "#{" in text


def as_feel(text: str) -> str | None:
    """FEEL, without a leading `=`, of a text that is one JUEL expression.

    Comparisons, logical operators, literals and paths are carried over; None where there is more than that,
    calls, arithmetic and `empty` among it.
    """
    stripped = text.strip()
    if stripped[:2] not in {"${", "#{"} or not stripped.endswith("}"):
        return None
    try:
        parser = _Parser(list(_tokens(stripped[2:-1])))
        written = parser.whole()
        names = feel.expression(written, frozenset()).free_names
    except (_NoCounterpart, feel.FeelSyntaxError, feel.FeelLimitError):
        return None
    # A name that FEEL reads as a word of its own would mean something else.
    return written if names == parser.roots else None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise _NoCounterpart
        value = found.group(found.lastgroup)
        position = found.end()
        if found.lastgroup == "word":
            yield "sign", _WORDS[value]
        else:
            yield found.lastgroup, value


@dataclass
class _Parser:
    """Reads the tokens by JUEL's precedence, and writes FEEL; `roots` fills up with the variables read."""

    tokens: list[tuple[str, str]]
    roots: set[str] = field(default_factory=set)

    def whole(self) -> str:
        written, _ = self._either()
        if self.tokens:
            raise _NoCounterpart
        return written

    def _either(self) -> _Written:
        return self._chain("||", "or", self._both, _OR)

    def _both(self) -> _Written:
        return self._chain("&&", "and", self._equality, _AND)

    def _chain(self, sign: str, word: str, operand: _Operand, level: int) -> _Written:
        parts = [operand()]
        while self._take(sign):
            parts.append(operand())
        if len(parts) == 1:
            return parts[0]
        return f" {word} ".join(_within(part, level) for part in parts), level

    def _equality(self) -> _Written:
        return self._comparison({"==": "=", "!=": "!="}, self._order)

    def _order(self) -> _Written:
        return self._comparison({sign: sign for sign in ("<=", ">=", "<", ">")}, self._single)

    def _comparison(self, signs: dict[str, str], operand: _Operand) -> _Written:
        left = operand()
        for sign, written in signs.items():
            if self._take(sign):
                right = operand()
                return f"{_within(left, _ATOM)} {written} {_within(right, _ATOM)}", _COMPARISON
        return left

    def _single(self) -> _Written:
        if self._take("!"):
            return f"not({self._single()[0]})", _ATOM
        if self._take("-"):
            kind, value = self._next()
            if kind != "number":
                raise _NoCounterpart
            return f"-{value}", _ATOM
        if self._take("("):
            inner = self._either()
            if not self._take(")"):
                raise _NoCounterpart
            return inner
        kind, value = self._next()
        return self._literal(kind, value), _ATOM

    def _literal(self, kind: str, value: str) -> str:
        if kind == "number":
            return value
        if kind == "text":
            inner = re.sub(r"\\(.)", r"\1", value[1:-1])
            return '"' + inner.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if kind != "name":
            raise _NoCounterpart
        if value in {"true", "false", "null"}:
            return value
        root, *steps = (part.strip() for part in value.split("."))
        if root in _OF_AN_ENGINE:
            raise _NoCounterpart
        self.roots.add(_RENAMED.get(root, root))
        return ".".join([_RENAMED.get(root, root), *steps])

    def _next(self) -> tuple[str, str]:
        if not self.tokens:
            raise _NoCounterpart
        return self.tokens.pop(0)

    def _take(self, sign: str) -> bool:
        if self.tokens[:1] != [("sign", sign)]:
            return False
        self.tokens.pop(0)
        return True


def _within(part: _Written, level: int) -> str:
    """A part of what holds together at that level, in brackets where it holds together more loosely."""
    written, own = part
    return f"({written})" if own > level else written

"""Reading JSON strictly: I-JSON (RFC 7493), and nothing that could not be stored or given back unchanged."""

import json
import re
from typing import Any, NoReturn

from api.http.problems import Problem

DEEPEST = 64
"""How many arrays and objects may lie in one another."""

_LARGEST = 2**63 - 1
_LONGEST_NUMBER = 40
_SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes that may mean a NUL or half of a surrogate pair; valid JSON in UTF-8 has neither otherwise."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class _Repeated(ValueError):
    """A name that occurs twice in an object."""


class _Number(ValueError):
    """A number that cannot be kept."""


def read(body: bytes) -> Any:
    """The value of a JSON text.

    Raises `Problem`: `malformed_json` for what is no I-JSON or lies deeper than `DEEPEST`, `invalid` for text
    that cannot be stored (NUL and lone surrogates).
    """
    if body.count(b"[") + body.count(b"{") > DEEPEST:
        _refuse_depth(body)
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_whole,
            parse_float=_fraction,
        )
    except UnicodeDecodeError as error:
        raise Problem("malformed_json", f"Expected UTF-8, but byte {error.start} is not.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem("malformed_json", f"Expected JSON, but at {where}: {error.msg}.") from error
    except (_Repeated, _Number) as error:
        raise Problem("malformed_json", str(error)) from error
    if _SUSPICIOUS.search(body):
        _refuse_unstorable(value)
    return value


def unstorable(text: str) -> bool:
    """Whether a text holds NUL or half of a surrogate pair, which neither databases nor UTF-8 can hold."""
    return _UNSTORABLE.search(text) is not None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Repeated("Expected each name once in an object, but one is repeated.")
    return found


def _constant(name: str) -> NoReturn:
    raise _Number(f"Expected numbers as JSON has them; {name} is none.")


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER or not -_LARGEST <= int(digits) <= _LARGEST:
        raise _Number("Expected whole numbers of at most 63 bits.")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if len(digits) > _LONGEST_NUMBER or number in (float("inf"), float("-inf")):
        raise _Number(f"Expected numbers of at most {_LONGEST_NUMBER} characters that a double can hold.")
    return number


def _refuse_depth(body: bytes) -> None:
    """Refuse a body whose brackets lie too deep, without a parser that could run out of stack."""
    depth, quoted, escaped = 0, False, False
    for byte in body:
        if quoted:
            quoted = escaped or byte != 0x22
            escaped = not escaped and byte == 0x5C
        elif byte == 0x22:
            quoted = True
        elif byte in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise Problem("malformed_json", f"Expected at most {DEEPEST} levels of arrays and objects.")
        elif byte in b"]}":
            depth -= 1


def _refuse_unstorable(value: Any) -> None:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            if unstorable(found):
                raise Problem("invalid", "Expected text without NUL and without half surrogate pairs.")
        elif isinstance(found, dict):
            waiting += [*found.keys(), *found.values()]
        elif isinstance(found, list):
            waiting += found

"""Reading the arguments of a call: body, query and If-Match, strictly; every problem in one answer."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request, request
from webargs.flaskparser import FlaskParser

from api.http.problems import Problem
from engine.kernel.pages import Slice

_VERSION = re.compile(r'"v([1-9][0-9]{0,9})"')
"""The entity tag of a row version."""


def body_of(asked: Request, schema: ma.Schema) -> Any:
    """The fields of an I-JSON body; `Problem` with every field's problem, unknown and repeated names too.

    A missing body counts as an empty object, so that required fields are named.
    """
    body = asked.get_data(cache=True)
    try:
        return schema.load(read_json(body) if body else {}, unknown=ma.RAISE)
    except ma.ValidationError as error:
        raise fields_refused([error.messages]) from error


class StrictParser(FlaskParser):
    """Reads query strings; unknown or repeated names are refused, never ignored."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - as the library declares it
        "query": ma.RAISE
    }

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        repeated = {name: ["given more than once"] for name, values in req.args.lists() if len(values) > 1}
        unstorable = {
            _printable(name): ["holds NUL or half of a surrogate pair"]
            for name, value in req.args.items()
            if is_unstorable(name + value)
        }
        if repeated or unstorable:
            raise Problem("invalid", "The query cannot be read.", errors={**repeated, **unstorable})
        return super().load_querystring(req, schema)

    def handle_error(self, error: ma.ValidationError, *_: object, **__: object) -> NoReturn:
        raise fields_refused(list(error.messages_dict.values())) from error


def form_fields(form: Mapping[str, str], schema: ma.Schema) -> dict[str, Any]:
    """The values of a form's fields, as strictly as those of a body; `Problem` with every field's problem."""
    unstorable = [_printable(name) for name, value in form.items() if is_unstorable(name + value)]
    if unstorable:
        held = {name: ["holds NUL or half of a surrogate pair"] for name in unstorable}
        raise Problem("invalid", "The form cannot be read.", errors=held)
    try:
        values: dict[str, Any] = schema.load(form, unknown=ma.RAISE)
    except ma.ValidationError as error:
        raise fields_refused([error.messages]) from error
    return values


def expected_version() -> int | None:
    """The row version that If-Match demands; None if it demands none, or any (`*`).

    A tag that this API never gave cannot match: `Problem` with 412.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    match = _VERSION.fullmatch(given.strip())
    if match is None:
        raise Problem(
            "precondition_failed",
            'Expected If-Match to hold one entity tag that this API gave, such as "v3".',
        )
    return int(match.group(1))


def slice_of(query: Mapping[str, Any]) -> Slice:
    """The part of a list that a query asks for."""
    return Slice(limit=query["limit"], cursor=query["cursor"])


def fields_refused(trees: Sequence[Any]) -> Problem:
    """The problem of fields that are not as expected, from marshmallow's trees of messages."""
    errors: dict[str, list[str]] = {}
    for tree in trees:
        for path, sentence in _flat("", tree):
            errors.setdefault(path, []).append(sentence)
    return Problem("invalid", "Some fields are not as expected.", errors=errors)


def _flat(path: str, tree: Any) -> Iterator[tuple[str, str]]:
    if isinstance(tree, Mapping):
        for name, branch in tree.items():
            shown = "" if name == "_schema" else _printable(str(name))
            yield from _flat(f"{path}.{shown}".strip("."), branch)
    elif isinstance(tree, list):
        for sentence in tree:
            yield from _flat(path, sentence)
    else:
        yield path or "body", str(tree)


def _printable(name: str) -> str:
    """A name that was sent, safe to send back: what cannot be encoded is replaced."""
    return name.encode("utf-8", "replace").decode()[:100]


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


def read_json(body: bytes) -> Any:
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


def is_unstorable(text: str) -> bool:
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
            if is_unstorable(found):
                raise Problem("invalid", "Expected text without NUL and without half surrogate pairs.")
        elif isinstance(found, dict):
            waiting += [*found.keys(), *found.values()]
        elif isinstance(found, list):
            waiting += found

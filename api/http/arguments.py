"""Reading the arguments of a call: body and query, strictly, with every field's problem in one answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from webargs import missing
from webargs.flaskparser import FlaskParser

from api.http import strict_json
from api.http.problems import Problem


class StrictParser(FlaskParser):
    """Reads I-JSON bodies and query strings; unknown or repeated names are refused, never ignored."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - as the library declares it
        "json": ma.RAISE,
        "query": ma.RAISE,
    }

    def load_json(self, req: Request, schema: ma.Schema) -> Any:  # noqa: ARG002 - the library's signature
        """The body's value; a missing one counts as an empty object, so that required fields are named."""
        body = req.get_data(cache=True)
        if not body:
            return missing
        return strict_json.read(body)

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        repeated = {name: ["given more than once"] for name, values in req.args.lists() if len(values) > 1}
        unstorable = {
            _printable(name): ["holds NUL or half of a surrogate pair"]
            for name, value in req.args.items()
            if strict_json.unstorable(name + value)
        }
        if repeated or unstorable:
            raise Problem("invalid", "The query cannot be read.", errors={**repeated, **unstorable})
        return super().load_querystring(req, schema)

    def handle_error(self, error: ma.ValidationError, *_: object, **__: object) -> NoReturn:
        raise fields_refused(list(error.messages_dict.values())) from error


def form_fields(form: Mapping[str, str], schema: ma.Schema) -> dict[str, Any]:
    """The values of a form's fields, as strictly as those of a body; `Problem` with every field's problem."""
    unstorable = [_printable(name) for name, value in form.items() if strict_json.unstorable(name + value)]
    if unstorable:
        held = {name: ["holds NUL or half of a surrogate pair"] for name in unstorable}
        raise Problem("invalid", "The form cannot be read.", errors=held)
    try:
        values: dict[str, Any] = schema.load(form, unknown=ma.RAISE)
    except ma.ValidationError as error:
        raise fields_refused([error.messages]) from error
    return values


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

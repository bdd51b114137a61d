"""Writing responses: JSON by orjson, entity tags (RFC 9110, section 8.8.3), and the headers of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import marshmallow as ma
import orjson
from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from flask_smorest.utils import unpack_tuple_response  # type: ignore[import-untyped]  # has no types

from api.http.fields import Choice, ComposedShape, Moment, Sorted, Text

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class OrjsonProvider(JSONProvider):
    def __init__(self, app: Flask) -> None:
        super().__init__(app)

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **named: Any) -> Response:
        body = orjson.dumps(self._prepare_response_obj(args, named))
        return Response(body, content_type="application/json")


Write = Callable[[Any], Any]
"""Makes of a value what orjson writes."""

_AS_THEY_ARE = (ma.fields.UUID, ma.fields.Integer, ma.fields.Boolean, Choice, Moment)
"""Fields whose values orjson writes as marshmallow would, moments once they are in UTC."""
_TEXTS = (ma.fields.String, Text)


def writer_of(schema: ma.Schema) -> Write:
    """What writes as `schema.dump` does, with all that can be known beforehand worked out once.

    The values of a shape are read in one go, by the names of attributes; moments and ids are left to orjson.
    """
    if isinstance(schema, ComposedShape):
        return schema.dump
    keys, attributes, moments, changes = [], [], [], []
    for name, field in schema.dump_fields.items():
        key = field.data_key or name
        keys.append(key)
        attributes.append(field.attribute or name)
        if type(field) is Moment:
            moments.append(key)
        elif type(field) not in _AS_THEY_ARE:
            changes.append((key, _writer_of_field(field)))
    read = attrgetter(*attributes, attributes[0])

    def write(thing: Any) -> Any:
        if isinstance(thing, dict):
            return schema.dump(thing)
        written = dict(zip(keys, read(thing), strict=False))
        for key in moments:
            moment = written[key]
            if moment is not None and moment.tzinfo is not UTC:
                written[key] = moment.astimezone(UTC)
        for key, change in changes:
            value = written[key]
            if value is not None:
                written[key] = change(value)
        return written

    return write


def _writer_of_field(field: ma.fields.Field[Any]) -> Write:
    if type(field) in _TEXTS:
        return str
    if type(field) is ma.fields.Nested and not field.many:
        return writer_of(field.schema)
    if type(field) is Sorted and type(field.inner) is Choice:
        return sorted
    if type(field) is ma.fields.List and type(field.inner) is ma.fields.Nested:
        write = writer_of(field.inner.schema)
        return lambda values: [write(value) for value in values]
    return lambda value: field.serialize("", value, lambda found, *_: found)


def json_response(answer: Any, write: Write, status: int) -> Response:
    """The response to what a view gave: the value, alone or with a status and headers; or a response."""
    headers = None
    if isinstance(answer, tuple):
        answer, own_status, headers = unpack_tuple_response(answer)
        status = own_status or status
    if isinstance(answer, Response):
        answer.headers.update(headers or {})
        return answer
    body = orjson.dumps(write(answer), option=orjson.OPT_UTC_Z)
    return Response(body, status, headers, content_type="application/json")


_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_UNLESS_SET = {
    "content-security-policy": ("Content-Security-Policy", _CONTENT_POLICY),
    "x-content-type-options": ("X-Content-Type-Options", "nosniff"),
    "x-frame-options": ("X-Frame-Options", "DENY"),
    "referrer-policy": ("Referrer-Policy", "no-referrer"),
    "permissions-policy": (
        "Permissions-Policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    "cross-origin-opener-policy": ("Cross-Origin-Opener-Policy", "same-origin"),
    "cross-origin-resource-policy": ("Cross-Origin-Resource-Policy", "same-origin"),
    "cache-control": ("Cache-Control", "no-store"),
}
_HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def with_fixed_headers(answer: WSGIApplication, *, https_only: bool) -> WSGIApplication:
    """The application, with the security headers, and a Cache-Control, on what sets none of its own.

    With `https_only`, and on every request over HTTPS, browsers are told to come by HTTPS alone.
    """

    def answer_with_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            missing = _UNLESS_SET.keys() - {name.lower() for name, _ in headers}
            headers.extend(header for name, header in _UNLESS_SET.items() if name in missing)
            if https_only or environ["wsgi.url_scheme"] == "https":
                headers.append(_HSTS)
            return start_response(status, headers, *error)

        return answer(environ, start)

    return answer_with_headers


def etag_of(row_version: int) -> str:
    """The strong entity tag of a row version: `"v3"`."""
    return f'"v{row_version}"'


def etag_matches(etag: str) -> bool:
    """Whether If-None-Match says that the caller has this state already."""
    given = request.headers.get("If-None-Match")
    if given is None:
        return False
    tags = {part.strip().removeprefix("W/") for part in given.split(",")}
    return etag in tags or "*" in tags


def with_etag(answer: object, etag: str) -> object:
    """The answer with its entity tag, or 304 if the caller has it."""
    headers = {"ETag": etag}
    if etag_matches(etag):
        return Response(status=304, headers=headers)
    return answer, headers

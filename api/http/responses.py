"""Writing responses: JSON by orjson, entity tags (RFC 9110, section 8.8.3), and the headers of all."""

from typing import Any

import orjson
from flask import Flask, Response, request
from flask.json.provider import JSONProvider


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


_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_UNLESS_SET = (
    ("Content-Security-Policy", _CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
_HSTS = "max-age=31536000; includeSubDomains"


def add_headers(response: Response, *, request_id: str, https_only: bool) -> None:
    """Add the security headers, the request id, and a Cache-Control where the view set none."""
    set_by_view = {name.lower() for name, _ in response.headers}
    added = [header for header in _UNLESS_SET if header[0].lower() not in set_by_view]
    added.append(("X-Request-Id", request_id))
    if https_only or request.is_secure:
        added.append(("Strict-Transport-Security", _HSTS))
    response.headers.extend(added)


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

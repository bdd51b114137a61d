"""The OpenAPI 3.1 document, made from the routes, their schemas and the table of problems."""

import hashlib
from functools import cached_property
from http import HTTPStatus
from typing import Any

import marshmallow as ma
import orjson
from flask import Flask, Response, current_app
from flask_smorest import Api  # type: ignore[import-untyped]  # the library has no types

from api.docs.examples import with_examples
from api.http.fields import KeyConverter, NumberConverter, key_parameter, number_parameter
from api.http.problems import KINDS, MEDIA_TYPE
from api.http.responses import etag_matches

PATH = "/api/v1/openapi.json"

_ABOUT = """Case management for citizen service centres.

Every call but `/track`, `/catalogue`, `/screens` and the agencies' webhooks needs a bearer token; what its
owner may see and do is decided for each object. A browser that is signed in needs none, but sends
`X-CSRF-Token` with every change.
Errors are problem details (RFC 9457); the codes at the end of `type` are stable. Lists come in pages: pass
`next` as `cursor`. Bodies are I-JSON (RFC 7493); what is unknown is refused and never ignored. Times are
RFC 3339 in UTC. Every response carries `X-Request-Id`, and calls that are counted carry `RateLimit`.
"""
_RETRY = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds to wait."}}
_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "How to sign in (RFC 6750)."}},
    429: _RETRY,
    503: _RETRY,
}


class ProblemSchema(ma.Schema):
    """Problem details (RFC 9457)."""

    type = ma.fields.String(
        required=True,
        metadata={"description": "A stable address that explains the problem.", "format": "uri-reference"},
    )
    title = ma.fields.String(required=True, metadata={"description": "The kind of problem."})
    status = ma.fields.Integer(required=True, metadata={"description": "The HTTP status."})
    detail = ma.fields.String(
        required=True, metadata={"description": "What was expected and what was found, in a sentence."}
    )
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.String()),
        metadata={"description": "Every field's problems, by its path."},
    )


class StoaApi(Api):  # type: ignore[misc]  # an untyped base
    """flask-smorest with problem details for errors, and its document built once."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        app.config["OPENAPI_VERSION"] = "3.1.0"
        app.config["API_TITLE"] = "Stoa"
        app.config["API_VERSION"] = "1.0"
        super().__init__(app, spec_kwargs={"info": {"description": _ABOUT}, "servers": [{"url": "/"}]})
        self.register_converter(KeyConverter, key_parameter)
        self.register_converter(NumberConverter, number_parameter)
        self.spec.components.security_scheme(
            "bearer",
            {
                "type": "http",
                "scheme": "bearer",
                "description": "A token made by the operator with `stoa token create`. The names beside a"
                " call are the scopes that the token needs.",
            },
        )
        app.extensions["stoa-openapi"] = self
        app.add_url_rule(PATH, "openapi", _serve)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document; complete once every subject is registered."""
        found: dict[str, Any] = self.spec.to_dict()
        with_examples(found)
        return found

    def _register_error_handlers(self) -> None:
        """Errors are handled by `api.http.problems`."""

    def _register_responses(self) -> None:
        """Describe every status that a problem can have, under its name in `http.HTTPStatus`."""
        for status in sorted({kind.status for kind in KINDS.values()}):
            self.spec.components.response(HTTPStatus(status).name, _response_of(status), lazy=True)
        unchanged = {"description": "You have it already; nothing is sent."}
        self.spec.components.response(HTTPStatus.NOT_MODIFIED.name, unchanged, lazy=True)


def _response_of(status: int) -> dict[str, Any]:
    kinds = {code: kind for code, kind in KINDS.items() if kind.status == status}
    examples = {
        code: {
            "summary": kind.remedy,
            "value": {
                "type": f"/problems/{code}",
                "title": kind.title,
                "status": status,
                "detail": kind.title + ".",
            },
        }
        for code, kind in kinds.items()
    }
    response: dict[str, Any] = {
        "description": "; ".join(dict.fromkeys(kind.title for kind in kinds.values())) + ".",
        "content": {MEDIA_TYPE: {"schema": ProblemSchema, "examples": examples}},
    }
    if status in _HEADERS:
        response["headers"] = _HEADERS[status]
    return response


def document_of(app: Flask) -> dict[str, Any]:
    api: StoaApi = app.extensions["stoa-openapi"]
    return api.document


def _serve() -> Response:
    body = orjson.dumps(document_of(current_app))
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"', "Cache-Control": "no-cache"}
    if etag_matches(headers["ETag"]):
        return Response(status=304, headers=headers)
    return Response(body, headers=headers, content_type="application/json")

"""Calls: a blueprint whose routes say who may make them, what they take, and every "no" they can answer."""

from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

import marshmallow as ma
from flask import request
from flask_smorest import Blueprint  # type: ignore[import-untyped]  # the library has no types

from api.context import site
from api.gate.arguments import StrictParser
from api.identity import admit
from api.problems import Problem
from engine.domain.actor import Scope
from engine.domain.refusal import Refusal

View = TypeVar("View", bound=Callable[..., Any])

JSON = "application/json"

MOST_PASSED_BY = 50_000_000
"""Bytes of a refused body that are still read off the connection."""

_DOCUMENTED = "_apidoc"
"""The attribute of a view in which smorest keeps what it will document."""

_ETAG = {"schema": {"type": "string", "examples": ['"v3"']}, "description": "The object's entity tag."}
_HEADERS_TAKEN = {
    "If-Match": {
        "description": "The entity tag that you last saw; 412 if the object has changed since.",
        "schema": {"type": "string"},
    },
    "If-None-Match": {
        "description": "Entity tags that you have; 304 if one is still right.",
        "schema": {"type": "string"},
    },
    "Idempotency-Key": {
        "description": "Your own name for this request. Sent again within 24 hours, it has its effect once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]{1,128}$"},
    },
}


class Calls(Blueprint):  # type: ignore[misc]  # an untyped base
    """A subject of the API. Its views are routed with `call`."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, subject: str, *, about: str) -> None:
        super().__init__(subject, subject, description=about)
        self._prepare_doc_cbks.append(_with_headers_taken)

    def arguments(self, schema: type[ma.Schema], **options: Any) -> Callable[[View], View]:
        """Give the view what the body or query holds, as smorest does."""
        return cast(Callable[[View], View], super().arguments(schema, **options))

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        """Write what the view returns in a shape, as smorest does."""
        return cast(Callable[[View], View], super().response(status_code, schema, **options))

    def alt_response(self, status_code: int, **options: Any) -> Callable[[View], View]:
        """Document another answer, as smorest does."""
        return cast(Callable[[View], View], super().alt_response(status_code, **options))

    @staticmethod
    def doc(**document: Any) -> Callable[[View], View]:
        """Document what smorest does not know, as it does."""
        return cast(Callable[[View], View], Blueprint.doc(**document))

    def call(
        self,
        method: str,
        path: str,
        *,
        scope: Scope | None,
        takes: str | None = None,
        body_needed: bool = True,
        headers: Sequence[str] = (),
        refuses: Sequence[int] = (),
    ) -> Callable[[View], View]:
        """Route `method path` to a view.

        `scope` is what the caller's token must be made for; None is for calls that prove themselves in
        another way. `takes` is the media type of the body, None for calls without one. `headers`
        are request headers with a meaning here. `refuses` are the statuses besides those that follow.
        """

        def route(view: View) -> View:
            documented = _documented(view, scope=scope, takes=takes, headers=headers, refuses=refuses)

            @wraps(documented)
            def guarded(*args: object, **named: object) -> Any:
                try:
                    if scope is not None:
                        admit(scope)
                    _require_body(takes, needed=body_needed)
                except (Problem, Refusal):
                    _let_pass_by()
                    raise
                if not takes_query and request.args:
                    raise Problem(
                        "invalid",
                        "This call takes no query.",
                        errors={name: ["unknown"] for name in request.args},
                    )
                return documented(*args, **named)

            parameters = getattr(documented, _DOCUMENTED, {}).get("arguments", {}).get("parameters", ())
            takes_query = any(parameter["in"] == "query" for parameter in parameters)
            self.add_url_rule(path, view.__name__, guarded, methods=[method])
            return view

        return route


def _documented(
    view: View, *, scope: Scope | None, takes: str | None, headers: Sequence[str], refuses: Sequence[int]
) -> View:
    """The view with what smorest does not find out by itself: refusals, headers, and the scope."""
    statuses = {429, 500, 503, *refuses}
    if scope is not None:
        statuses |= {401, 403}
    if takes is not None:
        statuses |= {413, 415, 422} | ({400} if takes == JSON else set())
    if "Idempotency-Key" in headers:
        statuses |= {400, 422}
    if "If-Match" in headers:
        statuses |= {409, 412}
    document = dict(getattr(view, _DOCUMENTED, {}))
    responses = dict(document.get("response", {}).get("responses", {}))
    for status in sorted(statuses):
        responses.setdefault(status, []).append(HTTPStatus(status).name)
    if "If-None-Match" in headers:
        responses[304] = ["NOT_MODIFIED"]
    manual = {
        **document.get("manual_doc", {}),
        "operationId": view.__name__,
        "security": [{"bearer": [scope.value]}] if scope else [],
    }
    taken = [{"in": "header", "name": name, **_HEADERS_TAKEN[name]} for name in headers]
    document["response"] = {"responses": responses}
    document["manual_doc"] = manual
    document["headers_taken"] = taken
    setattr(view, _DOCUMENTED, document)
    return view


def _with_headers_taken(document: dict[str, Any], found: dict[str, Any], **_: object) -> dict[str, Any]:
    taken = found.get("headers_taken")
    if taken:
        document["parameters"] = [*document.get("parameters", ()), *taken]
    return document


def _require_body(takes: str | None, *, needed: bool) -> None:
    """Refuse a body of the wrong type or size before any of it is read."""
    is_there = bool(request.content_length) or request.headers.get("Transfer-Encoding") is not None
    if takes is None:
        if is_there:
            raise Problem("invalid", "This call takes no body.", errors={"body": ["expected none"]})
        return
    if (is_there or needed) and request.mimetype != takes:
        raise Problem("unsupported_media_type", f"Expected Content-Type: {takes}.")
    settings = site().settings
    largest = settings.max_json_bytes if takes == JSON else settings.max_upload_bytes
    # One byte more than is allowed, so that a body whose length is not announced shows that it is too long.
    request.max_content_length = largest + 1
    announced = request.content_length
    if (announced if announced is not None else len(request.get_data())) > largest:
        raise Problem("content_too_large", f"Expected at most {largest:,} bytes.")


def _let_pass_by() -> None:
    """Read a refused body off the connection without keeping it, so that its sender gets to read the answer.

    A sender is only listened to once it has sent everything; what is larger than `MOST_PASSED_BY` is cut off.
    """
    left = request.content_length or 0
    if left > MOST_PASSED_BY:
        return
    source = request.environ["wsgi.input"]
    while left > 0:
        piece = source.read(min(left, 65_536))
        if not piece:
            return
        left -= len(piece)


def etag_header() -> dict[str, Any]:
    """The documentation of a response's entity tag."""
    return {"ETag": _ETAG}

"""Calls: a blueprint whose routes declare scope, body, headers and every refusal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

import marshmallow as ma
from flask import Request, Response
from flask.globals import request_ctx
from flask_smorest import Blueprint  # type: ignore[import-untyped]  # the library has no types

from api.http.arguments import StrictParser, body_of
from api.http.context import site
from api.http.identity import admit
from api.http.problems import Problem
from api.http.responses import json_response, writer_of
from engine.kernel.actor import Scope

View = TypeVar("View", bound=Callable[..., Any])

ETAG = {
    "ETag": {"schema": {"type": "string", "examples": ['"v3"']}, "description": "The object's entity tag."}
}
"""The documentation of an answer's entity tag."""

_DOCUMENTED = "_apidoc"
"""The attribute of a view in which smorest keeps what it will document."""

_HEADERS_TAKEN: dict[str, dict[str, Any]] = {
    "If-Match": {
        "description": "The entity tag that you last saw; 412 if the object has changed since.",
        "schema": {"type": "string"},
    },
    "If-None-Match": {
        "description": "Entity tags that you have; 304 if one is still right.",
        "schema": {"type": "string"},
    },
    "Range": {
        "description": "The bytes that you want of the file, `bytes=0-1023`: 206 with them alone.",
        "schema": {"type": "string"},
    },
    "Idempotency-Key": {
        "description": "Your own name for this request. Sent again within 24 hours, it has its effect once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]{1,128}$"},
    },
}


def documented(
    view: View, *, scope: Scope | None, takes: str | None, headers: Sequence[str], refuses: Sequence[int]
) -> View:
    """The view, with refusals, headers and scope added to what smorest documents."""
    document = dict(getattr(view, _DOCUMENTED, {}))
    responses = dict(document.get("response", {}).get("responses", {}))
    for status in sorted(_refusals(scope=scope, takes=takes, headers=headers) | set(refuses)):
        responses.setdefault(status, []).append(HTTPStatus(status).name)
    if "If-None-Match" in headers:
        responses[304] = [HTTPStatus.NOT_MODIFIED.name]
    document["response"] = {"responses": responses}
    document["manual_doc"] = {
        **document.get("manual_doc", {}),
        "operationId": view.__name__,
        "security": [{"bearer": [scope.value]}] if scope else [],
    }
    document["headers_taken"] = [{"in": "header", "name": name, **_HEADERS_TAKEN[name]} for name in headers]
    setattr(view, _DOCUMENTED, document)
    return view


def takes_query(view: Callable[..., Any]) -> bool:
    """Whether a view was given arguments from the query."""
    parameters = getattr(view, _DOCUMENTED, {}).get("arguments", {}).get("parameters", ())
    return any(parameter["in"] == "query" for parameter in parameters)


def with_headers_taken(document: dict[str, Any], found: dict[str, Any], **_: object) -> dict[str, Any]:
    """Add the request headers of an operation to its parameters (a step of smorest's documenting)."""
    taken = found.get("headers_taken")
    if taken:
        document["parameters"] = [*document.get("parameters", ()), *taken]
    return document


def _refusals(*, scope: Scope | None, takes: str | None, headers: Sequence[str]) -> set[int]:
    statuses = {422, 429, 500, 503}
    if scope is not None:
        statuses |= {401, 403}
    if takes is not None:
        statuses |= {408, 413, 415}
    if takes == JSON or "Idempotency-Key" in headers:
        statuses |= {400}
    if "If-Match" in headers:
        statuses |= {409, 412}
    return statuses


__all__ = ["JSON", "MULTIPART", "Calls", "View"]


class Calls(Blueprint):  # type: ignore[misc]  # an untyped base
    """A subject of the API. Its views are routed with `call`."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, subject: str, *, about: str) -> None:
        super().__init__(subject, subject, description=about)
        self._prepare_doc_cbks.append(with_headers_taken)

    def arguments(
        self, schema: type[ma.Schema], *, location: str = "json", **options: Any
    ) -> Callable[[View], View]:
        """As in smorest, with types; the schema is made once, and a body is read without webargs."""
        wanted = schema()
        document = super().arguments(wanted, location=location, **options)
        if location != "json":
            return cast(Callable[[View], View], document)

        def take_body(view: View) -> View:
            @wraps(document(view))
            def with_body(*args: object, **named: object) -> Any:
                return view(*args, body_of(request_ctx.request, wanted), **named)

            return cast(View, with_body)

        return take_body

    def response(
        self, status_code: int, schema: type[ma.Schema] | None = None, **options: Any
    ) -> Callable[[View], View]:
        """As in smorest, with types; how an answer is written is worked out once."""
        if schema is None:
            return cast(Callable[[View], View], super().response(status_code, **options))
        shape = schema()
        document, write = super().response(status_code, shape, **options), writer_of(shape)

        def write_answer(view: View) -> View:
            @wraps(document(view))
            def answered(*args: object, **named: object) -> Response:
                return json_response(view(*args, **named), write, status_code)

            return cast(View, answered)

        return write_answer

    def alt_response(self, status_code: int, **options: Any) -> Callable[[View], View]:
        """As in smorest, with types."""
        return cast(Callable[[View], View], super().alt_response(status_code, **options))

    @staticmethod
    def doc(**document: Any) -> Callable[[View], View]:
        """As in smorest, with types."""
        return cast(Callable[[View], View], Blueprint.doc(**document))

    def call(
        self,
        method: str,
        path: str,
        *,
        scope: Scope | None,
        takes: str | None = None,
        body_needed: bool = True,
        most_bytes: int | None = None,
        headers: Sequence[str] = (),
        refuses: Sequence[int] = (),
    ) -> Callable[[View], View]:
        """Route `method path` to a view.

        `scope` is what the caller's token must be made for; None is for calls that prove themselves in
        another way. `takes` is the media type of the body, None for calls without one, and `most_bytes` its
        largest size, None what the settings say. `headers` are request headers with a meaning here. `refuses`
        are the statuses besides those that follow from all this.
        """

        def route(view: View) -> View:
            described = documented(view, scope=scope, takes=takes, headers=headers, refuses=refuses)
            guard = Guard(
                scope=scope,
                takes=takes,
                body_needed=body_needed,
                takes_query=takes_query(described),
                most_bytes=most_bytes,
            )

            @wraps(described)
            def guarded(*args: object, **named: object) -> Any:
                guard.admit()
                return described(*args, **named)

            self.add_url_rule(path, view.__name__, guarded, methods=[method])
            return view

        return route


JSON = "application/json"

MULTIPART = "multipart/form-data"


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What a call demands: a token with `scope` (None for no token), and a body of the media type `takes`.

    `most_bytes` are the largest body, None that of the settings.
    """

    scope: Scope | None
    takes: str | None
    body_needed: bool
    takes_query: bool
    most_bytes: int | None = None

    def admit(self) -> None:
        """Raise the `Problem` or `Refusal` that says why the present request is refused, if it is."""
        if self.scope is not None:
            admit(self.scope)
        asked = request_ctx.request
        self._require_body(asked)
        if asked.args and not self.takes_query:
            strangers = {name[:100]: ["unknown"] for name in asked.args}
            raise Problem("invalid", "This call takes no query.", errors=strangers)

    def _require_body(self, asked: Request) -> None:
        """Refuse a body of another media type than `takes`, a missing one if it is needed, one too large.

        Where `takes` is None a body is refused, because it would be ignored.
        """
        announced = asked.content_length
        is_there = bool(announced) or asked.headers.get("Transfer-Encoding") is not None
        if self.takes is None:
            if is_there:
                raise Problem("invalid", "This call takes no body.", errors={"body": ["expected none"]})
            return
        if (is_there or self.body_needed) and asked.mimetype != self.takes:
            raise Problem("unsupported_media_type", f"Expected Content-Type: {self.takes}.")
        settings = site().settings
        largest = self.most_bytes or (
            settings.max_json_bytes if self.takes == JSON else settings.max_upload_bytes
        )
        # One byte more than is allowed, so that a body of unannounced length shows that it is too long.
        asked.max_content_length = largest + 1
        if (announced if announced is not None else len(asked.get_data())) > largest:
            raise Problem("content_too_large", f"Expected at most {largest:,} bytes.")

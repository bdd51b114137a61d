"""What the OpenAPI document says of a call besides what smorest finds out: refusals, headers, scope."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from api.http.bodies import JSON
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
    "Idempotency-Key": {
        "description": "Your own name for this request. Sent again within 24 hours, it has its effect once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]{1,128}$"},
    },
}


def documented(
    view: View, *, scope: Scope | None, takes: str | None, headers: Sequence[str], refuses: Sequence[int]
) -> View:
    """The view, with what smorest will say of it completed."""
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
    """A step of smorest's own documenting: the request headers of an operation among its parameters."""
    taken = found.get("headers_taken")
    if taken:
        document["parameters"] = [*document.get("parameters", ()), *taken]
    return document


def _refusals(*, scope: Scope | None, takes: str | None, headers: Sequence[str]) -> set[int]:
    statuses = {422, 429, 500, 503}
    if scope is not None:
        statuses |= {401, 403}
    if takes is not None:
        statuses |= {413, 415}
    if takes == JSON or "Idempotency-Key" in headers:
        statuses |= {400}
    if "If-Match" in headers:
        statuses |= {409, 412}
    return statuses

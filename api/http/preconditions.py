"""Entity tags (RFC 9110, section 13): what a caller last saw of an object; and the parts of lists."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from api.http.problems import Problem
from engine.kernel.pages import Slice

_VERSION = re.compile(r'"v([1-9][0-9]{0,9})"')


def etag_of(row_version: int) -> str:
    """The strong entity tag of a row version: `"v3"`."""
    return f'"v{row_version}"'


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


def etag_matches(etag: str) -> bool:
    """Whether If-None-Match says that the caller has this state already."""
    given = request.headers.get("If-None-Match")
    if given is None:
        return False
    tags = {part.strip().removeprefix("W/") for part in given.split(",")}
    return etag in tags or "*" in tags


def slice_of(query: Mapping[str, Any]) -> Slice:
    return Slice(limit=query["limit"], cursor=query["cursor"])


def with_etag(answer: object, etag: str) -> object:
    """The answer with its entity tag, or 304 if the caller has it."""
    headers = {"ETag": etag}
    if etag_matches(etag):
        return Response(status=304, headers=headers)
    return answer, headers

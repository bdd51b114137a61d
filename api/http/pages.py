"""Pages of lists: what the query asks for, and answers that a caller may have already."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from api.http.preconditions import is_known
from engine.kernel.pages import Slice


def part_of(query: Mapping[str, Any]) -> Slice:
    """The part of a list that a `PageQuery` asks for."""
    return Slice(limit=query["limit"], cursor=query["cursor"])


def tagged(answer: object, etag: str) -> object:
    """The answer with its entity tag, or 304 if the caller has it."""
    headers = {"ETag": etag}
    if is_known(etag):
        return Response(status=304, headers=headers)
    return answer, headers

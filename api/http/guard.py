"""The guard of a call: token, scope, media type and size are checked before the body is read."""

from dataclasses import dataclass

from flask import request

from api.http.context import site
from api.http.identity import admit
from api.http.problems import Problem
from engine.kernel.actor import Scope
from engine.kernel.refusal import Refusal

JSON = "application/json"
MULTIPART = "multipart/form-data"

MOST_PASSED_BY = 50_000_000
"""Bytes of a refused body that are still read off the connection."""


def _require_body(takes: str | None, *, needed: bool, most_bytes: int | None = None) -> None:
    """Refuse a body of another media type than `takes`, a missing one if it is needed, and one too large.

    `most_bytes` is the largest size, None for what the settings say for the media type. Where `takes` is None
    a body is refused, because it would be ignored.
    """
    is_there = bool(request.content_length) or request.headers.get("Transfer-Encoding") is not None
    if takes is None:
        if is_there:
            raise Problem("invalid", "This call takes no body.", errors={"body": ["expected none"]})
        return
    if (is_there or needed) and request.mimetype != takes:
        raise Problem("unsupported_media_type", f"Expected Content-Type: {takes}.")
    settings = site().settings
    _require_size(most_bytes or (settings.max_json_bytes if takes == JSON else settings.max_upload_bytes))


def _require_size(largest: int) -> None:
    # One byte more than is allowed, so that a body whose length is not announced shows that it is too long.
    request.max_content_length = largest + 1
    announced = request.content_length
    if (announced if announced is not None else len(request.get_data())) > largest:
        raise Problem("content_too_large", f"Expected at most {largest:,} bytes.")


def discard_body() -> None:
    """Read a refused body without keeping it, so that its sender gets to read the answer.

    A sender reads once it has sent everything; above `MOST_PASSED_BY` the connection is cut.
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
        try:
            if self.scope is not None:
                admit(self.scope)
            _require_body(self.takes, needed=self.body_needed, most_bytes=self.most_bytes)
            self._require_no_query()
        except (Problem, Refusal):
            discard_body()
            raise

    def _require_no_query(self) -> None:
        if request.args and not self.takes_query:
            strangers = {name[:100]: ["unknown"] for name in request.args}
            raise Problem("invalid", "This call takes no query.", errors=strangers)

"""Writing answers: JSON by orjson, with ids, times and enumerations as texts."""

from typing import Any

import orjson
from flask import Flask, Response
from flask.json.provider import JSONProvider


class OrjsonProvider(JSONProvider):
    """Makes Flask write and read JSON with orjson."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)

    def dumps(self, obj: Any, **_: Any) -> str:
        """The JSON text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """The value of a JSON text."""
        return orjson.loads(s)

    def response(self, *args: Any, **named: Any) -> Response:
        """A response with that value as its body."""
        body = orjson.dumps(self._prepare_response_obj(args, named))
        return Response(body, content_type="application/json")

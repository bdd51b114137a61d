"""HTTP calls of the demonstration, which speaks to Stoa from outside as anybody would."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


class Unreachable(Exception):
    """The server gave no answer; the message says which server and why."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the server said."""

    status: int
    body: bytes

    @property
    def accepted(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


def call(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 15,
) -> Reply:
    """Make one request and read its answer; `Unreachable` if there is none within `timeout` seconds."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Reply(status=response.status, body=response.read())
    except (OSError, http.client.HTTPException) as problem:
        raise Unreachable(f"{parts.netloc} gave no answer: {type(problem).__name__}.") from problem
    finally:
        connection.close()

"""The body of a request that the application has not got yet: whoever reads it first asks for it.

Before a large body is taken off the connection, the application is called without it. Where it refuses the
request, for who asks or for how much is announced, that is the answer, and the body is never read. Where it
begins to read, `BodyAwaited` ends the call, and the application is called once more when the body is there.
"""

from io import RawIOBase
from typing import NoReturn

from flask import request

REFUSED = "stoa.refused"
"""The key of a WSGI environment under which a `Problem` is that the server has with the request."""


class BodyAwaited(BaseException):
    """The application needs the body to go on. Nothing has happened yet, as nothing happens without the body.

    `most_bytes` is the largest body that it takes, None where it does not say. No `Exception`: what handles
    the faults of a request must not take it for one.
    """

    def __init__(self, most_bytes: int | None) -> None:
        super().__init__("Expected a body.")
        self.most_bytes = most_bytes


class AwaitedBody(RawIOBase):
    """A body that is still to come; reading it raises `BodyAwaited`.

    A server that knows no such body leaves its own stream in the environment, and nothing is asked twice.
    """

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> NoReturn:
        """Raise `BodyAwaited`; every way of reading comes here."""
        raise BodyAwaited(request.max_content_length)

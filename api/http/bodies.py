"""The body of a request that the application has not got yet: whoever reads it first asks for it.

Before a large body is taken off the connection, the application is called without it. Where it refuses the
request, for who asks or for how much is announced, that is the answer, and the body is never read. Where it
begins to read, `BodyAwaited` ends the call, and the application is called once more when the body is there.
"""

import errno
from contextlib import suppress
from io import SEEK_END, BytesIO, RawIOBase
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, NoReturn, cast

from flask import Request, Response, after_this_request, request

from api.http.problems import TRY_AGAIN_SECONDS, Problem

REFUSED = "stoa.refused"
"""The key of a WSGI environment under which a `Problem` is that the server has with the request."""


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
KEPT_IN_MEMORY = 500_000
"""Bytes of a body, a file of a form or an answer; a larger one waits in a temporary file."""


def spool() -> IO[bytes]:
    """Something to write to and read from: in memory while it is small, then a temporary file.

    The file is in the folder of `TMPDIR`, open to nobody else, and has no name where the system allows that:
    nothing is left of it when the process ends, however it ends.
    """
    return SpooledTemporaryFile[bytes](KEPT_IN_MEMORY)


def let_go(spooled: IO[bytes]) -> None:
    """Close what was spooled, which nobody needs any more."""
    # Closing writes what is left to write, and there may be no room for that.
    with suppress(OSError):
        spooled.close()


def is_no_room(fault: BaseException) -> bool:
    """Whether a temporary file could not be written because the disk, or what we may use of it, is full."""
    return isinstance(fault, OSError) and fault.errno in _NO_ROOM


def no_room() -> Problem:
    """The refusal to take what there is no room for."""
    again = {"Retry-After": str(TRY_AGAIN_SECONDS)}
    return Problem("no_room", "There is no room for a request of this size now.", headers=again)


def sent_file() -> BinaryIO:
    """The body of the present request as an open file at its beginning, to be read piece by piece.

    It is the file of the front; only a server that has none gives it in memory. `Problem` if the body has
    another length than the request announced.
    """
    body = request.environ["wsgi.input"]
    if not body.seekable():
        return BytesIO(request.get_data())
    length, announced = body.seek(0, SEEK_END), request.content_length
    if announced is not None and length != announced:
        raise Problem("bad_request", f"Expected the announced {announced:,} bytes, found {length:,}.")
    body.seek(0)
    return cast(BinaryIO, body)


class SpoolingRequest(Request):
    """A request whose files of a form are spooled, and closed with it even where the form is broken off."""

    def _get_file_stream(self, *_told: object, **_named: object) -> IO[bytes]:
        file = spool()

        @after_this_request
        def close(response: Response) -> Response:
            let_go(file)
            return response

        return file


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

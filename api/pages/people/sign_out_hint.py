"""Keeps for the sign-out what an identity provider said at the sign-in: then it need not ask who it was.

The browser keeps it, in a cookie that it sends to the sign-out alone: it is no use to anybody else, and the
database need not hold it.
"""

from flask import request
from werkzeug.wrappers import Response

from api.http import session_cookie

_COOKIE = "stoa_sign_out_hint"
_PATH = "/sign-out"
_LONGEST = 3500
"""Browsers keep cookies of up to 4,096 bytes (RFC 6265, section 6.1)."""


def keep(response: Response, hint: str | None) -> None:
    """Let the browser keep it; one that is too long is done without."""
    if hint is None or len(hint) > _LONGEST:
        forget(response)
        return
    response.set_cookie(
        _COOKIE, hint, path=_PATH, secure=session_cookie.is_secure(), httponly=True, samesite="Lax"
    )


def kept() -> str | None:
    """What the browser keeps."""
    return request.cookies.get(_COOKIE)


def forget(response: Response) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        _COOKIE, path=_PATH, secure=session_cookie.is_secure(), httponly=True, samesite="Lax"
    )

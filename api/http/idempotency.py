"""Idempotency keys: the same request with the same key has its effect once."""

import hashlib
import re
from collections.abc import Iterator
from functools import partial

import orjson
from flask import request

from api.http.arguments import read_json
from api.http.bodies import sent_file
from api.http.context import actor
from api.http.problems import Problem
from engine.dispatch import Once

HEADER = "Idempotency-Key"
_PIECE = 65_536
_KEY = re.compile(r"[!-~]{1,128}")


def once() -> Once | None:
    """The idempotency key of the present request with the fingerprint of the request; None without a key.

    The key belongs to who asks; the fingerprint covers method, path and body. A JSON body is the same however
    its names are ordered and spaced.
    """
    key = given_key()
    if key is None:
        return None
    asker = actor()
    fingerprint = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    for piece in _canonical_body():
        fingerprint.update(piece)
    return Once(owner=f"{asker.kind}:{asker.id}", key=key, fingerprint=fingerprint.digest())


def given_key() -> str | None:
    """The key of the present request; None without one, `Problem` for an invalid one."""
    key = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise Problem(
            "bad_request", f"Expected {HEADER} to be 1 to 128 visible ASCII characters without spaces."
        )
    return key


def _canonical_body() -> Iterator[bytes]:
    if not request.is_json:
        yield from iter(partial(sent_file().read, _PIECE), b"")
    elif body := request.get_data():
        yield orjson.dumps(read_json(body), option=orjson.OPT_SORT_KEYS)

"""Servers that answer for as long as a test needs them, and waiting for what they bring about."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import TCPServer
from threading import Thread

from werkzeug.serving import make_server

LOOKS_EVERY_SECONDS = 0.02
"""How often a server looks whether it shall stop: by itself it does so twice a second."""


@contextmanager
def listening(server: TCPServer) -> Iterator[int]:
    """Let a server answer in a thread of its own within the block; gives its port."""
    thread = Thread(target=server.serve_forever, args=(LOOKS_EVERY_SECONDS,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def an_address_of(app: Callable[..., Iterable[bytes]]) -> Iterator[str]:
    """The address at which an application answers several at once within the block."""
    with listening(make_server("127.0.0.1", 0, app, threaded=True)) as port:
        yield f"http://127.0.0.1:{port}"


def eventually(claim: Callable[[], bool], *, seconds: float = 60) -> bool:
    """Whether the claim comes true within that time."""
    end = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True

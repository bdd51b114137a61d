"""Claims about the front between a server for ASGI and the application, with a server that the test plays."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from api.http.bodies import REFUSED
from api.http.connections import Connections
from api.http.front import KEPT_IN_MEMORY, Front, Pace

LONG = 60.0
CLIENT = ("192.0.2.7", 5000)
Message = Mapping[str, Any]
Act = Callable[[Front], Awaitable[None]]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says what it was sent, so many bytes as the query says, or how it was told to refuse."""
    refused = environ.get(REFUSED)
    status = "200 OK" if refused is None else f"503 {refused.code}"
    start_response(status, [("X-Client", environ.get("HTTP_X_FORWARDED_FOR", "none"))])
    if environ["QUERY_STRING"]:
        return [bytes(int(environ["QUERY_STRING"]))]
    return [environ["PATH_INFO"].encode("latin-1"), b" ", environ["wsgi.input"].read()]


def answered(
    *received: Message,
    headers: Sequence[tuple[bytes, bytes]] = (),
    meanwhile: Act | None = None,
    **scope: Any,
) -> list[Message]:
    """What the server is given to send; after `received` it has nothing more from the client."""
    sent: list[Message] = []
    coming = list(received)

    async def receive() -> Message:
        while not coming:
            await asyncio.sleep(LONG)
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        front = Front(
            application,
            connections=Connections(idle_seconds=LONG, most_idle=10),
            threads=1,
            pace=Pace(seconds=LONG, bytes_a_second=1),
            largest=1_000_000,
            ending_seconds=0.02,
        )
        asked = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "raw_path": b"/a",
            "query_string": b"",
            "headers": list(headers),
            "server": ("127.0.0.1", 80),
            "client": CLIENT,
            **scope,
        }
        async with asyncio.timeout(10):
            serving = asyncio.ensure_future(front(asked, receive, send))
            if meanwhile is not None:
                await meanwhile(front)
            await serving

    # In a thread of its own: the browsers of other tests have left a running loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()
    return sent


def whole(sent: Sequence[Message]) -> bytes:
    return b"".join(message["body"] for message in sent if message["type"] == "http.response.body")


def test_a_transfer_that_stands_still_ends_when_the_process_is_to_end() -> None:
    async def end(front: Front) -> None:
        await asyncio.sleep(0.02)
        front.end()

    sent = answered(headers=[(b"content-length", b"10")], meanwhile=end)

    assert sent[0]["status"] == 503


def test_a_body_in_pieces_is_given_to_the_application_whole() -> None:
    pieces = [{"type": "http.request", "body": b"one ", "more_body": True}]
    last = {"type": "http.request", "body": b"two", "more_body": False}

    sent = answered(*pieces, last, headers=[(b"content-length", b"7")])

    assert whole(sent) == b"/a one two"


def test_an_address_keeps_its_bytes() -> None:
    assert whole(answered(raw_path="/α%2Fβ%FF".encode())) == "/α/β".encode() + b"\xff "


def test_an_answer_that_is_not_kept_in_memory_is_sent_whole() -> None:
    length = 2 * KEPT_IN_MEMORY

    sent = answered(query_string=str(length).encode())

    assert whole(sent) == bytes(length)
    assert [message["more_body"] for message in sent[1:]][-2:] == [True, False]


def test_a_header_with_an_underscore_is_not_taken_for_that_of_a_proxy() -> None:
    sent = answered(headers=[(b"x_forwarded_for", b"198.51.100.1")])

    assert dict(sent[0]["headers"])[b"x-client"] == b"none"


def test_nothing_but_http_is_served() -> None:
    sent = answered({"type": "websocket.connect"}, type="websocket")

    assert sent == [{"type": "websocket.close"}]


def test_whoever_leaves_in_the_middle_of_a_body_is_not_answered() -> None:
    assert answered({"type": "http.disconnect"}, headers=[(b"content-length", b"10")]) == []

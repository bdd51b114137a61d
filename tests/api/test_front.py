"""Claims about the front between a server for ASGI and the application, with a server that the test plays."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.http.bodies import KEPT_IN_MEMORY, REFUSED, AwaitedBody, BodyAwaited, spool
from api.http.connections import Connections
from api.http.front import PIECE, Front, Pace
from tests.api.desk import a_full_disk

LONG = 60.0
CLIENT = ("192.0.2.7", 5000)
Message = Mapping[str, Any]
Act = Callable[[Front], Awaitable[None]]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says what it was sent, so many bytes as the query says, or how it was told to refuse."""
    refused = environ.get(REFUSED)
    if isinstance(environ["wsgi.input"], AwaitedBody):
        raise BodyAwaited(None)
    start_response(
        "200 OK" if refused is None else "503 Refused",
        [
            ("X-Client", environ.get("HTTP_X_FORWARDED_FOR", "none")),
            ("X-Refused", refused.code if refused else "no"),
        ],
    )
    if environ["QUERY_STRING"] and refused is None:
        return [bytes(int(environ["QUERY_STRING"]))]
    return [environ["PATH_INFO"].encode("latin-1"), b" ", environ["wsgi.input"].read()]


def answered(
    *received: Message,
    headers: Sequence[tuple[bytes, bytes]] = (),
    meanwhile: Act | None = None,
    times: int = 1,
    seconds: float = LONG,
    in_the_last_moment: Message | None = None,
    **scope: Any,
) -> list[Message]:
    """What the server is given to send; after `received` it has nothing more from the client.

    Only `in_the_last_moment`, when the `seconds` of a transfer are over, that comes, and the server forgets
    that it was to stop waiting.
    """
    sent: list[Message] = []
    coming, late = list(received), [in_the_last_moment] if in_the_last_moment else []

    async def receive() -> Message:
        try:
            while not coming:
                await asyncio.sleep(LONG)
        except asyncio.CancelledError:
            if not late:
                raise
            return late.pop()
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        front = Front(
            application,
            connections=Connections(idle_seconds=LONG, most_idle=10),
            threads=1,
            pace=Pace(seconds=seconds, bytes_a_second=1),
            largest=2_000_000,
            most_spooled=1_500_000,
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
            for _ in range(times - 1):
                await front(asked, receive, send)

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


def test_a_byte_in_the_last_moment_of_a_body_does_not_keep_it_open() -> None:
    drop = {"type": "http.request", "body": b"a", "more_body": True}

    sent = answered(headers=[(b"content-length", b"10")], seconds=0.02, in_the_last_moment=drop)

    assert refusal(sent) == (503, b"request_too_slow")


def in_pieces(length: int) -> list[Message]:
    """The messages that bring a body of so many bytes."""
    whole_ones, rest = divmod(length, PIECE)
    sizes = [PIECE] * whole_ones + [rest]
    return [
        {"type": "http.request", "body": bytes(size), "more_body": number < whole_ones}
        for number, size in enumerate(sizes)
    ]


def refusal(sent: Sequence[Message]) -> tuple[int, bytes]:
    """The status of an answer, and the code of the refusal that it tells."""
    return sent[0]["status"], dict(sent[0]["headers"])[b"x-refused"]


CHUNKED = [(b"transfer-encoding", b"chunked")]


def test_a_body_for_which_the_disk_has_no_room_is_refused() -> None:
    with a_full_disk():
        sent = answered(*in_pieces(1_400_000), headers=CHUNKED)

    assert refusal(sent) == (503, b"no_room")


def test_an_answer_for_which_the_disk_has_no_room_is_refused() -> None:
    with a_full_disk():
        sent = answered(query_string=b"2000000")

    assert refusal(sent) == (503, b"no_room")


def test_bodies_together_are_not_more_than_there_is_room_for() -> None:
    fits = answered(*in_pieces(1_400_000), headers=CHUNKED)
    too_many = answered(*in_pieces(1_600_000), headers=CHUNKED)

    assert refusal(fits) == (200, b"no")
    assert refusal(too_many) == (503, b"no_room")


def test_the_room_of_a_body_is_free_again_when_its_request_is_over() -> None:
    sent = answered(*in_pieces(1_400_000) * 3, headers=CHUNKED, times=3)

    assert [message["status"] for message in sent if "status" in message] == [200] * 3


def test_a_spool_has_no_name_that_others_could_open_or_that_a_kill_could_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with spool() as file:
        file.write(bytes(2 * KEPT_IN_MEMORY))
        found = os.fstat(file.fileno())

    assert found.st_size >= KEPT_IN_MEMORY
    assert found.st_nlink == 0
    assert found.st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []

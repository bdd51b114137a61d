"""The front: requests are taken whole, and answers given away whole, without a thread that waits for anybody.

An ASGI application before the WSGI one. A thread is taken when all of a request is there, and let go when the
answer is made; however slowly a client sends or reads, it costs a connection and, above a size, a temporary
file. Who is slower than `Pace` allows is cut off. A large body is read only when the application wants it
(`bodies.py`).
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, Protocol, runtime_checkable
from urllib.parse import unquote_to_bytes

from api.http.bodies import REFUSED, AwaitedBody, BodyAwaited, is_no_room, let_go, no_room, spool
from api.http.connections import NOBODY, Client, Connections
from api.http.problems import TRY_AGAIN_SECONDS, Problem

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

CHECK = "/healthz"
"""The address at which others ask whether the process is alive."""
SMALL = 65_536
"""Bytes of a body that is taken without asking the application whether it wants it."""
PIECE = 65_536
"""Bytes of an answer that are given to the connection at a time."""
MOST_PASSED_BY = 50_000_000
"""Bytes of a refused body that are still read, so that its sender gets to read the answer."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How slow a client may be.

    It has so many seconds for a body or an answer, and one more for each `bytes_a_second` that it has moved;
    and it never moves nothing for so many seconds.
    """

    seconds: float
    bytes_a_second: int


@dataclass(kw_only=True)
class _Body:
    """What is here of a body, and how many bytes that is."""

    file: IO[bytes]
    length: int = 0


@dataclass(frozen=True, kw_only=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    length: int
    body: IO[bytes]


class _Gone(Exception):
    """The client has ended the connection."""


class Front:
    """Serves a WSGI application with `threads` threads, to clients of whatever pace.

    `CHECK` has one more, so that it is answered while the others wait for the database. `largest` is the most
    bytes of a body that the application ever takes, `most_spooled` those of all bodies that are here. A
    transfer that is under way when the process is to end has `ending_seconds` more.
    """

    def __init__(
        self,
        application: Application,
        *,
        connections: Connections,
        threads: int,
        pace: Pace,
        largest: int,
        most_spooled: int,
        ending_seconds: float,
    ) -> None:
        self.connections = connections
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._thread_of_checks = ThreadPoolExecutor(1, thread_name_prefix="check")
        self._pace = pace
        self._largest = largest
        self._most_spooled = most_spooled
        self._spooled = 0
        self._ending_seconds = ending_seconds
        self._ends_at = float("inf")
        self._transfers: set[asyncio.Timeout] = set()

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        if scope["type"] != "http":
            await receive()
            await send({"type": f"{scope['type']}.close"})
            return
        client: Client = tuple(scope["client"] or NOBODY)
        with self.connections.serving(client):
            try:
                await self._serve(_environ(scope), receive, send)
            except (_Gone, TimeoutError):
                self.connections.cut(client)
                # The server is to hear of it before it finds an answer missing.
                await asyncio.sleep(0)

    def end(self) -> None:
        """The process is to end: nobody is waited for any longer, but what has begun is finished."""
        self.connections.end()
        self._ends_at = asyncio.get_running_loop().time() + self._ending_seconds
        for transfer in self._transfers:
            if not transfer.expired():
                self._limit(transfer, transfer.when() or self._ends_at)

    async def _serve(self, environ: Environ, receive: Receive, send: Send) -> None:
        length, is_chunked = int(environ.get("CONTENT_LENGTH") or 0), "HTTP_TRANSFER_ENCODING" in environ
        most = SMALL
        if length > SMALL or is_chunked:
            try:
                answer = await self._answer({**environ, "wsgi.input": AwaitedBody()})
            except BodyAwaited as awaited:
                most = min(awaited.most_bytes or self._largest, self._largest)
            else:
                await self._give(answer, send, unread=receive)
                return
        with self._room() as body:
            try:
                if length or is_chunked:
                    await self._take(receive, body, most)
            except Problem as problem:
                refused = await self._answer({**environ, "wsgi.input": BytesIO(), REFUSED: problem})
                # Who is too slow is not waited for a second time.
                is_waited_for = problem.code in ("content_too_large", "no_room")
                await self._give(refused, send, unread=receive if is_waited_for else None)
                return
            environ["CONTENT_LENGTH"] = str(body.length)
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            body.file.seek(0)
            answer = await self._answer({**environ, "wsgi.input": body.file})
        await self._give(answer, send)

    @contextmanager
    def _room(self) -> Iterator[_Body]:
        """Room for a body, which counts among the bodies that are here."""
        body = _Body(file=spool())
        try:
            yield body
        finally:
            self._spooled -= body.length
            let_go(body.file)

    async def _take(self, receive: Receive, body: _Body, most: int) -> None:
        """Write the body as it comes.

        `Problem` if it has more than `most` bytes, comes too slowly, or there is no room for it.
        """
        try:
            async with self._transfer() as moved:
                async for piece in _pieces(receive):
                    if self._spooled + len(piece) > self._most_spooled:
                        raise no_room()
                    body.file.write(piece)
                    body.length += len(piece)
                    self._spooled += len(piece)
                    moved(body.length)
                    if body.length > most:
                        raise Problem("content_too_large", "The body is larger than this call takes.")
        except TimeoutError as late:
            raise self._too_late() from late
        except OSError as fault:
            if not is_no_room(fault):
                raise
            raise no_room() from fault

    def _too_late(self) -> Problem:
        if self._ends_at < float("inf"):
            again = {"Retry-After": str(TRY_AGAIN_SECONDS)}
            return Problem("unavailable", "The service is being stopped here.", headers=again)
        pace = self._pace
        return Problem(
            "request_too_slow",
            f"Expected it in {pace.seconds:g} seconds, and one more for each {pace.bytes_a_second:,} bytes.",
        )

    async def _answer(self, environ: Environ) -> _Answer:
        """What the application makes of a request, in one of its threads; `BodyAwaited`."""
        threads = self._thread_of_checks if environ["PATH_INFO"] == CHECK else self._threads
        return await asyncio.get_running_loop().run_in_executor(threads, self._called, environ)

    def _called(self, environ: Environ) -> _Answer:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            begun.append((status, headers))

        parts, body = self._application(environ, start_response), spool()
        try:
            for part in parts:
                body.write(part)
        except OSError as fault:
            let_go(body)
            if not is_no_room(fault):
                raise
            return self._called({**environ, "wsgi.input": BytesIO(), REFUSED: no_room()})
        finally:
            if isinstance(parts, _Closing):
                parts.close()
        status, headers = begun[-1]
        length = body.tell()
        body.seek(0)
        return _Answer(
            status=int(status[:3]),
            headers=[(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            length=length,
            body=body,
        )

    async def _give(self, answer: _Answer, send: Send, *, unread: Receive | None = None) -> None:
        """Send an answer. Where the body is `unread` it is thrown away meanwhile, and the connection ends."""
        ending = [(b"connection", b"close")] if unread else []
        given = 0
        with answer.body:
            async with self._transfer() as moved:
                await send(
                    {
                        "type": "http.response.start",
                        "status": answer.status,
                        "headers": answer.headers + ending,
                    }
                )
                is_last = False
                while not is_last:
                    piece = answer.body.read(PIECE)
                    given += len(piece)
                    is_last = given >= answer.length
                    await send(_part(piece, more=unread is not None or not is_last))
                    moved(given)
        if unread is not None:
            await self._pass_by(unread)
            await send(_part(b"", more=False))

    async def _pass_by(self, receive: Receive) -> None:
        """Throw a body away while it comes: many senders read no answer before they have sent everything."""
        passed_by = 0
        async with self._transfer() as moved:
            async for piece in _pieces(receive):
                passed_by += len(piece)
                if passed_by > MOST_PASSED_BY:
                    return
                moved(passed_by)

    @asynccontextmanager
    async def _transfer(self) -> AsyncIterator[Callable[[int], None]]:
        """Time for a transfer, as long as its pace is kept: give the bytes that were moved so far.

        `TimeoutError` when it was too slow. A server may lose the cancellation by which the time ends: in
        Python 3.11 `asyncio.wait_for` does, where what it waits for comes at the same moment. So who gives
        bytes after the time is told as well.
        """
        pace, loop = self._pace, asyncio.get_running_loop()
        first = loop.time() + pace.seconds

        def moved(so_far: int) -> None:
            if limit.expired():
                raise TimeoutError
            whole, next_one = first + so_far / pace.bytes_a_second, loop.time() + pace.seconds
            self._limit(limit, min(whole, next_one))

        async with asyncio.timeout_at(min(first, self._ends_at)) as limit:
            self._transfers.add(limit)
            try:
                yield moved
            finally:
                self._transfers.discard(limit)

    def _limit(self, transfer: asyncio.Timeout, at: float) -> None:
        """Let a transfer last until then, but no longer than the process."""
        transfer.reschedule(min(at, self._ends_at))


@runtime_checkable
class _Closing(Protocol):
    def close(self) -> None: ...


def _environ(scope: Mapping[str, Any]) -> Environ:
    """The environment of PEP 3333, without the body.

    Headers with an underscore are left out: they would be taken for those that a proxy sets.
    """
    host, port = scope["server"]
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope["client"] or NOBODY)[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        name = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        before = environ.get(name)
        environ[name] = (
            value if before is None else f"{before}{'; ' if name == 'HTTP_COOKIE' else ','}{value}"
        )
    return environ


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    """The pieces of a body as they come; `_Gone` if the client ends the connection before the last."""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _Gone
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


def _part(piece: bytes, *, more: bool) -> Mapping[str, Any]:
    return {"type": "http.response.body", "body": piece, "more_body": more}

"""Claims about how long connections may be open, and how many: with real ones, in a loop of this process."""

import asyncio
from collections.abc import Awaitable, Callable

from api.http.connections import Client, Connections, WatchingLoop

LONG, SOON = 60.0, 0.05
"""Seconds that no test lasts, and seconds that one may wait for."""

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter
Connect = Callable[[], Awaitable[tuple[Reader, Writer]]]


class Listener(asyncio.Protocol):
    """A server that takes what comes and says nothing."""


def watched(
    act: Callable[[Connections, Connect], Awaitable[None]], *, idle_seconds: float, most_idle: int = 100
) -> None:
    """Act as clients of a server whose connections are watched."""
    connections = Connections(idle_seconds=idle_seconds, most_idle=most_idle)
    loop = WatchingLoop()
    loop.connections = connections

    async def serve() -> None:
        server = await loop.create_server(Listener, host="127.0.0.1", port=0)
        opened: list[Writer] = []

        async def connect() -> tuple[Reader, Writer]:
            found = await asyncio.open_connection(*server.sockets[0].getsockname())
            opened.append(found[1])
            return found

        try:
            async with asyncio.timeout(10):
                await act(connections, connect)
        finally:
            server.close()
            for writer in opened:
                writer.close()
                await asyncio.gather(writer.wait_closed(), return_exceptions=True)

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(serve())


def client_of(writer: Writer) -> Client:
    return tuple(writer.get_extra_info("sockname"))


async def is_cut_off(reader: Reader) -> bool:
    try:
        return await reader.read(1) == b""
    except ConnectionError:
        return True


def test_one_connection_too_many_ends_the_one_that_is_idle_for_longest() -> None:
    async def act(connections: Connections, connect: Connect) -> None:
        first, second = (await connect())[0], (await connect())[0]

        third, _ = await connect()

        assert await is_cut_off(first)
        assert not second.at_eof()
        assert not third.at_eof()

    watched(act, idle_seconds=LONG, most_idle=2)


def test_a_connection_that_drips_is_idle() -> None:
    async def act(_: Connections, connect: Connect) -> None:
        reader, writer = await connect()
        for _ in range(3):
            writer.write(b"G")
            await asyncio.sleep(SOON / 4)

        assert await is_cut_off(reader)

    watched(act, idle_seconds=SOON)


def test_a_connection_whose_request_is_served_is_not_idle() -> None:
    async def act(connections: Connections, connect: Connect) -> None:
        reader, writer = await connect()
        other, _ = await connect()
        while client_of(writer) not in connections:
            await asyncio.sleep(0)
        with connections.serving(client_of(writer)):
            assert await is_cut_off(other)
            still_there = not reader.at_eof()

        assert still_there
        assert await is_cut_off(reader)

    watched(act, idle_seconds=SOON)


def test_at_the_end_only_connections_whose_request_is_served_stay_until_it_is_answered() -> None:
    async def act(connections: Connections, connect: Connect) -> None:
        served, writer = await connect()
        idle, _ = await connect()
        while client_of(writer) not in connections:
            await asyncio.sleep(0)
        with connections.serving(client_of(writer)):
            connections.end()
            assert await is_cut_off(idle)
            still_there = not served.at_eof()

        assert still_there
        assert await is_cut_off(served)

    watched(act, idle_seconds=LONG)

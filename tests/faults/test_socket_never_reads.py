"""One client takes nothing from its socket: nobody else notices, the server does not grow, and it is let go."""

import asyncio
import socket
import time

from tests.faults.people import Person, all_have_all, until, write_steadily
from tests.faults.world import MEMBERS, free_port

COUNT, TEXT = 1_500, "x" * 4_000
GROWTH = 24 * 1024 * 1024  # bytes; all that was pushed at the deaf one is 6 MB, and Python keeps some for later


def deaf_socket(world, port, person):
    """A signed-in WebSocket with the smallest receive buffer, which is never read from."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    connection.connect(("127.0.0.1", port))
    connection.sendall(
        f"GET /ws/v1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"X-Session-Token: {world.session(person)}\r\n\r\n".encode()
    )
    return connection


async def test_deaf_socket_costs_the_others_nothing_and_is_closed(world):
    port = free_port()
    await asyncio.to_thread(world.start, port)
    people = [Person(world, number, port) for number in range(MEMBERS - 1)]
    try:
        await asyncio.wait_for(asyncio.gather(*(one.connected() for one in people)), 20)
        await write_steadily(people, 50, 100)
        deaf = deaf_socket(world, port, MEMBERS - 1)
        await until(lambda: world.metric(port, "tenfold_sockets") == MEMBERS, 10, "the deaf one did not connect")
        before = world.memory(port)
        started = time.monotonic()
        for number in range(COUNT):
            people[number % len(people)].write(TEXT)
            if number % 50 == 49:  # no more under way than this machine takes: that would be memory, too
                await all_have_all(people, 50 + number + 1)
        assert world.memory(port) - before < GROWTH
        assert await asyncio.to_thread(world.metric, port, "tenfold_mailbox_events") <= 256
        await until(lambda: world.metric(port, "tenfold_sockets") == MEMBERS - 1, 60, "the deaf one is still connected")
        assert time.monotonic() - started > 20, "closed before it could be called deaf"
        deaf.close()
    finally:
        await asyncio.gather(*(one.stop() for one in people))

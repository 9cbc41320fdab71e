"""WebSockets: frames out over the wire, frames in under backpressure, and the closing handshake."""

import asyncio
import json
import os

import pytest
from websockets.asyncio.client import connect, unix_connect
from websockets.exceptions import ConnectionClosedError

from tests.server.conftest import running


def address(port):
    return f"ws://127.0.0.1:{port}/ws/v1"


@pytest.mark.parametrize("size", [1, 125, 126, 1000, 65535, 65536])
async def test_frames_of_every_length_come_back(size, port):
    text = ("ж" * size)[: size // 2] + "x" * (size - 2 * (size // 2))
    async with connect(address(port), compression=None) as socket:
        await socket.send(text)
        assert await socket.recv() == text


async def test_fragments_and_pings_take_the_long_way(port):
    async with connect(address(port), compression=None) as socket:
        await socket.send(["one ", "message ", "in parts"])
        await asyncio.wait_for(await socket.ping(), 2)
        assert await socket.recv() == "one message in parts"


async def test_frame_above_the_limit_is_answered_with_1009(port):
    async with connect(address(port), compression=None) as socket:
        await socket.send("x" * 65537)
        with pytest.raises(ConnectionClosedError) as closed:
            await socket.recv()
    assert closed.value.rcvd.code == 1009


async def test_broken_utf8_is_answered_with_1007(port):
    async with connect(address(port), compression=None) as socket:
        await socket.send(b"\xff\xfe", text=True)
        with pytest.raises(ConnectionClosedError) as closed:
            await socket.recv()
    assert closed.value.rcvd.code == 1007


async def test_last_word_arrives_before_the_close(port):
    async with connect(address(port), compression=None) as socket:
        await socket.send("close")
        assert await socket.recv() == "last word"
        with pytest.raises(ConnectionClosedError) as closed:
            await socket.recv()
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1012, "restart")


async def test_flood_to_a_slow_reader_is_complete_and_in_order(port):
    async with connect(address(port), compression=None, max_queue=1) as socket:
        await socket.send("flood 20000")
        await asyncio.sleep(0.5)
        for number in range(20_000):
            assert (await socket.recv())[:8] == f"{number:08d}"


async def test_client_that_sends_faster_than_it_is_served_waits(port):
    """The application takes nothing for 2 s: what the client can get rid of meanwhile is bounded."""
    async with connect(address(port), compression=None, max_queue=None) as socket:
        await socket.send("slow")
        sent = 0

        async def send_all():
            nonlocal sent
            for number in range(1000):
                await socket.send(f"{number:08d}" + "x" * 60_000)
                sent += 1

        sending = asyncio.create_task(send_all())
        await asyncio.sleep(1.5)
        assert sent < 300  # of 60 MB; kernel buffers take some megabytes
        for number in range(1000):
            assert (await socket.recv())[:8] == f"{number:08d}"
        await sending


async def test_scope_of_a_socket_is_trusted_as_that_of_a_request(port, proxied_port):
    claims = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https", "Daphne-Root-Path": "/x"}
    for where, expected in ((port, ["127.0.0.1", "ws", ""]), (proxied_port, ["203.0.113.9", "wss", ""])):
        async with connect(address(where), compression=None, additional_headers=claims) as socket:
            await socket.send("scope")
            client, scheme, root_path = json.loads(await socket.recv())
            assert [client[0], scheme, root_path] == expected


async def test_unix_socket_serves_the_same(tmp_path):
    path = str(tmp_path / "server.sock")
    with running(path):
        async with unix_connect(path, "ws://localhost/ws/v1", compression=None) as socket:
            await socket.send("hello")
            assert await socket.recv() == "hello"
            assert oct(os.stat(path).st_mode)[-3:] == "660"
            await socket.send("flood 5000")
            for number in range(5000):
                assert (await socket.recv())[:8] == f"{number:08d}"

"""A whole server process: health, metrics, draining, and what a busy port says."""

import asyncio
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.faults.world import ROOT, World, free_port


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("process"))
    yield made
    made.stop_all()


@pytest.fixture
def port(world):
    port = free_port()
    world.start(port)
    yield port
    world.stop_all()


def get(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def socket_of(world, port, person):
    headers = {"X-Session-Token": world.session(person)}
    return connect(f"ws://127.0.0.1:{port}/ws/v1", additional_headers=headers, compression=None)


async def answer_to(socket, reference):
    while True:
        body = json.loads(await asyncio.wait_for(socket.recv(), 10))
        if body.get("re") == reference:
            return body


async def listen(socket, heard):
    while True:
        heard.append(json.loads(await asyncio.wait_for(socket.recv(), 10)))


async def test_health_and_numbers_of_a_process(world, port):
    async with socket_of(world, port, 0) as alice, socket_of(world, port, 1) as bob:
        await alice.recv()
        await bob.recv()
        send = {"id": "1", "do": "message.send", "chat": world.group, "client_id": str(uuid.uuid4()), "text": "hello"}
        await alice.send(json.dumps(send))
        assert "ok" in await answer_to(alice, "1")
        assert get(port, "/healthz") == (200, '{"status": "ok"}')
        status, body = get(port, "/readyz")
        assert (status, json.loads(body)["database"]) == (200, True)
        assert world.metric(port, "tenfold_sockets") == 2
        assert world.metric(port, "tenfold_batches_total") == 1
        assert world.metric(port, "tenfold_batch_messages_sum") == 1
        assert world.metric(port, "tenfold_deliveries_total") == 2


async def test_term_says_goodbye_and_ends_with_nothing_lost(world, port):
    async with socket_of(world, port, 0) as socket:
        await socket.recv()
        ids = [str(uuid.uuid4()) for _ in range(20)]
        for number, client_id in enumerate(ids):
            send = {"id": str(number), "do": "message.send", "chat": world.group, "client_id": client_id, "text": "x"}
            await socket.send(json.dumps(send))
        world.servers[port].send_signal(signal.SIGTERM)
        heard = []
        with pytest.raises(ConnectionClosed) as closed:
            await listen(socket, heard)
        assert closed.value.rcvd.code == 1012
    acknowledged = sum("ok" in body for body in heard)
    (goodbye,) = [body for body in heard if body.get("event") == "bye"]
    assert acknowledged == len(ids)
    assert goodbye["data"]["reason"] == "restart"
    assert 0 <= goodbye["data"]["retry_after_ms"] < 4000
    assert await asyncio.to_thread(world.servers[port].wait, 15) == 0


def test_process_that_drains_is_not_ready_and_takes_nobody_new(world, port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
        world.servers[port].send_signal(signal.SIGTERM)
    world.servers[port].wait(15)
    with pytest.raises(OSError, match="refused"):
        get(port, "/readyz")


def test_busy_port_is_said_at_once_and_with_advice(world, port):
    command = [sys.executable, "manage.py", "start", "--port", str(port)]
    ended = subprocess.run(command, cwd=ROOT, env=world.environment, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert f"Choose another: make run PORT={port + 1}" in ended.stderr.decode()


def test_wrong_settings_are_refused_at_start_up_with_advice(world):
    command = [sys.executable, "manage.py", "serve"]
    given = {**world.environment, "WEB_PROCESSES": "2", "DATABASE_URL": "", "REDIS_URL": ""}
    ended = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "tenfold.E008" in ended.stderr.decode()
    assert "HINT: Set REDIS_URL." in ended.stderr.decode()

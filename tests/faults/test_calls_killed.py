"""kill -9 of the server, or of the worker, at the worst moments of a call: nothing is half done, and nothing twice."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from contextlib import contextmanager

import pytest

from core import limits
from tests.faults.world import ROOT, World, free_port

CALLER, CALLEE = 0, 1  # the first pair that the seed has made a chat for
HERS, HIS = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
LATE = """
from datetime import timedelta
from django.db.models import F
from calls.models import Call
from django_tasks_db.models import DBTaskResult
past = timedelta(seconds={seconds})
Call.objects.update(created_at=F("created_at") - past)
DBTaskResult.objects.filter(run_after__isnull=False).update(run_after=F("run_after") - past)
"""


def ask(world: World, port: int, person: int, path: str, body: dict | None = None) -> dict:
    """POST with a body, GET without. Raises OSError when nobody answers, or not to the end."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/{path}",
        data=json.dumps(body).encode() if body is not None else None,
        headers={"X-Session-Token": world.session(person), "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


def ring(world: World, port: int) -> int:
    return ask(world, port, CALLER, "calls", {"chat": world.seed["direct"][0], "device": HERS})["call"]["id"]


def running(world: World, port: int) -> list[str]:
    """How the call stands for each of the two, in one word."""
    both = [ask(world, port, person, "calls/running")["calls"] for person in (CALLER, CALLEE)]
    return [call["state"] for calls in both for call in calls]


def cards(world: World, port: int) -> list[dict]:
    path = f"chats/{world.seed['direct'][0]}/messages"
    return [one["card"]["live"] for one in ask(world, port, CALLER, path)["messages"] if one["kind"] == "card"]


def die_during(world: World, port: int, person: int, path: str, body: dict) -> None:
    with pytest.raises((OSError, urllib.error.URLError)):
        ask(world, port, person, path, body)
    world.wait_for_death(port)


def test_the_server_dies_in_the_middle_of_an_answer(world):
    port = free_port()
    world.start(port, "call.before_answer_commit")
    call = ring(world, port)
    die_during(world, port, CALLEE, f"calls/{call}/answer", {"device": HIS})
    world.start(port)
    assert running(world, port) == ["ringing", "ringing"]
    # He presses again, on another device this time: the answer that died has left nothing in his way.
    answered = ask(world, port, CALLEE, f"calls/{call}/answer", {"device": str(uuid.uuid4())})["call"]
    assert (answered["state"], len(answered["legs"])) == ("active", 2)
    assert running(world, port) == ["active", "active"]
    ask(world, port, CALLER, f"calls/{call}/hang-up", {"device": HERS})
    assert running(world, port) == []
    assert [card["reason"] for card in cards(world, port)] == ["hung_up"]


def test_the_server_dies_in_the_middle_of_an_end(world):
    port = free_port()
    world.start(port, "call.before_end_commit")
    call = ring(world, port)
    ask(world, port, CALLEE, f"calls/{call}/answer", {"device": HIS})
    die_during(world, port, CALLER, f"calls/{call}/hang-up", {"device": HERS})
    world.start(port)
    assert running(world, port) == ["active", "active"]
    assert cards(world, port) == []
    for _ in range(2):
        over = ask(world, port, CALLER, f"calls/{call}/hang-up", {"device": HERS})
        assert (over["state"], over["reason"]) == ("ended", "hung_up")
    assert running(world, port) == []
    assert len(cards(world, port)) == 1


@contextmanager
def worker(world: World, failpoint: str = ""):
    command = [sys.executable, "manage.py", "worker", "--queues=default", "--beat=0.2"]
    process = subprocess.Popen(command, cwd=ROOT, env={**world.environment, "FAILPOINT": failpoint})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_the_worker_dies_while_it_rings(world):
    port = free_port()
    world.start(port)
    with worker(world, "call.before_end_commit") as dying:
        ring(world, port)
        late = LATE.format(seconds=limits.RING_SECONDS + 1)
        subprocess.run([sys.executable, "manage.py", "shell", "-c", late], cwd=ROOT, env=world.environment, check=True)
        assert dying.wait(20) == -9
    assert cards(world, port) == []  # asked in a way that settles nothing
    with worker(world):
        deadline = time.monotonic() + 20
        while not (found := cards(world, port)):
            assert time.monotonic() < deadline, "nobody ended it"
            time.sleep(0.1)
        time.sleep(1.5)  # the dead one's task is taken back, and finds nothing to do
    assert [card["reason"] for card in found] == ["missed"]
    assert len(cards(world, port)) == 1
    assert ask(world, port, CALLEE, "calls/running") == {"calls": [], "missed_count": 1}

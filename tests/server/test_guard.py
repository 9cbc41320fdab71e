"""The guard: places, urgency, an honest no, and views that are never cut in the middle."""

import asyncio
import json

import pytest

from core.guard import BODY_CAP, Admission, Guard, body_cap


class Client:
    """One request through the guard to an application that waits until it is let go."""

    def __init__(self, guard, path="/api/v1/chats"):
        self.sent = []
        self.inbox = asyncio.Queue()
        self.inbox.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "client": ["192.0.2.1", 1]}
        self.task = asyncio.create_task(guard(scope, self.inbox.get, self._send))

    async def _send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"] if self.sent else None


class Application:
    def __init__(self):
        self.entered = 0
        self.finished = 0
        self.cancelled = 0
        self.go = asyncio.Event()

    async def __call__(self, scope, receive, send):
        await receive()
        self.entered += 1
        leaving = asyncio.create_task(receive())
        working = asyncio.create_task(self.go.wait())
        try:
            done, _ = await asyncio.wait((leaving, working), return_when=asyncio.FIRST_COMPLETED)
            if leaving in done:  # what Django does: it cancels the view
                self.cancelled += 1
                return
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            self.finished += 1
        finally:
            leaving.cancel()
            working.cancel()


@pytest.fixture
async def guarded():
    application = Application()
    guard = Guard(application)
    guard.admission = Admission(places=4, reserved=1, queue=3)
    return application, guard


async def test_ordinary_requests_leave_a_place_for_urgent_ones(guarded):
    application, guard = guarded
    for _ in range(5):
        Client(guard)
    await asyncio.sleep(0.01)
    assert application.entered == 3
    Client(guard, "/api/v1/chats/12/messages")
    await asyncio.sleep(0.01)
    assert application.entered == 4
    application.go.set()
    await asyncio.sleep(0.05)
    assert application.finished == 6
    assert guard.admission.in_flight == guard.admission.queued == 0


async def test_who_waits_too_long_is_told_when_to_come_back(guarded):
    application, guard = guarded
    clients = [Client(guard) for _ in range(4)]
    await asyncio.sleep(0.6)
    head, body = clients[3].sent
    headers = dict(head["headers"])
    problem = json.loads(body["body"])
    assert (head["status"], problem["code"]) == (503, "overloaded")
    assert headers[b"content-type"] == b"application/problem+json"
    assert 1 <= int(headers[b"retry-after"]) == problem["retry_after"]
    assert application.entered == 3
    application.go.set()
    await asyncio.gather(*(client.task for client in clients))
    assert guard.admission.in_flight == 0


async def test_beyond_the_queue_the_no_comes_at_once(guarded):
    _, guard = guarded
    clients = [Client(guard) for _ in range(8)]
    await asyncio.sleep(0.02)
    assert [client.status for client in clients] == [None] * 6 + [503] * 2


async def test_client_that_leaves_does_not_cancel_the_view(guarded):
    application, guard = guarded
    client = Client(guard)
    client.inbox.put_nowait({"type": "http.disconnect"})
    await asyncio.sleep(0.02)
    client.task.cancel()  # the server gives up on the request as well
    await asyncio.sleep(0.02)
    assert guard.admission.in_flight == 1
    application.go.set()
    await asyncio.sleep(0.02)
    assert (application.cancelled, application.finished) == (0, 1)
    assert guard.admission.in_flight == 0


async def test_download_gives_its_place_up_when_its_bytes_begin_to_flow():
    reading = asyncio.Event()

    async def download(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await reading.wait()
        await send({"type": "http.response.body", "body": b""})

    guard = Guard(download)
    client = Client(guard)
    await asyncio.sleep(0.02)
    assert guard.admission.in_flight == 0
    reading.set()
    await client.task
    assert guard.admission.in_flight == 0


@pytest.mark.parametrize(
    ("path", "is_larger"),
    [
        (b"/api/v1/me/photo", True),
        (b"/api/v1/chats/12/photo", True),
        (b"/api/v1/chats/12/photo/x", False),
        (b"/api/v1/uploads/3", False),
        (b"/x?/api/v1/me/photo", False),
    ],
)
def test_only_pictures_may_come_whole(path, is_larger):
    assert (body_cap(b"PUT", path) > BODY_CAP) is is_larger

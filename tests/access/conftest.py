"""The scene, and how everybody knocks: what a call changes is undone before the next."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from rest_framework.test import APIClient

from core import limits
from tests.worlds import World, world

from .scene import Scene, build


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """A second's work, once for all tests of a file."""
    with world(build, django_db_blocker, tmp_path_factory.mktemp("scene")) as built:
        yield built


@pytest.fixture
def scene(built: World, db, data_dir) -> Scene:
    return built.enter(data_dir)


@pytest.fixture
def knock(scene: Scene) -> Callable[..., HttpResponseBase]:
    """knock("member", "post", "/api/v1/…", body): the answer; the database is as before."""

    def call(role: str, method: str, path: str, body: Any = None, **extra: Any) -> HttpResponseBase:
        limits.reset()
        client = APIClient(raise_request_exception=False)
        if role in scene.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = scene.sessions[role]
        path, body = scene.fill(path, role), scene.fill(body, role)
        if isinstance(body, bytes):
            extra |= {"content_type": "application/octet-stream", "headers": {"Upload-Offset": "0"}}
        elif method != "get":
            extra.setdefault("format", "json")
        with transaction.atomic():
            answer = getattr(client, method)(path, body, **extra)
            transaction.set_rollback(True)
        return answer

    return call


@pytest.fixture
def feed(monkeypatch) -> Callable[[str], str]:
    """feed("/market/feed/google.xml"): all of it, read in the test's own transaction; "" where there is none."""

    async def here(read: Callable[..., Any], *args: Any) -> Any:
        return read(*args)

    def pieces(answer: Any) -> Iterator[bytes]:
        """Without an event loop, which would open a connection of its own: nothing in it waits."""
        source = aiter(answer.streaming_content)
        while True:
            try:
                anext(source).send(None)
            except StopIteration as piece:
                yield piece.value
            except StopAsyncIteration:
                return

    def whole(path: str) -> str:
        limits.reset()
        answer = Client().get(path)
        return b"".join(pieces(answer)).decode() if answer.status_code == 200 else ""

    monkeypatch.setattr("market.feeds.in_database", here)
    return whole

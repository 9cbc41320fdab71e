"""The scene, and how everybody knocks: what a call changes is undone before the next."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from rest_framework.test import APIClient

from core import limits

from .scene import Scene, build


@pytest.fixture
def scene(db) -> Scene:
    return build()


@pytest.fixture
def knock(scene: Scene) -> Callable[..., HttpResponseBase]:
    """knock("member", "post", "/api/v1/…", body): the answer; the database is as before."""

    def call(role: str, method: str, path: str, body: Any = None, **extra: Any) -> HttpResponseBase:
        limits.reset()
        client = APIClient(raise_request_exception=False)
        if scene.people[role] is not None:
            client.force_login(scene.people[role])
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

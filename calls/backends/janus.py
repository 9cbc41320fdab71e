"""Janus' VideoRoom over its HTTP interface: our own service, in our own network.

https://janus.conf.meetecho.com/docs/rest.html and /docs/videoroom.html, version 1.1.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import Unavailable

_SECONDS = 3.0
PLUGIN = "janus.plugin.videoroom"
NO_SUCH_ROOM, ROOM_EXISTS, NO_SUCH_PERSON = 426, 427, 428


class VideoRoomError(Exception):
    def __init__(self, code: int, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class VideoRoom:
    """Asks the plugin; each answer is its `data`. Raises VideoRoomError for what it refuses."""

    def __init__(self, link: "_Link", path: str) -> None:
        self._link, self._path = link, path

    def ask(self, request: str, **body: Any) -> dict[str, Any]:
        answer = self._link.post(self._path, janus="message", body={"request": request, **body})
        plugin = answer.get("plugindata")
        data = plugin.get("data") if isinstance(plugin, dict) else None
        if not isinstance(data, dict):
            raise away(f"{request} was answered without data")
        if "error_code" in data:
            raise VideoRoomError(int(data["error_code"]), str(data.get("error", "")))
        return data


class _Link:
    def __init__(self) -> None:
        self._http = requests.Session()
        self._http.trust_env = False  # no proxy stands between us and our own service

    def post(self, path: str = "", **body: Any) -> dict[str, Any]:
        message = {"transaction": uuid.uuid4().hex, "apisecret": settings.JANUS_API_SECRET, **body}
        try:
            with self._http.post(
                f"{settings.JANUS_URL.rstrip('/')}{path}", json=message, timeout=_SECONDS, allow_redirects=False
            ) as response:
                answer = response.json()
        except (requests.RequestException, ValueError) as error:
            raise away(error) from error
        if not isinstance(answer, dict) or answer.get("janus") == "error":
            raise away(answer)
        return answer

    def close(self) -> None:
        self._http.close()


def away(why: object) -> Unavailable:
    error = Unavailable(
        "media_server_away", _("The media server does not answer. Try again in a moment."), retry_after=5
    )
    error.__cause__ = RuntimeError(str(why))
    return error


def _id_in(answer: dict[str, Any]) -> int:
    data = answer.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("id"), int):
        raise away(answer)  # something else listens there
    return data["id"]


@contextmanager
def videoroom() -> Iterator[VideoRoom]:
    """Raises Unavailable("media_server_away") when Janus is not there, is slow, or does not know our secret."""
    link = _Link()
    try:
        session = f"/{_id_in(link.post(janus='create'))}"
        try:
            handle = _id_in(link.post(session, janus="attach", plugin=PLUGIN))
            yield VideoRoom(link, f"{session}/{handle}")
        finally:
            link.post(session, janus="destroy")
    finally:
        link.close()

"""Who is online: asked for by those who look, never broadcast.

Each process keeps a short-lived cache entry for the people connected to it; last_seen_at is written rarely. Both
are gathered and written in bulk, so that a thousand people coming back cost two statements.
"""

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, TypedDict

from django.core.cache import cache
from django.utils import timezone

from accounts.access import allowed
from accounts.models import User
from core import runtime
from core.executor import in_database
from core.hub import hub
from messenger.serializers import optional_timestamp

logger = logging.getLogger(__name__)

BEAT = 30.0  # seconds between two notes of who is here
_LIFETIME = 75  # seconds an online note lives: two beats and some
_RECENTLY = timedelta(days=3)


class PresenceJSON(TypedDict):
    state: Literal["online", "offline", "recently", "hidden"]
    last_seen_at: str | None


def _key(user_id: int) -> str:
    return f"online:{user_id}"


def presence_of(by: User, user_ids: Iterable[int]) -> dict[int, PresenceJSON]:
    """Under each person's own rule; hidden ones show "recently" or nothing, and so do those who hide from others."""
    people = list(User.objects.filter(pk__in=list(user_ids)[:100], deleted_at=None))
    visible = allowed(by, people, "last_seen")
    online = cache.get_many([_key(person.pk) for person in people])
    result: dict[int, PresenceJSON] = {}
    for person in people:
        is_recent = bool(person.last_seen_at and timezone.now() - person.last_seen_at < _RECENTLY)
        if person.pk not in visible:
            result[person.pk] = {"state": "recently" if is_recent else "hidden", "last_seen_at": None}
        elif _key(person.pk) in online:
            result[person.pk] = {"state": "online", "last_seen_at": None}
        else:
            result[person.pk] = {"state": "offline", "last_seen_at": optional_timestamp(person.last_seen_at)}
    return result


class Presence:
    """Gathers who came, stayed and went; writes every few seconds. Belongs to the event loop."""

    def __init__(self) -> None:
        self._came: set[int] = set()
        self._went: dict[int, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    def came(self, user_id: int) -> None:
        self._went.pop(user_id, None)
        self._came.add(user_id)

    def went(self, user_id: int) -> None:
        """The last socket of this person in this process closed."""
        if user_id not in hub.by_user:
            self._came.discard(user_id)
            self._went[user_id] = timezone.now()

    async def flush(self) -> None:
        came, self._came = self._came, set()
        went, self._went = self._went, {}
        await in_database(_write, came, went)

    async def _run(self) -> None:
        elapsed = 0.0
        while True:
            await asyncio.sleep(1.0)
            elapsed += 1.0
            if elapsed >= BEAT:
                elapsed = 0.0
                self._came |= set(hub.by_user)
            if self._came or self._went:
                try:
                    await self.flush()
                except Exception:
                    logger.exception("presence: could not be noted; the next beat will")

    async def start(self) -> None:
        self._came, self._went = set(), {}
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._went or hub.by_user:
            await in_database(_write, set(), dict.fromkeys(set(self._went) | set(hub.by_user), timezone.now()))


def _write(came: set[int], went: dict[int, datetime]) -> None:
    if came:
        cache.set_many({_key(user_id): 1 for user_id in came}, _LIFETIME)
    if went:
        cache.delete_many([_key(user_id) for user_id in went])
    if came or went:
        # One moment for all is precise enough for "last seen", and one statement.
        User.objects.filter(pk__in=sorted(came | went.keys())).update(last_seen_at=timezone.now())


presence = Presence()
runtime.on_start(presence.start)
runtime.on_stop(presence.stop)

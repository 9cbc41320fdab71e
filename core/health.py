"""/healthz, /readyz and /metrics: answered before Django, for machines, whatever the state of the rest."""

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django_tasks_db.models import DBTaskResult

from core import metrics
from core.bus import bus
from core.executor import in_database
from core.hub import hub

Answer = tuple[int, str, bytes]
CHECK_WITHIN = 2.0  # s
CHECK_AT_MOST_EVERY = 1.0  # s, so that a hundred probes a second cost one query

# Set by the process that serves; a process that drains still answers, but wants no new clients.
is_draining: Callable[[], bool] = lambda: False  # noqa: E731


class Readiness:
    """The last result of the checks, and when they were made."""

    def __init__(self) -> None:
        self._checked_at = float("-inf")
        self._is_database_up = False
        self._lock = asyncio.Lock()

    async def database(self) -> bool:
        async with self._lock:
            if time.monotonic() - self._checked_at > CHECK_AT_MOST_EVERY:
                try:
                    await asyncio.wait_for(in_database(_ask_database), CHECK_WITHIN)
                    self._is_database_up = True
                except Exception:  # whatever it was: it is not up
                    self._is_database_up = False
                self._checked_at = time.monotonic()
        return self._is_database_up


readiness = Readiness()


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


async def answer(scope: dict[str, Any]) -> Answer | None:
    """The answer, when this is one of our addresses; else None."""
    path = scope["path"]
    if path == "/healthz":
        return _json(200, {"status": "ok"})
    if path == "/readyz":
        return await _ready()
    if path == "/metrics":
        return await _metrics(scope)
    return None


async def _ready() -> Answer:
    checks = {"database": await readiness.database(), "bus": bus.is_healthy, "draining": is_draining()}
    # Without the bus this process still serves all of its own, and clients repair the rest: not a reason to leave.
    is_ready = checks["database"] and not checks["draining"]
    return _json(200 if is_ready else 503, {"status": "ok" if is_ready else "unavailable", **checks})


async def _metrics(scope: dict[str, Any]) -> Answer:
    if not _may_read_metrics(scope):
        return _json(404, {"code": "not_found", "status": 404})
    connections = hub.connections
    metrics.sockets.set(len(connections))
    metrics.mailbox_depth.set(sum(one.mailbox.depth for one in connections))
    try:
        for queue, count in (await asyncio.wait_for(in_database(_waiting_tasks), CHECK_WITHIN)).items():
            metrics.tasks_waiting.labels(queue).set(count)
    except Exception:  # the other numbers are wanted most when the database is away
        metrics.tasks_waiting.clear()
    return 200, "text/plain; version=0.0.4; charset=utf-8", metrics.render()


def _may_read_metrics(scope: dict[str, Any]) -> bool:
    if settings.METRICS_TOKEN:
        given = dict(scope["headers"]).get(b"authorization", b"")
        return secrets.compare_digest(given, b"Bearer " + settings.METRICS_TOKEN.encode())
    host = (scope.get("client") or ("",))[0]
    return host == "::1" or host.startswith("127.")


def _waiting_tasks() -> dict[str, int]:
    due = DBTaskResult.objects.ready()  # not by run_after alone: "at once" is stored as the year 9999
    counts = dict(due.order_by().values_list("queue_name").annotate(Count("pk")))
    return {queue: counts.get(queue, 0) for queue in settings.TASKS["default"]["QUEUES"]}


def _json(status: int, body: dict[str, Any]) -> Answer:
    return status, "application/json", json.dumps(body).encode()

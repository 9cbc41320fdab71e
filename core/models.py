"""The kernel's own tables: who works on tasks, which periodic job is next, which POST was already answered."""

from django.db import models
from django.db.models.functions import Now

from core.search.models import SearchGram, SearchMark, SearchWord

__all__ = ["IdempotencyKey", "PeriodicJob", "SearchGram", "SearchMark", "SearchWord", "Worker"]


class Worker(models.Model):
    """A running worker. It raises `beats` every few seconds; one whose count stands still is dead (core/worker.py).

    A counter and not a time, so that no clock that jumps can declare the living dead.
    """

    id = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=255)
    pid = models.IntegerField()
    beats = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class PeriodicJob(models.Model):
    """When a periodic task is due next. Claimed by an update that only one worker can win."""

    name = models.CharField(max_length=200, primary_key=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """A POST that must not happen twice, and what was answered (core/idempotency.py). Kept for a day."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)  # sha256 of method, path and body, hex
    status = models.PositiveSmallIntegerField(null=True)  # null: still running
    body = models.JSONField(null=True)
    claimed_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_by_age")]

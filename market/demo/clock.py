"""Lets weeks pass in seconds: what actions do inside `at(when)` is dated to then, in every table."""

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.db import models
from django.utils import timezone


class Clock:
    """Actions ask django.utils.timezone.now(), which answers what this clock says; what the database dated by itself
    (db_default=Now(), auto_now) is put right by settle()."""

    def __init__(self) -> None:
        self._real = timezone.now
        self._starts: list[datetime] = []  # real times
        self._meant: list[datetime] = []
        self._end = datetime.now(tz=UTC)

    @contextmanager
    def at(self, when: datetime) -> Iterator[None]:
        self._starts.append(datetime.now(tz=UTC) - timedelta(milliseconds=2))
        self._meant.append(when)
        timezone.now = lambda: when
        try:
            yield
        finally:
            timezone.now = self._real

    def settle(self) -> None:
        """Of the market what dates itself; of the messenger, where actions also copy such dates, everything."""
        self._end = datetime.now(tz=UTC)
        for name in ("market", "messenger"):
            for model in apps.get_app_config(name).get_models():
                for field in model._meta.get_fields():
                    if isinstance(field, models.DateTimeField) and (name == "messenger" or self._dates_itself(field)):
                        self._settle(model, field.name)

    def _dates_itself(self, field: models.DateTimeField) -> bool:
        return field.has_db_default() or field.auto_now or field.default is self._real

    def _settle(self, model: type[models.Model], name: str) -> None:
        if not self._starts:
            return
        rows = model._default_manager.filter(**{f"{name}__gte": self._starts[0], f"{name}__lte": self._end})
        for row in list(rows.only("pk", name)):
            place = bisect_right(self._starts, getattr(row, name)) - 1
            # One by one: bulk_update() would set auto_now fields to now.
            model._default_manager.filter(pk=row.pk).update(**{name: self._meant[place]})

"""Telling what is in the outbox: each teller once per event, in the order in which things happened to one order."""

from datetime import timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from core.tasks import periodic, task
from market import outbox
from market.models import OutboxEvent

log = structlog.get_logger(__name__)
_KEPT = timedelta(days=30)  # told events; webhooks keep their own bodies
_STUCK = timedelta(minutes=2)


def _enqueue(event: OutboxEvent) -> None:
    tell.enqueue(event=str(event.pk))


outbox.on_put(_enqueue)


@task(retries=12)
def tell(*, event: str) -> None:
    """Raises what a teller raises, after all others had their turn: the task is then tried again."""
    row = OutboxEvent.objects.select_related("order", "offer", "listing", "shop").filter(pk=event, told_at=None).first()
    if row is None:
        return
    _tell_earlier(row)
    _tell(row)


def _tell_earlier(row: OutboxEvent) -> None:
    """A worker has several threads, and a retry may have let another pass."""
    if row.order_id is None:
        return
    earlier = OutboxEvent.objects.filter(
        Q(created_at__lt=row.created_at), order=row.order_id, told_at=None
    ).select_related("order", "offer", "listing", "shop")
    # Not itself: SQLite compares texts, and "…48.218", as it dates, is less than "…48.218000", as it is asked.
    for one in earlier.exclude(pk=row.pk).order_by("created_at"):
        _tell(one)


def _tell(row: OutboxEvent) -> None:
    failures: list[Exception] = []
    done = set(row.data.get("_told", ()))
    for name, teller in outbox.tellers().items():
        if name in done:
            continue
        try:
            teller(row)
        except Exception as error:  # one deaf listener keeps nobody else from hearing
            log.warning("teller failed", teller=name, kind=row.kind, event=str(row.pk), exc_info=error)
            failures.append(error)
        else:
            done.add(name)
    if failures:
        failure = f"{type(failures[0]).__name__}: {failures[0]}"[:200]
        OutboxEvent.objects.filter(pk=row.pk).update(failure=failure, data={**row.data, "_told": sorted(done)})
        raise failures[0]
    OutboxEvent.objects.filter(pk=row.pk).update(told_at=timezone.now(), failure="")


@periodic(every=timedelta(minutes=1))
@task()
def tell_what_was_left() -> None:
    """The net under the queue: an event whose task was given up, or pruned, is told after all."""
    waiting = OutboxEvent.objects.filter(told_at=None, created_at__lt=timezone.now() - _STUCK)
    for pk in list(waiting.order_by("created_at").values_list("pk", flat=True)[:200]):
        tell.enqueue(event=str(pk))


@periodic(every=timedelta(hours=6))
@task()
def forget_what_was_told() -> None:
    OutboxEvent.objects.filter(told_at__lt=timezone.now() - _KEPT, once_key=None).delete()

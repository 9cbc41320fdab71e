"""Webhooks on their way: each attempt is a task of its own, and what a crash left is found again."""

from datetime import timedelta

from django.utils import timezone

from core.tasks import periodic, task
from market.actions import webhook_sending
from market.models import WebhookDelivery

_KEPT = timedelta(days=30)


@task(queue="web", retries=3)
def deliver(*, delivery: int) -> None:
    gap = webhook_sending.attempt(delivery)
    if gap is not None:
        deliver.using(run_after=timezone.now() + gap).enqueue(delivery=delivery)


@periodic(every=timedelta(minutes=1))
@task()
def deliver_what_was_left() -> None:
    """The net under the queue. A delivery that is tried at the moment is not due, so none is tried twice at once."""
    due = WebhookDelivery.objects.filter(
        state=WebhookDelivery.State.WAITING, next_attempt_at__lte=timezone.now() - timedelta(seconds=30)
    )
    for pk in list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:500]):
        deliver.enqueue(delivery=pk)


@periodic(every=timedelta(hours=6))
@task()
def forget_old_deliveries() -> None:
    old = WebhookDelivery.objects.filter(created_at__lt=timezone.now() - _KEPT)
    old.exclude(state=WebhookDelivery.State.WAITING).delete()

"""What leaves the market: events for threads and pushes, and webhooks to shops. Written with the fact itself."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from market.models.listing import Listing
from market.models.offer import Offer
from market.models.order import Order
from market.models.shop import Shop


class OutboxEvent(models.Model):
    """Something that happened and has to be told. `id` is what makes every telling of it the same one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=40)  # order.paid, offer.made, refund.succeeded …
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="outbox")
    offer = models.ForeignKey(Offer, null=True, on_delete=models.CASCADE, related_name="outbox")
    listing = models.ForeignKey(Listing, null=True, on_delete=models.CASCADE, related_name="outbox")
    shop = models.ForeignKey(Shop, null=True, on_delete=models.CASCADE, related_name="outbox")
    data = models.JSONField(default=dict, blank=True)
    once_key = models.CharField(max_length=80, unique=True, null=True)  # of what is worth telling only once
    created_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], condition=Q(told_at=None), name="outbox_waiting")]
        verbose_name = _("event that is told")
        verbose_name_plural = _("events that are told (outbox)")

    def __str__(self) -> str:
        return self.kind


class WebhookEndpoint(models.Model):
    """An address of a shop's own system. Bodies are signed with `secret`, and for a day with the one before it too."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="webhook_endpoints")
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=64)
    old_secret = models.CharField(max_length=64, blank=True)
    old_secret_until = models.DateTimeField(null=True)
    kinds = models.JSONField(default=list, blank=True)  # of events; empty: all
    is_active = models.BooleanField(default=True)
    failure_count = models.PositiveIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True)  # null: the last attempt went well, or there was none
    disabled_at = models.DateTimeField(null=True)  # by us, after three days of failures
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("a webhook", "Waiting")
        DELIVERED = "delivered", pgettext_lazy("a webhook", "Delivered")
        FAILED = "failed", pgettext_lazy("a webhook", "Given up")

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    # While it waits: not to be tried before. Whoever tries it moves this on first, so that two never do at once.
    next_attempt_at = models.DateTimeField(null=True)
    attempted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_delivery_once")]
        indexes = [models.Index(fields=["next_attempt_at"], condition=Q(state="waiting"), name="webhook_delivery_due")]
        verbose_name = _("delivery of a webhook")
        verbose_name_plural = _("deliveries of webhooks")

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"

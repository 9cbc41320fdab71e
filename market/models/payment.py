"""Money that comes in and goes out through a provider, and what providers tell us."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from market.models.order import Order, OrderGroup
from market.models.shop import Shop


class Payment(models.Model):
    """One try to pay for a group. `pending` from the moment the provider may know of it."""

    class State(models.TextChoices):
        CREATED = "created", pgettext_lazy("a payment", "Not begun")
        PENDING = "pending", pgettext_lazy("a payment", "Under way")
        SUCCEEDED = "succeeded", pgettext_lazy("a payment", "Paid")
        FAILED = "failed", pgettext_lazy("a payment", "Failed")
        CANCELLED = "cancelled", pgettext_lazy("a payment", "Cancelled")

    group = models.ForeignKey(OrderGroup, on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=16)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CREATED)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=120, null=True)  # the provider's name for it; null until it answered
    action_url = models.CharField(max_length=1000, blank=True)  # where the buyer pays
    reported_minor = models.BigIntegerField(default=0)  # what the provider says it took
    captured_minor = models.BigIntegerField(default=0)  # what stands in the ledger
    refunded_minor = models.BigIntegerField(default=0)  # claimed by refunds that have not failed
    failure = models.CharField(max_length=40, blank=True)  # declined, authentication_failed, expired …
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="payment_reference_once"),
            models.UniqueConstraint(
                fields=["group"], condition=Q(state__in=["created", "pending"]), name="payment_open_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_of_something"),
            models.CheckConstraint(condition=Q(captured_minor__lte=F("reported_minor")), name="payment_as_reported"),
            models.CheckConstraint(condition=Q(refunded_minor__lte=F("captured_minor")), name="payment_refunds_within"),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state__in=["created", "pending"]), name="payment_open")
        ]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def key(self) -> str:
        """The idempotency key of every call about it."""
        return f"payment:{self.pk}"


class Refund(models.Model):
    """Money on its way back to a buyer. Its amount is set aside in the ledger from the moment it is claimed."""

    class State(models.TextChoices):
        CLAIMED = "claimed", pgettext_lazy("a refund", "Claimed")
        SUCCEEDED = "succeeded", pgettext_lazy("a refund", "Paid back")
        FAILED = "failed", pgettext_lazy("a refund", "Failed")

    class Reason(models.TextChoices):
        CANCELLED = "cancelled", _("Cancelled")
        NOT_SHIPPED = "not_shipped", _("Not sent in time")
        RETURNED = "returned", _("Returned")
        GOODWILL = "goodwill", _("Agreed with the seller")
        DISPUTE = "dispute", _("Decided in a dispute")
        TOO_LATE = "too_late", _("Paid too late")
        PAID_TWICE = "paid_twice", _("Paid twice")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="refunds")  # null: surplus
    amount_minor = models.BigIntegerField()
    delivery_minor = models.BigIntegerField(default=0)  # the part of it that is not for a line
    reason = models.CharField(max_length=11, choices=Reason.choices)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    # A refund that the provider refuses stays owed: the money is set aside until a moderator tries again.
    state = models.CharField(max_length=9, choices=State.choices, default=State.CLAIMED)
    attempt = models.PositiveSmallIntegerField(default=1)
    reference = models.CharField(max_length=120, null=True)
    failure = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_of_something")]
        indexes = [models.Index(fields=["created_at"], condition=Q(state="claimed"), name="refund_open")]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def key(self) -> str:
        """The idempotency key of the calls about it; a new attempt is a new call."""
        return f"refund:{self.pk}:{self.attempt}"


class RefundLine(models.Model):
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey("market.OrderLine", on_delete=models.PROTECT, related_name="refund_lines")
    quantity = models.PositiveIntegerField(default=0)  # 0: a part of the price, the piece is kept
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["refund", "line"], name="refund_line_once")]


class Chargeback(models.Model):
    """The buyer's bank took the money back. It costs the seller a fee, and stops their payouts."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a chargeback", "Open")
        WON = "won", pgettext_lazy("a chargeback", "Won")
        LOST = "lost", pgettext_lazy("a chargeback", "Lost")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="chargebacks")
    provider = models.CharField(max_length=16)
    reference = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    # How it was taken: [{"order", "taken", "lines": {line: amount}, "delivery", "commission", "vat", "was_released"}]
    parts = models.JSONField(default=list)
    state = models.CharField(max_length=4, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "reference"], name="chargeback_once")]
        verbose_name = _("chargeback")
        verbose_name_plural = _("chargebacks")

    def __str__(self) -> str:
        return f"#{self.pk}"


class Payout(models.Model):
    class State(models.TextChoices):
        CLAIMED = "claimed", pgettext_lazy("a payout", "On its way")
        PAID = "paid", pgettext_lazy("a payout", "Paid out")
        FAILED = "failed", pgettext_lazy("a payout", "Failed")
        RETURNED = "returned", pgettext_lazy("a payout", "Came back")

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="payouts")
    provider = models.CharField(max_length=16)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    destination = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.CLAIMED)
    reference = models.CharField(max_length=120, null=True)
    failure = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_of_something")]
        indexes = [models.Index(fields=["created_at"], condition=Q(state="claimed"), name="payout_open")]
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def key(self) -> str:
        return f"payout:{self.pk}"


class InboxEvent(models.Model):
    """What a provider told us, kept as it came; folded later. A second telling of the same is no second row."""

    provider = models.CharField(max_length=16)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)  # the provider's name of what it is about
    body = models.TextField()
    received_at = models.DateTimeField(db_default=Now())
    folded_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="inbox_event_once")]
        indexes = [models.Index(fields=["received_at"], condition=Q(folded_at=None), name="inbox_unfolded")]
        verbose_name = _("message of a provider")
        verbose_name_plural = _("messages of providers (inbox)")

    def __str__(self) -> str:
        return self.event_id


class SandboxObject(models.Model):
    """The books of the sandbox provider: its own, as if it were another company's (market/payments/sandbox.py)."""

    reference = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10)  # charge, refund, payout, chargeback, event
    key = models.CharField(max_length=120, unique=True, null=True)  # of idempotency
    parent = models.CharField(max_length=40, blank=True, db_index=True)
    status = models.CharField(max_length=16)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

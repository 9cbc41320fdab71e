"""What may follow a sale: a return, a dispute, reviews."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from market.models.order import Order, OrderLine
from market.models.shop import Shop
from messenger.models import Attachment


class Return(models.Model):
    """The buyer sends something back; the refund follows when the seller has it."""

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("a return", "Asked for")
        APPROVED = "approved", pgettext_lazy("a return", "Approved")
        DECLINED = "declined", pgettext_lazy("a return", "Declined")
        SENT = "sent", pgettext_lazy("a return", "On its way back")
        RECEIVED = "received", pgettext_lazy("a return", "Received")
        CLOSED = "closed", pgettext_lazy("a return", "Withdrawn")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    state = models.CharField(max_length=9, choices=State.choices, default=State.REQUESTED)
    reason = models.CharField(max_length=500)
    answer = models.CharField(max_length=500, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=["requested", "approved", "sent"]), name="return_open_once"
            )
        ]


class ReturnLine(models.Model):
    return_request = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["return_request", "line"], name="return_line_once")]


class Dispute(models.Model):
    class Reason(models.TextChoices):
        NOT_RECEIVED = "not_received", _("It did not arrive")
        NOT_AS_DESCRIBED = "not_as_described", _("It is not as described")
        DAMAGED = "damaged", _("It is damaged")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        RELEASED = "released", _("The seller is paid")
        REFUNDED = "refunded", _("The buyer is refunded")
        SPLIT = "split", _("A part is refunded")
        WITHDRAWN = "withdrawn", pgettext_lazy("a dispute", "Withdrawn")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="disputes")
    opened_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    text = models.TextField(max_length=2000)
    from_state = models.CharField(max_length=10)  # where the order stood
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)  # empty: open
    refund_minor = models.BigIntegerField(default=0)
    decision = models.TextField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order"], condition=Q(outcome=""), name="dispute_open_once")]
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")

    def __str__(self) -> str:
        return f"#{self.pk}"


class Evidence(models.Model):
    """What either side brings forward in a dispute: words, and a picture or a file."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="evidence")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=2000, blank=True)
    attachment = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]


class Review(models.Model):
    """What one side of a completed order says about the other. Shown when both have spoken, or 14 days have passed."""

    class Side(models.TextChoices):
        BUYER = "buyer", _("Buyer")
        SELLER = "seller", _("Seller")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="reviews")
    side = models.CharField(max_length=6, choices=Side.choices)  # who speaks
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="reviews_written")
    about_shop = models.ForeignKey(Shop, null=True, on_delete=models.CASCADE, related_name="reviews")
    about_user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="reviews_received")
    stars = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    text = models.TextField(max_length=2000, blank=True)
    answer = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "side"], name="review_once"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="review_stars"),
        ]
        indexes = [
            models.Index(fields=["about_shop", "-published_at"], name="review_of_shop"),
            models.Index(fields=["created_at"], condition=Q(published_at=None), name="review_waiting"),
        ]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def __str__(self) -> str:
        return f"#{self.pk}"

"""Agreeing on a price: offers and counter-offers, requests for a service, the quote that freezes what was agreed."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from market.models.listing import Listing, Variant
from messenger.models import Chat


class Offer(models.Model):
    """One negotiation of one buyer over one listing. A request for a service is an offer that has no amount yet."""

    class Kind(models.TextChoices):
        OFFER = "offer", _("Offer")
        REQUEST = "request", _("Request")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("an offer", "Open")
        ACCEPTED = "accepted", pgettext_lazy("an offer", "Accepted")
        DECLINED = "declined", pgettext_lazy("an offer", "Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("an offer", "Withdrawn")
        EXPIRED = "expired", pgettext_lazy("an offer", "Expired")

    class Side(models.TextChoices):
        BUYER = "buyer", _("Buyer")
        SELLER = "seller", _("Seller")

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="offers")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="offers_made")
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.OFFER)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    turn = models.CharField(max_length=6, choices=Side.choices, default=Side.SELLER)  # who has to answer
    quantity = models.PositiveIntegerField(default=1)
    amount_minor = models.BigIntegerField(null=True)  # for one piece; null: a request nobody has priced yet
    currency = models.CharField(max_length=3)
    chat = models.ForeignKey(Chat, null=True, on_delete=models.SET_NULL, related_name="+")  # of the two
    step_count = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "buyer"], condition=Q(state="open"), name="offer_open_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="offer_of_something"),
            models.CheckConstraint(condition=Q(amount_minor__isnull=True) | Q(amount_minor__gt=0), name="offer_amount"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="offer_due"),
            models.Index(fields=["buyer", "-changed_at"], name="offer_of_buyer"),
        ]

    @property
    def is_open(self) -> bool:
        """Judged by the clock, whether or not the worker has come by."""
        return self.state == self.State.OPEN and self.expires_at > timezone.now()


class OfferStep(models.Model):
    """What was said in a negotiation, in order: the history that both see."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=6, choices=Offer.Side.choices)
    act = models.CharField(max_length=10)  # offer, request, counter, accept, decline, withdraw, expire
    amount_minor = models.BigIntegerField(null=True)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["offer", "number"], name="offer_step_once")]


class Quote(models.Model):
    """A price that holds, and the stock with it, until `expires_at`. Paying one makes an order."""

    class Source(models.TextChoices):
        BUY = "buy", _("Buy button")
        OFFER = "offer", _("Accepted offer")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a quote", "Open")
        USED = "used", pgettext_lazy("a quote", "Ordered")
        EXPIRED = "expired", pgettext_lazy("a quote", "Expired")
        CANCELLED = "cancelled", pgettext_lazy("a quote", "Cancelled")

    buyer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="quotes")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="quotes")
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=5, choices=Source.choices)
    offer = models.OneToOneField(Offer, null=True, on_delete=models.PROTECT, related_name="quote")
    order = models.OneToOneField("market.Order", null=True, on_delete=models.PROTECT, related_name="quote")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, unit_price_minor__gte=0), name="quote_of_something"),
            # One press of the button holds one piece; pressing again finds the same quote.
            models.UniqueConstraint(
                fields=["buyer", "variant", "source"], condition=Q(state="open"), name="quote_open_once"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="open"), name="quote_due")]

    @property
    def is_open(self) -> bool:
        """Judged by the clock, whether or not the worker has come by."""
        return self.state == self.State.OPEN and self.expires_at > timezone.now()

    @property
    def reference(self) -> str:
        """What its reservation is filed under."""
        return f"quote:{self.pk}"

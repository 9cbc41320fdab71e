"""How many there are. Written by market/stock.py alone."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from market.models.listing import Variant


class Stock(models.Model):
    """`reserved` is held for people who are about to pay, `allocated` is paid for and not sent yet."""

    variant = models.OneToOneField(Variant, on_delete=models.CASCADE, primary_key=True, related_name="stock")
    on_hand = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    allocated = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_from_0"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_from_0"),
            models.CheckConstraint(condition=Q(allocated__gte=0), name="stock_allocated_from_0"),
            models.CheckConstraint(condition=Q(on_hand__gte=F("reserved") + F("allocated")), name="stock_not_oversold"),
        ]

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved - self.allocated


class Reservation(models.Model):
    """So many of a variant, held for one quote or order until `expires_at`. Leaving HELD is a guarded update."""

    class State(models.TextChoices):
        HELD = "held", _("Held")
        CONSUMED = "consumed", _("Sold")
        RELEASED = "released", _("Let go")

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)
    reference = models.CharField(max_length=40)  # "quote:12", "order:7"
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_of_something"),
            models.UniqueConstraint(fields=["reference", "variant"], name="reservation_once"),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="held"), name="reservation_due")]


class StockMovement(models.Model):
    """One change of a stock, and why. The stock is the sum of its movements."""

    class Reason(models.TextChoices):
        ADJUST = "adjust", _("Counted or delivered")
        RESERVE = "reserve", _("Held")
        RELEASE = "release", _("Let go")
        ALLOCATE = "allocate", _("Paid")
        DEALLOCATE = "deallocate", _("Cancelled")
        SHIP = "ship", _("Handed over")
        RETURN = "return", _("Came back")

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="movements")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    reference = models.CharField(max_length=60)
    on_hand = models.BigIntegerField(default=0)  # deltas
    reserved = models.BigIntegerField(default=0)
    allocated = models.BigIntegerField(default=0)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reason", "reference", "variant"], name="stock_movement_once"),
        ]
        indexes = [models.Index(fields=["variant", "id"], name="stock_movement_of_variant")]

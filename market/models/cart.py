"""Before the order: the cart, addresses, coupons."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from market.models.listing import Variant
from market.models.shop import Shop


class CartLine(models.Model):
    """Nothing is held by lying in a cart; `seen_price_minor` is what "price changed" compares with."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="cart_lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    seen_price_minor = models.BigIntegerField()
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "variant"], name="cart_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="cart_line_of_something"),
        ]


class Address(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(max_length=80)
    line1 = models.CharField(max_length=120)
    line2 = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    city = models.CharField(max_length=80)
    region = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2)  # ISO 3166-1
    phone = models.CharField(max_length=20, blank=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-is_default", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(is_default=True), name="address_default_once")
        ]


class Coupon(models.Model):
    class Kind(models.TextChoices):
        PERCENT = "percent", _("Percent")
        FIXED = "fixed", _("Amount")

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="coupons")
    code = models.CharField(max_length=32)  # upper case
    kind = models.CharField(max_length=7, choices=Kind.choices)
    value = models.BigIntegerField()  # basis points, or minor units of the shop's currency
    min_items_minor = models.BigIntegerField(default=0)
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    per_buyer = models.PositiveSmallIntegerField(default=1)
    use_count = models.PositiveIntegerField(default=0)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "code"], name="coupon_code_once"),
            models.CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(use_count__lte=F("max_uses")), name="coupon_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(kind="fixed", value__gt=0) | Q(kind="percent", value__gt=0, value__lte=10_000),
                name="coupon_value",
            ),
        ]

    def __str__(self) -> str:
        return self.code

"""Who sells: a person with a spare bicycle, or a business. Both have a page, policies, and an account of money."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Shop(models.Model):
    """Made with a person's first listing. It sells in one currency for good: an order never mixes two."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Private seller")
        BUSINESS = "business", _("Business")

    owner = models.OneToOneField(User, on_delete=models.PROTECT, related_name="shop")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(max_length=64)
    about = models.TextField(max_length=2000, blank=True)
    photo = models.FileField(upload_to="shop-photos", blank=True, max_length=120, db_index=True)
    currency = models.CharField(max_length=3, default="EUR")  # ISO 4217
    country = models.CharField(max_length=2, default="DE")  # ISO 3166-1
    shipping_policy = models.TextField(max_length=2000, blank=True)
    return_policy = models.TextField(max_length=2000, blank=True)
    return_days = models.PositiveSmallIntegerField(default=14)  # after delivery; 0: no returns but for faults
    ship_within_days = models.PositiveSmallIntegerField(default=3)
    # Who the buyer's contract is with, as printed on invoices; empty for private sellers.
    legal_name = models.CharField(max_length=120, blank=True)
    legal_address = models.TextField(max_length=400, blank=True)
    tax_id = models.CharField(max_length=40, blank=True)
    vat_bp = models.PositiveIntegerField(default=0)  # included in the prices, basis points; 0: none is shown

    holiday_until = models.DateField(null=True, blank=True)
    holiday_note = models.CharField(max_length=200, blank=True)
    is_away = models.BooleanField(default=False)  # answers first messages with away_message
    away_message = models.CharField(max_length=500, blank=True)

    payout_account = models.CharField(max_length=64, blank=True)  # where money is paid out to, as the provider knows it
    payouts_frozen_at = models.DateTimeField(null=True, blank=True)
    payouts_frozen_reason = models.CharField(max_length=200, blank=True)
    next_invoice_number = models.PositiveIntegerField(default=1)

    rating_sum = models.PositiveIntegerField(default=0)
    rating_count = models.PositiveIntegerField(default=0)
    sale_count = models.PositiveIntegerField(default=0)
    follower_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")

    def __str__(self) -> str:
        return self.name

    @property
    def is_on_holiday(self) -> bool:
        return self.holiday_until is not None and self.holiday_until >= timezone.localdate()

    @property
    def is_open(self) -> bool:
        """Can something be bought here now?"""
        return self.closed_at is None and not self.is_on_holiday

    @property
    def rating(self) -> float | None:
        """1.0 to 5.0, or None without reviews."""
        return round(self.rating_sum / self.rating_count, 2) if self.rating_count else None


class ShopFollow(models.Model):
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="follows")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="shop_follows")
    told_at = models.DateTimeField(null=True)  # of new listings: a digest a day at most
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "user"], name="shop_follow_once")]


class DeliveryOption(models.Model):
    """A way in which a shop's goods reach people. Price of an order: once, plus `extra_minor` per further piece."""

    class Kind(models.TextChoices):
        SHIPPING = "shipping", _("Shipping")
        IN_PERSON = "in_person", _("Hand-over in person")

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="delivery_options")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    name = models.CharField(max_length=60)
    price_minor = models.BigIntegerField(default=0)
    extra_minor = models.BigIntegerField(default=0)
    free_from_minor = models.BigIntegerField(null=True, blank=True)  # of the goods' value
    countries = models.JSONField(default=list, blank=True)  # ISO 3166-1 codes; empty: anywhere
    days_min = models.PositiveSmallIntegerField(default=1)
    days_max = models.PositiveSmallIntegerField(default=5)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price_minor__gte=0, extra_minor__gte=0), name="delivery_price_from_0"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QuickReply(models.Model):
    """A sentence a seller says often, one tap away in chats about their goods."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="quick_replies")
    title = models.CharField(max_length=40)
    text = models.CharField(max_length=1000)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["shop", "title"], name="quick_reply_title_once")]

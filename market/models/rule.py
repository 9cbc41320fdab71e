"""Rules that moderators and operators set: what may not be sold, and what selling costs."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from market.models.category import Category
from market.models.shop import Shop


class ProhibitedRule(models.Model):
    """Words that a listing may not have, everywhere or in one category."""

    class Effect(models.TextChoices):
        BLOCK = "block", _("Cannot be published")
        REVIEW = "review", _("A moderator looks first")

    words = models.TextField(help_text=_("One phrase a line; all words of a phrase must be there."))
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    effect = models.CharField(max_length=6, choices=Effect.choices, default=Effect.BLOCK)
    reason = models.CharField(max_length=200)  # told to the seller
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("rule on prohibited goods")
        verbose_name_plural = _("rules on prohibited goods")

    def __str__(self) -> str:
        return self.words.split("\n")[0]


class CommissionRule(models.Model):
    """What a sale costs the seller: the most particular rule counts. Frozen on the order at sale."""

    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE, related_name="commission_rules")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    shop_kind = models.CharField(max_length=8, choices=Shop.Kind.choices, blank=True)
    rate_bp = models.PositiveIntegerField()  # of what the line's buyer pays, basis points
    vat_bp = models.PositiveIntegerField(default=0)  # tax on the commission, basis points of it
    valid_from = models.DateTimeField(db_default=Now())
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rate_bp__lte=5_000, vat_bp__lte=3_000), name="commission_within_reason")
        ]
        verbose_name = _("commission rule")
        verbose_name_plural = _("commission rules")

    def __str__(self) -> str:
        return f"{self.rate_bp / 100:g} %"

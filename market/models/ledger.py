"""The books: double entry, append-only. Written by market/ledger.py alone."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from market.models.order import Order
from market.models.shop import Shop


class Account(models.Model):
    """`balance` is the sum of its entries. What we owe is positive; what others hold for us is negative."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", _("Payment provider")  # what it holds for us, as a negative balance
        HELD = "held", _("Held for an order")
        SELLER = "seller", _("Seller")
        RECEIVABLE = "receivable", _("Owed by a seller")  # negative
        REFUNDING = "refunding", _("Refunds on their way")
        PAYING_OUT = "paying_out", _("Payouts on their way")
        SURPLUS = "surplus", _("Paid twice or too late")
        COMMISSION = "commission", _("Commission")
        VAT = "vat", _("Tax on commission")

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    currency = models.CharField(max_length=3)
    shop = models.ForeignKey(Shop, null=True, on_delete=models.PROTECT, related_name="accounts")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="accounts")
    min_balance = models.BigIntegerField(null=True)  # null: may be anything
    balance = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(min_balance__isnull=True) | Q(balance__gte=F("min_balance")), name="account_above_minimum"
            )
        ]
        verbose_name = _("account of the ledger")
        verbose_name_plural = _("accounts of the ledger")

    def __str__(self) -> str:
        return self.code


class LedgerTransaction(models.Model):
    """One event of money. Its entries sum to zero; its key makes it happen once."""

    idempotency_key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)  # capture, release, refund, payout, …
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="ledger_transactions")
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")

    def __str__(self) -> str:
        return self.idempotency_key


class Entry(models.Model):
    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    amount_minor = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount_minor=0), name="entry_of_something")]
        indexes = [models.Index(fields=["account", "id"], name="entry_of_account")]
        verbose_name = _("entry of the ledger")
        verbose_name_plural = _("entries of the ledger")

    def __str__(self) -> str:
        return f"#{self.pk}"


class BooksCheck(models.Model):
    """One run of the invariants (market/invariants.py), for the moderators' page."""

    checked_at = models.DateTimeField(db_default=Now())
    # [{"number", "count", "rows"}] of those that do not hold; empty: all is well
    failures = models.JSONField(default=list)
    seconds = models.FloatField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-checked_at"], name="books_check_newest")]
        verbose_name = _("books")
        verbose_name_plural = _("books")

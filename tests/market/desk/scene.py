"""Pressing what moderators press."""

from django.urls import reverse

from market.models import (
    Account,
    BooksCheck,
    Category,
    Chargeback,
    CommissionRule,
    Dispute,
    Entry,
    InboxEvent,
    LedgerTransaction,
    Listing,
    Order,
    OutboxEvent,
    Payment,
    Payout,
    ProhibitedRule,
    Refund,
    Review,
    Shop,
    WebhookDelivery,
    WebhookEndpoint,
)
from moderation.models import AuditEntry

MODELS = (
    Account, BooksCheck, Category, Chargeback, CommissionRule, Dispute, Entry, InboxEvent, LedgerTransaction, Listing,
    Order, OutboxEvent, Payment, Payout, ProhibitedRule, Refund, Review, Shop, WebhookDelivery, WebhookEndpoint,
)  # fmt: skip


def list_url(model) -> str:
    return reverse(f"admin:market_{model._meta.model_name}_changelist")


def page_url(row) -> str:
    return reverse(f"admin:market_{row._meta.model_name}_change", args=[row.pk])


def act(desk, row, action, **said) -> str:
    """Press a button below the page of one row; the page that follows."""
    body = {"action": action, "_selected_action": row.pk, **said}
    return desk.post(list_url(type(row)), body, follow=True).content.decode()


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))

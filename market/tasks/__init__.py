"""Slow and periodic work of the market. The worker imports this package: name each module here."""

from market.tasks import cards, expiry, finding, importing, money, offers, photos, sandbox, telling, webhooks

__all__ = ["cards", "expiry", "finding", "importing", "money", "offers", "photos", "sandbox", "telling", "webhooks"]

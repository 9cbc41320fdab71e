"""The market on the moderators' desk: read what happened, act with a reason, everything on record."""

from market.admin import books, disputes, ledger, listings, money, orders, reviews, rules, shops, telling

__all__ = ["books", "disputes", "ledger", "listings", "money", "orders", "reviews", "rules", "shops", "telling"]

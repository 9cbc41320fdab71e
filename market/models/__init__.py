from market.models.after_sale import Dispute, Evidence, Return, ReturnLine, Review
from market.models.cart import Address, CartLine, Coupon
from market.models.category import Attribute, Category
from market.models.finding import (
    Favourite,
    ListingDay,
    RecentView,
    SavedSearch,
    SavedSearchKey,
    SavedSearchMatch,
)
from market.models.importing import ListingImport
from market.models.ledger import Account, BooksCheck, Entry, LedgerTransaction
from market.models.listing import Listing, ListingFile, ListingPhoto, Variant
from market.models.offer import Offer, OfferStep, Quote
from market.models.order import CouponUse, Invoice, Order, OrderGroup, OrderLine, OrderTransition
from market.models.outbox import OutboxEvent, WebhookDelivery, WebhookEndpoint
from market.models.payment import Chargeback, InboxEvent, Payment, Payout, Refund, RefundLine, SandboxObject
from market.models.rule import CommissionRule, ProhibitedRule
from market.models.shop import DeliveryOption, QuickReply, Shop, ShopFollow
from market.models.stock import Reservation, Stock, StockMovement

__all__ = [
    "Account", "Address", "Attribute", "BooksCheck", "CartLine", "Category", "Chargeback", "CommissionRule",
    "Coupon", "CouponUse", "DeliveryOption", "Dispute", "Entry", "Evidence", "Favourite", "InboxEvent", "Invoice",
    "LedgerTransaction", "Listing", "ListingDay", "ListingFile", "ListingImport", "ListingPhoto", "Offer",
    "OfferStep", "Order", "OrderGroup", "OrderLine", "OrderTransition", "OutboxEvent", "Payment", "Payout",
    "ProhibitedRule", "QuickReply", "Quote", "RecentView", "Refund", "RefundLine", "Reservation", "Return",
    "ReturnLine", "Review", "SandboxObject", "SavedSearch", "SavedSearchKey", "SavedSearchMatch", "Shop",
    "ShopFollow", "Stock", "StockMovement", "Variant", "WebhookDelivery", "WebhookEndpoint",
]  # fmt: skip

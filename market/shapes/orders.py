"""Offers, quotes, the cart, orders and money as JSON."""

from typing import Any, Literal, NotRequired, TypedDict

from accounts.serializers import SenderJSON
from market.money import MoneyJSON
from market.shapes.invoices import InvoiceCardJSON
from market.shapes.listings import DeliveryOptionJSON, ListingCardJSON, ShopCardJSON

OrderState = Literal[
    "created", "expired", "paid", "accepted", "shipped", "delivered", "completed", "cancelled", "disputed", "returned",
    "refunded", "chargeback",
]  # fmt: skip


class OfferStepJSON(TypedDict):
    side: Literal["buyer", "seller"]
    act: str  # offer, request, counter, accept, decline, withdraw, expire
    amount: MoneyJSON | None
    note: str
    at: str


class OfferJSON(TypedDict):
    """A negotiation. `moves`: what each side may do now (counter, accept, decline, withdraw)."""

    id: int
    kind: Literal["offer", "request"]
    state: Literal["open", "accepted", "declined", "withdrawn", "expired"]
    turn: Literal["buyer", "seller"]
    listing: ListingCardJSON
    variant: int
    variant_name: str
    quantity: int
    amount: MoneyJSON | None  # for one piece
    total: MoneyJSON | None
    buyer: SenderJSON
    seller: SenderJSON
    chat: int | None
    quote: int | None  # once accepted
    steps: list[OfferStepJSON]
    moves: dict[str, list[str]]  # {"buyer": […], "seller": […]}
    expires_at: str
    created_at: str


class QuoteJSON(TypedDict):
    """A price that holds, with the stock, until `expires_at`. Paid for by a checkout with `quote`."""

    id: int
    state: Literal["open", "used", "expired", "cancelled"]
    source: Literal["buy", "offer"]
    listing: ListingCardJSON
    variant: int
    variant_name: str
    quantity: int
    unit_price: MoneyJSON
    total: MoneyJSON
    expires_at: str
    order: int | None


class AddressJSON(TypedDict):
    id: int
    name: str
    line1: str
    line2: str
    postcode: str
    city: str
    region: str
    country: str
    phone: str
    is_default: bool


class CartLineJSON(TypedDict):
    """`problem`: why it cannot be bought now: out_of_stock, not_available, on_holiday, price_changed (was `seen`)."""

    id: int
    listing: ListingCardJSON
    variant: int
    variant_name: str
    quantity: int
    unit_price: MoneyJSON
    seen: MoneyJSON
    subtotal: MoneyJSON
    available: int | None
    problem: str | None


class CartPartJSON(TypedDict):
    """What is bought of one shop. `delivery` are the ways that all its goods can go; empty when nothing is sent."""

    shop: ShopCardJSON
    lines: list[CartLineJSON]
    items: MoneyJSON
    delivery: list[DeliveryOptionJSON]


class CartJSON(TypedDict):
    """In groups by currency: one checkout pays in one currency."""

    baskets: list["BasketJSON"]
    count: int


class BasketJSON(TypedDict):
    currency: str
    parts: list[CartPartJSON]
    items: MoneyJSON


class CouponJSON(TypedDict):
    """For its seller. Either `percent_bp` (basis points: 1000 is 10 %) or `amount`."""

    id: int
    code: str
    kind: Literal["percent", "fixed"]
    percent_bp: int | None
    amount: MoneyJSON | None
    min_items: MoneyJSON
    max_uses: int | None
    per_buyer: int
    use_count: int
    valid_from: str | None
    valid_until: str | None
    is_active: bool


class CheckoutPartJSON(TypedDict):
    shop: ShopCardJSON
    lines: list[CartLineJSON]
    delivery_options: list[DeliveryOptionJSON]
    delivery_option: int | None  # chosen
    needs_address: bool
    coupon: str
    items: MoneyJSON
    delivery: MoneyJSON
    discount: MoneyJSON
    total: MoneyJSON


class CheckoutJSON(TypedDict):
    """What an order would cost now. Send `total.minor` back as `expected_total_minor` to order at this price."""

    currency: str
    quote: int | None
    parts: list[CheckoutPartJSON]
    needs_address: bool
    address: AddressJSON | None
    total: MoneyJSON
    problems: list[dict[str, Any]]  # {"code", "detail", "shop"?, "line"?}


class PaymentJSON(TypedDict):
    """`action_url`: where the buyer pays, when the state is "pending"."""

    id: int
    provider: str
    state: Literal["created", "pending", "succeeded", "failed", "cancelled"]
    amount: MoneyJSON
    action_url: str
    failure: str
    group: int


class OrderLineJSON(TypedDict):
    id: int
    listing: int
    title: str
    variant_name: str
    kind: str
    photo: str | None
    unit_price: MoneyJSON
    quantity: int
    subtotal: MoneyJSON
    discount: MoneyJSON
    refunded: MoneyJSON
    refunded_quantity: int


class TransitionJSON(TypedDict):
    number: int
    act: str
    state: str  # it led to
    label: str
    role: Literal["buyer", "seller", "moderator", "system"]
    by: SenderJSON | None
    data: dict[str, Any]
    at: str


class OrderCardJSON(TypedDict):
    """An order in a list or in its thread: what both sides may see. `moves` names what each role may do now."""

    id: int
    number: str
    url: str
    state: OrderState
    state_label: str
    fulfilment: Literal["shipping", "in_person", "online", "service"]
    title: str  # "City bicycle", "City bicycle and 2 more"
    photo: str | None
    line_count: int
    total: MoneyJSON
    refunded: MoneyJSON
    buyer: SenderJSON
    seller: SenderJSON
    shop: ShopCardJSON
    chat: int | None
    moves: dict[str, list[str]]  # {"buyer": ["pay", "cancel"], "seller": […], "moderator": […]}
    due_at: str | None
    due_what: str  # what happens then, in words
    created_at: str
    changed_at: str


class PlacedJSON(TypedDict):
    """One basket, ordered. Begin the payment next; null when there is nothing to pay."""

    group: int
    total: MoneyJSON
    orders: list[OrderCardJSON]
    payment: PaymentJSON | None


class RefundJSON(TypedDict):
    id: int
    state: Literal["claimed", "succeeded", "failed"]
    amount: MoneyJSON
    reason: str
    reason_label: str
    note: str
    created_at: str


class ReturnJSON(TypedDict):
    id: int
    state: Literal["requested", "approved", "declined", "sent", "received", "closed"]
    reason: str
    answer: str
    tracking_number: str
    lines: list[dict[str, int]]  # {"line", "quantity"}
    created_at: str


class EvidenceJSON(TypedDict):
    id: int
    by: SenderJSON | None
    text: str
    attachment: dict[str, Any] | None
    created_at: str


class DisputeJSON(TypedDict):
    id: int
    reason: str
    reason_label: str
    text: str
    outcome: str  # "": open
    outcome_label: str
    refund: MoneyJSON
    decision: str
    evidence: list[EvidenceJSON]
    created_at: str
    decided_at: str | None


class ReviewJSON(TypedDict):
    id: int
    side: Literal["buyer", "seller"]
    stars: int
    text: str
    answer: str
    author: SenderJSON | None
    listing_title: str
    published_at: str | None


class OrderJSON(OrderCardJSON):
    """The whole order, for its buyer, its seller, and moderators while it is in dispute."""

    group: int
    lines: list[OrderLineJSON]
    items: MoneyJSON
    delivery: MoneyJSON
    discount: MoneyJSON
    tax: MoneyJSON
    delivery_details: dict[str, Any]
    address: dict[str, Any]
    note: str
    carrier: str
    tracking_number: str
    cancel_reason: str
    seller_of_record: dict[str, Any]
    role: Literal["buyer", "seller", "moderator"]  # of the asker
    timeline: list[TransitionJSON]
    payment: PaymentJSON | None
    refunds: list[RefundJSON]
    returns: list[ReturnJSON]
    dispute: DisputeJSON | None
    reviews: list[ReviewJSON]  # that the asker may see
    invoices: list[InvoiceCardJSON]
    handover_code: NotRequired[str]  # for the buyer alone
    commission: NotRequired[MoneyJSON]  # for the seller alone
    payout_part: NotRequired[MoneyJSON]
    refundable: NotRequired[MoneyJSON]


class BalanceJSON(TypedDict):
    """A shop's money. `held`: of orders that are not completed; `owed`: what the shop owes us; payouts wait then."""

    currency: str
    available: MoneyJSON
    held: MoneyJSON
    owed: MoneyJSON
    paying_out: MoneyJSON
    can_pay_out: bool
    frozen_reason: str


class StatementLineJSON(TypedDict):
    id: int
    kind: str
    label: str
    amount: MoneyJSON
    balance: MoneyJSON  # after it
    order: int | None
    order_number: str
    at: str


class PayoutJSON(TypedDict):
    id: int
    state: Literal["claimed", "paid", "failed", "returned"]
    amount: MoneyJSON
    destination: str
    failure: str
    created_at: str
    settled_at: str | None

"""The order: what was bought at what price, frozen, and where it stands. States move by market/orders.py alone."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from market.models.cart import Coupon
from market.models.listing import Listing, Variant
from market.models.shop import Shop
from messenger.models import Chat


class OrderGroup(models.Model):
    """One basket, one payment: an order for each seller in it."""

    buyer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="order_groups")
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(total_minor__gte=0), name="order_group_total_from_0")]


class Order(models.Model):
    class State(models.TextChoices):
        CREATED = "created", pgettext_lazy("an order", "Waiting for payment")
        EXPIRED = "expired", pgettext_lazy("an order", "Not paid in time")
        PAID = "paid", pgettext_lazy("an order", "Paid")
        ACCEPTED = "accepted", pgettext_lazy("an order", "Accepted")
        SHIPPED = "shipped", pgettext_lazy("an order", "On its way")
        DELIVERED = "delivered", pgettext_lazy("an order", "Delivered")
        COMPLETED = "completed", pgettext_lazy("an order", "Completed")
        CANCELLED = "cancelled", pgettext_lazy("an order", "Cancelled")
        DISPUTED = "disputed", pgettext_lazy("an order", "In dispute")
        RETURNED = "returned", pgettext_lazy("an order", "Returned")
        REFUNDED = "refunded", pgettext_lazy("an order", "Refunded")
        CHARGEBACK = "chargeback", pgettext_lazy("an order", "Charged back")

    class Fulfilment(models.TextChoices):
        SHIPPING = "shipping", _("Shipping")
        IN_PERSON = "in_person", _("Hand-over in person")
        ONLINE = "online", _("Delivered in the chat")
        SERVICE = "service", _("Service")

    group = models.ForeignKey(OrderGroup, on_delete=models.PROTECT, related_name="orders")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="orders_bought")
    seller = models.ForeignKey(User, on_delete=models.PROTECT, related_name="orders_sold")
    state = models.CharField(max_length=10, choices=State.choices, default=State.CREATED)
    version = models.PositiveIntegerField(default=0)  # the number of its last transition
    fulfilment = models.CharField(max_length=9, choices=Fulfilment.choices)
    currency = models.CharField(max_length=3)

    # total = items + delivery + tax - discount; all frozen at sale
    items_minor = models.BigIntegerField()
    delivery_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)  # on top of the prices; what they include is vat_bp's business
    discount_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    vat_bp = models.PositiveIntegerField(default=0)  # of the shop, included in the prices
    commission_minor = models.BigIntegerField(default=0)  # ours, from the seller's part
    commission_vat_minor = models.BigIntegerField(default=0)  # tax on our commission
    refunded_minor = models.BigIntegerField(default=0)  # claimed by refunds that have not failed
    coupon = models.ForeignKey(Coupon, null=True, on_delete=models.PROTECT, related_name="orders")

    # Who sold, and how and where it goes, as it was agreed.
    seller_of_record = models.JSONField(default=dict)  # {"name", "legal_name", "address", "tax_id", "kind"}
    delivery = models.JSONField(default=dict)  # {"option", "name", "days_min", "days_max"}
    address = models.JSONField(default=dict, blank=True)  # of Address; {} when nothing is sent
    note = models.CharField(max_length=500, blank=True)  # of the buyer
    handover_code = models.CharField(max_length=8, blank=True)  # shown to the buyer, typed by the seller
    handover_tries = models.PositiveSmallIntegerField(default=0)
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    cancel_reason = models.CharField(max_length=500, blank=True)

    chat = models.ForeignKey(Chat, null=True, on_delete=models.SET_NULL, related_name="+")  # the order's own thread
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    paid_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)  # the seller has the money
    # When the worker moves it by itself: pay-by, ship-by, confirm-by, as the state says (market/orders.py).
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("items_minor") + F("delivery_minor") + F("tax_minor") - F("discount_minor")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    items_minor__gte=0, delivery_minor__gte=0, tax_minor__gte=0, discount_minor__gte=0,
                    total_minor__gte=0, commission_minor__gte=0, commission_vat_minor__gte=0, refunded_minor__gte=0,
                ),
                name="order_amounts_from_0",
            ),
            models.CheckConstraint(condition=Q(refunded_minor__lte=F("total_minor")), name="order_refunds_within"),
            models.CheckConstraint(
                condition=Q(total_minor__gte=F("commission_minor") + F("commission_vat_minor")),
                name="order_commission_within",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["buyer", "-id"], name="order_of_buyer"),
            models.Index(fields=["shop", "state", "-id"], name="order_of_shop"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="order_due"),
        ]
        verbose_name = _("order")
        verbose_name_plural = _("orders")

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people name it."""
        return f"T-{self.pk:06d}" if self.pk else "T-"

    @property
    def reference(self) -> str:
        """What its reservations are filed under."""
        return f"order:{self.pk}"

    @property
    def seller_part_minor(self) -> int:
        """What the seller gets when nothing is refunded."""
        return self.total_minor - self.commission_minor - self.commission_vat_minor


class OrderLine(models.Model):
    """A snapshot: what a listing says later changes nothing here."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="order_lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="order_lines")
    title = models.CharField(max_length=120)
    variant_name = models.CharField(max_length=80, blank=True)
    sku = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=8, choices=Listing.Kind.choices)
    condition = models.CharField(max_length=8, blank=True)
    description = models.TextField(blank=True)  # what was promised, for disputes
    photo_key = models.CharField(max_length=40, blank=True, db_index=True)
    unit_price_minor = models.BigIntegerField()
    quantity = models.PositiveIntegerField()
    subtotal_minor = models.BigIntegerField()  # unit price x quantity
    discount_minor = models.BigIntegerField(default=0)  # this line's part of the order's
    commission_minor = models.BigIntegerField(default=0)  # this line's part of the order's
    commission_vat_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    refunded_quantity = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(subtotal_minor=F("unit_price_minor") * F("quantity"), quantity__gt=0),
                name="order_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, discount_minor__lte=F("subtotal_minor")), name="order_line_discount"
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("subtotal_minor") - F("discount_minor"))
                & Q(refunded_quantity__lte=F("quantity")),
                name="order_line_refunds_within",
            ),
        ]

    @property
    def paid_minor(self) -> int:
        return self.subtotal_minor - self.discount_minor


class OrderTransition(models.Model):
    """One move of an order. Timeline, thread, notifications and webhooks are all read from here."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="transitions")
    number = models.PositiveIntegerField()
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    act = models.CharField(max_length=24)  # the edge's name: pay, accept, ship …
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=10)  # buyer, seller, moderator, system
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="order_transition_once")]


class CouponUse(models.Model):
    """An order that a coupon made cheaper; the `slot`-th of this buyer. Goes when the order is not paid after all."""

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="uses")
    buyer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="coupon_use")
    slot = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coupon", "buyer", "slot"], name="coupon_use_once")]


class Invoice(models.Model):
    """Numbered without gaps within a shop; made once, with what it says frozen."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="invoices")
    kind = models.CharField(max_length=11, choices=Kind.choices, default=Kind.INVOICE)
    reference = models.CharField(max_length=40, unique=True)  # "order:7", "refund:3": one each
    number = models.CharField(max_length=40)
    content = models.JSONField()
    issued_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="invoice_number_once")]

"""Payments, refunds, payouts and chargebacks, read only but for asking the provider again."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from market.actions.moderating import ask_about_payment, retry_payout, retry_refund
from market.admin.desk import Moderated, Verdict, amount, link
from market.models import Chargeback, Payment, Payout, Refund
from moderation.desk import apply, moderator


@admin.register(Payment)
class PaymentAdmin(Moderated):
    list_display = (
        "id",
        "orders_shown",
        "provider",
        "state",
        "amount_shown",
        "captured_shown",
        "failure",
        "created_at",
    )
    list_filter = ("state", "provider", "currency", "created_at")
    search_fields = ("=id", "=reference", "=group__orders__id", "=group__buyer__handle")
    search_help_text = _("The number of the payment or the order, the provider's reference, or the buyer's handle.")
    ordering = ("-pk",)
    fields = (
        "orders_shown", "provider", "reference", "state", "amount_shown", "reported_shown", "captured_shown",
        "refunded_shown", "failure", "created_at", "settled_at",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name.endswith("_shown"))
    actions = ("ask",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        return super().get_queryset(request).prefetch_related("group__orders")

    def verdicts(self, obj: Payment) -> Sequence[Verdict]:
        return (Verdict("ask", _("Ask the provider now")),)

    @admin.display(description=_("orders"))
    def orders_shown(self, payment: Payment) -> SafeString:
        return format_html_join(", ", "{}", ((link(order),) for order in payment.group.orders.all()))

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount_shown(self, payment: Payment) -> SafeString | str:
        return amount(payment.amount_minor, payment.currency)

    @admin.display(description=_("taken, as the provider says"))
    def reported_shown(self, payment: Payment) -> SafeString | str:
        return amount(payment.reported_minor, payment.currency)

    @admin.display(description=_("in the books"))
    def captured_shown(self, payment: Payment) -> SafeString | str:
        return amount(payment.captured_minor, payment.currency)

    @admin.display(description=_("refunded"))
    def refunded_shown(self, payment: Payment) -> SafeString | str:
        return amount(payment.refunded_minor, payment.currency)

    @admin.action(description=_("Ask the provider now"), permissions=["moderate"])
    def ask(self, request: HttpRequest, chosen: QuerySet[Payment]) -> None:
        apply(request, chosen, lambda one: ask_about_payment(by=moderator(request), payment=one))


@admin.register(Refund)
class RefundAdmin(Moderated):
    list_display = ("id", "order", "state", "amount_shown", "reason", "attempt", "failure", "created_at")
    list_filter = ("state", "reason", "created_at")
    search_fields = ("=id", "=order__id", "=reference")
    list_select_related = ("order", "payment")
    ordering = ("-pk",)
    fields = (
        "order_shown", "payment_shown", "state", "amount_shown", "reason", "note", "by", "attempt", "reference",
        "failure", "created_at", "settled_at",
    )  # fmt: skip
    readonly_fields = ("order_shown", "payment_shown", "amount_shown")
    actions = ("again",)

    def verdicts(self, obj: Refund) -> Sequence[Verdict]:
        return () if obj.state == Refund.State.SUCCEEDED else (Verdict("again", _("Try again")),)

    @admin.display(description=_("order"))
    def order_shown(self, refund: Refund) -> SafeString | str:
        return link(refund.order)

    @admin.display(description=_("payment"))
    def payment_shown(self, refund: Refund) -> SafeString | str:
        return link(refund.payment, f"#{refund.payment_id}")

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount_shown(self, refund: Refund) -> SafeString | str:
        return amount(refund.amount_minor, refund.payment.currency)

    @admin.action(description=_("Try again"), permissions=["moderate"])
    def again(self, request: HttpRequest, chosen: QuerySet[Refund]) -> None:
        apply(request, chosen, lambda one: retry_refund(by=moderator(request), refund=one))


@admin.register(Payout)
class PayoutAdmin(Moderated):
    list_display = ("id", "shop", "state", "amount_shown", "provider", "failure", "created_at", "settled_at")
    list_filter = ("state", "provider", "currency", "created_at")
    search_fields = ("=id", "=shop__owner__handle", "=reference")
    list_select_related = ("shop",)
    ordering = ("-pk",)
    fields = (
        "shop_shown", "state", "amount_shown", "destination_shown", "provider", "reference", "failure", "by",
        "created_at", "settled_at",
    )  # fmt: skip
    readonly_fields = ("shop_shown", "amount_shown", "destination_shown")
    actions = ("again",)

    def verdicts(self, obj: Payout) -> Sequence[Verdict]:
        return (Verdict("again", _("Try again")),) if obj.state == Payout.State.CLAIMED else ()

    @admin.display(description=_("shop"))
    def shop_shown(self, payout: Payout) -> SafeString | str:
        return link(payout.shop)

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount_shown(self, payout: Payout) -> SafeString | str:
        return amount(payout.amount_minor, payout.currency)

    @admin.display(description=_("destination"))
    def destination_shown(self, payout: Payout) -> str:
        """Enough to tell it apart; nobody here needs the whole of an account number."""
        return f"… {payout.destination[-4:]}"

    @admin.action(description=_("Try again"), permissions=["moderate"])
    def again(self, request: HttpRequest, chosen: QuerySet[Payout]) -> None:
        apply(request, chosen, lambda one: retry_payout(by=moderator(request), payout=one))


@admin.register(Chargeback)
class ChargebackAdmin(Moderated):
    list_display = ("id", "payment_shown", "state", "amount_shown", "fee_shown", "created_at")
    list_filter = ("state", "provider", "created_at")
    search_fields = ("=reference", "=payment__group__orders__id")
    list_select_related = ("payment",)
    ordering = ("-pk",)
    fields = ("payment_shown", "provider", "reference", "state", "amount_shown", "fee_shown", "created_at")
    readonly_fields = ("payment_shown", "amount_shown", "fee_shown")

    @admin.display(description=_("payment"))
    def payment_shown(self, chargeback: Chargeback) -> SafeString | str:
        return link(chargeback.payment, f"#{chargeback.payment_id}")

    @admin.display(description=_("amount"))
    def amount_shown(self, chargeback: Chargeback) -> SafeString | str:
        return amount(chargeback.amount_minor, chargeback.payment.currency)

    @admin.display(description=_("fee"))
    def fee_shown(self, chargeback: Chargeback) -> SafeString | str:
        return amount(chargeback.fee_minor, chargeback.payment.currency)

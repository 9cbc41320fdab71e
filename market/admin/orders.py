"""Orders, read only: what was bought, how it went, and where the money is. That one was opened is on record."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from market.actions.moderating import open_order
from market.admin.desk import NOTHING, Moderated, amount, link, table, words
from market.models import Entry, LedgerTransaction, Order
from market.serializers.orders import act_label
from moderation.desk import moderator
from moderation.evidence import evidence_table


@admin.register(Order)
class OrderAdmin(Moderated):
    list_display = ("number_shown", "shop", "buyer", "total_shown", "state", "fulfilment", "created_at", "due_at")
    list_filter = ("state", "fulfilment", "currency", "created_at")
    search_fields = ("=id", "=buyer__handle", "=seller__handle")
    search_help_text = _("The number of the order without T-, or a whole handle of the buyer or the seller.")
    list_select_related = ("shop", "buyer")
    ordering = ("-pk",)
    fields = (
        "number_shown", "state", "shop_shown", "buyer_shown", "seller_shown", "fulfilment", "lines_shown", "sums_shown",
        "timeline_shown", "payments_shown", "refunds_shown", "ledger_shown", "disputes_shown", "address_shown",
        "note_shown", "carrier", "tracking_number", "created_at", "paid_at", "delivered_at", "completed_at",
        "released_at", "due_at",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name.endswith("_shown"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        order = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if order is not None:
            open_order(by=moderator(request), order=order)
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description=_("number"), ordering="pk")
    def number_shown(self, order: Order) -> str:
        return order.number

    @admin.display(description=_("shop"))
    def shop_shown(self, order: Order) -> SafeString | str:
        return link(order.shop)

    @admin.display(description=_("buyer"))
    def buyer_shown(self, order: Order) -> SafeString | str:
        return link(order.buyer)

    @admin.display(description=_("seller"))
    def seller_shown(self, order: Order) -> SafeString | str:
        return link(order.seller)

    @admin.display(description=_("total"), ordering="total_minor")
    def total_shown(self, order: Order) -> SafeString | str:
        return amount(order.total_minor, order.currency)

    @admin.display(description=_("goods"))
    def lines_shown(self, order: Order) -> SafeString | str:
        rows = (
            (
                link(line.listing, line.title), line.variant_name or NOTHING, line.quantity,
                amount(line.subtotal_minor, order.currency), amount(line.refunded_minor, order.currency),
            )
            for line in order.lines.select_related("listing")
        )  # fmt: skip
        return table((_("title"), _("variant"), _("pieces"), _("amount"), _("refunded")), rows)

    @admin.display(description=_("sums"))
    def sums_shown(self, order: Order) -> SafeString | str:
        names = ("items", "delivery", "tax", "discount", "total", "refunded", "commission", "commission_vat")
        labels = (
            _("goods"), _("delivery"), _("tax"), _("discount"), _("total"), _("refunded"), _("commission"),
            _("tax on commission"),
        )  # fmt: skip
        values = (amount(getattr(order, f"{name}_minor"), order.currency) for name in names)
        return table(("", ""), zip(labels, values, strict=True))

    @admin.display(description=_("what happened"))
    def timeline_shown(self, order: Order) -> SafeString | str:
        rows = (
            (one.number, one.created_at, act_label(one.act), one.role, one.by or NOTHING, one.to_state)
            for one in order.transitions.select_related("by")
        )
        return table(("", _("when"), _("what"), _("role"), _("by"), _("state")), rows)

    @admin.display(description=_("payments"))
    def payments_shown(self, order: Order) -> SafeString | str:
        rows = (
            (
                link(one, f"#{one.pk}"), one.provider, one.get_state_display(), amount(one.amount_minor, one.currency),
                one.reference or NOTHING, one.failure or NOTHING,
            )
            for one in order.group.payments.order_by("pk")
        )  # fmt: skip
        return table(("", _("provider"), _("state"), _("amount"), _("reference"), _("failure")), rows)

    @admin.display(description=_("refunds"))
    def refunds_shown(self, order: Order) -> SafeString | str:
        rows = (
            (
                link(one, f"#{one.pk}"), one.get_state_display(), amount(one.amount_minor, order.currency),
                one.get_reason_display(), one.created_at,
            )
            for one in order.refunds.order_by("pk")
        )  # fmt: skip
        return table(("", _("state"), _("amount"), _("reason"), _("when")), rows)

    @admin.display(description=_("ledger"))
    def ledger_shown(self, order: Order) -> SafeString | str:
        entries = [
            (link(made, made.idempotency_key), link(entry.account), amount(entry.amount_minor, order.currency))
            for made in _transactions(order)
            for entry in made.entries.all()
        ]
        balances = [
            (_("now"), link(one), amount(one.balance, one.currency)) for one in order.accounts.all()
        ]  # fmt: skip
        return table((_("transaction"), _("ledger account"), _("amount")), [*entries, *balances])

    @admin.display(description=_("disputes"))
    def disputes_shown(self, order: Order) -> SafeString | str:
        is_open = pgettext_lazy("a dispute", "Open")
        rows = (
            (link(one, f"#{one.pk}"), one.get_reason_display(), one.get_outcome_display() or is_open, one.created_at)
            for one in order.disputes.order_by("pk")
        )
        return table(("", _("reason"), _("outcome"), _("when")), rows)

    @admin.display(description=_("address"))
    def address_shown(self, order: Order) -> SafeString | str:
        return evidence_table(order.address) if order.address else NOTHING

    @admin.display(description=_("note of the buyer"))
    def note_shown(self, order: Order) -> SafeString | str:
        return format_html("{}", words(order.note))


def _transactions(order: Order) -> QuerySet[LedgerTransaction]:
    """Its own, and the captures of the payment that it was paid with: those are of the whole basket."""
    about = Q(order=order) | Q(pk__in=Entry.objects.filter(account__order=order).values("transaction"))
    return LedgerTransaction.objects.filter(about).prefetch_related("entries__account").order_by("pk")

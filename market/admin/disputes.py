"""Disputes: a queue. What was promised, what both sides bring forward, and the decision about the money."""

import copy
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import DomainError
from market.actions import disputes
from market.actions.moderating import join_thread, leave_thread, open_order
from market.admin.desk import NOTHING, Moderated, amount, link, table, words
from market.models import Dispute, Evidence
from market.money import parse_amount
from market.serializers.orders import photo_url
from messenger.serializers import attachment_json
from moderation.desk import moderator


class OpenFilter(admin.SimpleListFilter):
    """Open ones unless asked for others: this list is a queue."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", pgettext_lazy("a dispute", "Open")), ("all", _("All")), *Dispute.Outcome.choices]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, title in self.lookup_choices:
            yield {
                "selected": (self.value() or "open") == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        value = self.value() or "open"
        if value == "all":
            return queryset
        return queryset.filter(outcome="" if value == "open" else value)


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[
            ("released", _("The seller is paid")),
            ("refunded", _("The buyer gets all that is left back")),
            ("split", _("The buyer gets a part back, the seller the rest")),
        ],
    )
    amount = forms.CharField(label=_("The part, if it is one"), required=False, max_length=24)
    decision = forms.CharField(
        label=_("Why, for both to read"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "cols": 60})
    )


@admin.register(Dispute)
class DisputeAdmin(Moderated):
    change_form_template = "admin/market/dispute/change_form.html"
    list_display = ("number", "order_shown", "reason", "opened_by", "total_shown", "outcome_shown", "created_at")
    list_filter = (OpenFilter, "reason", "created_at")
    search_fields = ("=order__id", "=order__buyer__handle", "=order__seller__handle")
    search_help_text = _("The number of the order without T-, or a whole handle.")
    list_select_related = ("order", "opened_by")
    ordering = ("created_at",)
    fields = (
        "order_shown", "people_shown", "reason", "text_shown", "promised_shown", "sums_shown", "evidence_shown",
        "created_at", "outcome_shown", "refund_shown", "decision_shown", "decided_by", "decided_at",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name.endswith("_shown"))

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<int:dispute>/decide/", self.admin_site.admin_view(self.decide), name="market_dispute_decide"),
            path("<int:dispute>/thread/", self.admin_site.admin_view(self.thread), name="market_dispute_thread"),
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        dispute = self.get_object(request, object_id) if self.has_view_permission(request) else None
        context = dict(extra_context or {})
        if dispute is not None:
            open_order(by=moderator(request), order=dispute.order)
            context.setdefault("decision_form", DecisionForm())
            context["currency"] = dispute.order.currency
            context["thread"] = dispute.order.chat_id
        return super().change_view(request, object_id, form_url, context)

    # --- acts

    def decide(self, request: HttpRequest, dispute: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        found = self._found(request, dispute)
        form = DecisionForm(request.POST)
        if found is not None and form.is_valid():
            try:
                self._decide(request, found, form.cleaned_data)
            except DomainError as error:
                form.add_error("amount" if error.code == "bad_amount" else None, str(error.detail))
            else:
                messages.success(request, _("Decided. Both have been told."))
                return self._back(dispute)
        again = copy.copy(request)
        again.method = "GET"  # the page as it is, with what was typed and what is wrong with it
        return self.change_view(again, str(dispute), extra_context={"decision_form": form})

    def _decide(self, request: HttpRequest, dispute: Dispute, said: dict[str, Any]) -> None:
        refund = (
            parse_amount(said["amount"], dispute.order.currency, field="amount") if said["outcome"] == "split" else 0
        )
        disputes.decide(
            by=moderator(request), order_id=dispute.order_id, outcome=said["outcome"], refund_minor=refund,
            decision=said["decision"],
        )  # fmt: skip

    def thread(self, request: HttpRequest, dispute: int) -> HttpResponse:
        """Into the thread of the two, or out of it again."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        found = self._found(request, dispute)
        if found is None:
            return self._back(dispute)
        try:
            if "leave" in request.POST:
                leave_thread(by=moderator(request), order=found.order)
                return self._back(dispute)
            chat = join_thread(by=moderator(request), order=found.order)
        except DomainError as error:
            messages.error(request, str(error.detail))
            return self._back(dispute)
        return HttpResponseRedirect(reverse("chat", args=[chat]))

    def _found(self, request: HttpRequest, dispute: int) -> Dispute | None:
        return self.get_object(request, str(dispute)) if self.has_view_permission(request) else None

    def _back(self, dispute: int) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:market_dispute_change", args=[dispute]))

    # --- what is shown

    @admin.display(description="#", ordering="pk")
    def number(self, dispute: Dispute) -> str:
        return f"#{dispute.pk}"

    @admin.display(description=_("order"))
    def order_shown(self, dispute: Dispute) -> SafeString | str:
        return link(dispute.order)

    @admin.display(description=_("total"))
    def total_shown(self, dispute: Dispute) -> SafeString | str:
        return amount(dispute.order.total_minor, dispute.order.currency)

    @admin.display(description=_("outcome"))
    def outcome_shown(self, dispute: Dispute) -> str:
        return dispute.get_outcome_display() or str(pgettext_lazy("a dispute", "Open"))

    @admin.display(description=_("people"))
    def people_shown(self, dispute: Dispute) -> SafeString:
        order = dispute.order
        return format_html("{}: {} · {}: {}", _("buyer"), link(order.buyer), _("seller"), link(order.seller))

    @admin.display(description=_("what the buyer says"))
    def text_shown(self, dispute: Dispute) -> SafeString | str:
        return words(dispute.text)

    @admin.display(description=_("what was promised"))
    def promised_shown(self, dispute: Dispute) -> SafeString | str:
        """As it stood in the listing at sale."""
        rows = (
            (_picture(photo_url(line.photo_key)), line.title, line.condition or NOTHING, words(line.description))
            for line in dispute.order.lines.all()
        )
        return table(("", _("title"), _("condition"), _("description")), rows)

    @admin.display(description=_("money"))
    def sums_shown(self, dispute: Dispute) -> SafeString:
        order = dispute.order
        left = order.total_minor - order.refunded_minor
        return format_html(
            "{}: {} · {}: {} · {}: {}",
            _("paid"), amount(order.total_minor, order.currency), _("refunded"),
            amount(order.refunded_minor, order.currency), _("left"), amount(left, order.currency),
        )  # fmt: skip

    @admin.display(description=_("evidence"))
    def evidence_shown(self, dispute: Dispute) -> SafeString | str:
        order, found = dispute.order, dispute.evidence.select_related("by", "attachment")
        sides = {order.buyer_id: _("buyer"), order.seller_id: _("seller")}
        rows = (
            (one.created_at, sides.get(one.by_id or 0, _("moderator")), words(one.text), _attached(one))
            for one in found
        )
        return table((_("when"), _("by"), _("words"), _("file")), rows)

    @admin.display(description=_("refunded by the decision"))
    def refund_shown(self, dispute: Dispute) -> SafeString | str:
        return amount(dispute.refund_minor or None, dispute.order.currency)

    @admin.display(description=_("decision"))
    def decision_shown(self, dispute: Dispute) -> SafeString | str:
        return words(dispute.decision)


def _picture(url: str | None) -> SafeString | str:
    return format_html('<img class="picture" src="{}" alt="" loading="lazy">', url) if url else ""


def _attached(evidence: Evidence) -> SafeString | str:
    if evidence.attachment is None:
        return NOTHING
    shown = attachment_json(evidence.attachment)
    small = shown["sizes"].get("small") or shown["sizes"].get("medium")
    if small is None:
        return format_html('<a href="{}">{}</a>', shown["url"], shown["name"])
    pictures = [(shown["url"], small["url"], shown["name"])]
    return format_html_join("", '<a href="{}"><img class="picture" src="{}" alt="{}" loading="lazy"></a>', pictures)

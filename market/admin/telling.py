"""What comes in from providers and what is told to others: read only, but for trying again."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from market.actions.moderating import redeliver, refold, retell
from market.admin.desk import Moderated, Verdict, link
from market.models import InboxEvent, OutboxEvent, WebhookDelivery, WebhookEndpoint
from moderation.desk import apply, moderator
from moderation.evidence import evidence_table


@admin.register(InboxEvent)
class InboxEventAdmin(Moderated):
    """Without the body: it holds what a bank knows of a buyer."""

    list_display = ("event_id", "provider", "kind", "subject", "received_at", "folded_at", "failure")
    list_filter = ("provider", ("folded_at", admin.EmptyFieldListFilter), "kind", "received_at")
    search_fields = ("=event_id", "^subject")
    ordering = ("-pk",)
    fields = ("event_id", "provider", "kind", "subject", "received_at", "folded_at", "failure")
    actions = ("again",)

    def verdicts(self, obj: InboxEvent) -> Sequence[Verdict]:
        return (Verdict("again", _("Read it again")),)

    @admin.action(description=_("Read again"), permissions=["moderate"])
    def again(self, request: HttpRequest, chosen: QuerySet[InboxEvent]) -> None:
        apply(request, chosen, lambda one: refold(by=moderator(request), event=one))


@admin.register(OutboxEvent)
class OutboxEventAdmin(Moderated):
    list_display = ("kind", "order", "shop", "created_at", "told_at", "failure")
    list_filter = (("told_at", admin.EmptyFieldListFilter), "kind", "created_at")
    search_fields = ("=order__id", "^kind")
    list_select_related = ("order", "shop")
    ordering = ("-created_at",)
    fields = ("id", "kind", "order", "offer", "listing", "shop", "data_shown", "created_at", "told_at", "failure")
    readonly_fields = ("data_shown",)
    actions = ("again",)

    def verdicts(self, obj: OutboxEvent) -> Sequence[Verdict]:
        return (Verdict("again", _("Try again")),) if obj.told_at is None else ()

    @admin.display(description=_("what it says"))
    def data_shown(self, event: OutboxEvent) -> SafeString | str:
        return evidence_table(event.data)

    @admin.action(description=_("Try again"), permissions=["moderate"])
    def again(self, request: HttpRequest, chosen: QuerySet[OutboxEvent]) -> None:
        apply(request, chosen, lambda one: retell(by=moderator(request), event=one))


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(Moderated):
    """Without the secret."""

    list_display = ("url", "shop", "is_active", "failure_count", "failing_since", "disabled_at")
    list_filter = ("is_active", ("disabled_at", admin.EmptyFieldListFilter), "created_at")
    search_fields = ("=shop__owner__handle", "^url")
    list_select_related = ("shop",)
    ordering = ("-pk",)
    fields = ("url", "shop_shown", "kinds", "is_active", "failure_count", "failing_since", "disabled_at", "created_at")
    readonly_fields = ("shop_shown",)

    @admin.display(description=_("shop"))
    def shop_shown(self, endpoint: WebhookEndpoint) -> SafeString | str:
        return link(endpoint.shop)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(Moderated):
    """Without the body: that is between the shop and its buyers."""

    list_display = ("id", "endpoint", "kind", "state", "attempt_count", "last_status", "last_error", "attempted_at")
    list_filter = ("state", "kind", "created_at")
    search_fields = ("=event_id", "=endpoint__shop__owner__handle")
    list_select_related = ("endpoint",)
    ordering = ("-pk",)
    fields = (
        "endpoint", "event_id", "kind", "state", "attempt_count", "last_status", "last_error", "created_at",
        "attempted_at", "next_attempt_at", "delivered_at",
    )  # fmt: skip
    actions = ("again",)

    def verdicts(self, obj: WebhookDelivery) -> Sequence[Verdict]:
        return (Verdict("again", _("Try again")),)

    @admin.action(description=_("Try again"), permissions=["moderate"])
    def again(self, request: HttpRequest, chosen: QuerySet[WebhookDelivery]) -> None:
        apply(request, chosen, lambda one: redeliver(by=moderator(request), delivery=one))

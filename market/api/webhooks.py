"""REST: where a shop wants its events sent. How receivers verify them: docs/webhooks.md."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.serializers import timestamp
from core import limits
from core.api import ApiView
from core.errors import Invalid
from core.paging import page
from core.schema import Shape, example, problems
from core.shapes import page_of
from market.access.webhooks import delivery_for_managing, endpoint_for_managing, shop_for_webhooks
from market.actions import webhooks
from market.models import WebhookDelivery, WebhookEndpoint
from market.serializers.webhooks import delivery_json, webhook_json
from market.shapes.webhooks import WebhookDeliveryJSON, WebhookJSON, WebhookListJSON, WebhookReplayJSON

DeliveryPageJSON = page_of("WebhookDeliveryPageJSON", WebhookDeliveryJSON)
_KINDS = "Of events: order.paid, order.* … Empty: all."


def _kinds(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=limits.WEBHOOK_KINDS, help_text=_KINDS, **options
    )


class WebhookInput(serializers.Serializer):
    url = serializers.CharField(max_length=limits.WEBHOOK_URL_CHARS, help_text="A public https address.")
    kinds = _kinds(default=list)


class WebhookChanges(serializers.Serializer):
    url = serializers.CharField(max_length=limits.WEBHOOK_URL_CHARS, required=False)
    kinds = _kinds(required=False)
    is_active = serializers.BooleanField(required=False)


class ReplayInput(serializers.Serializer):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    only_failed = serializers.BooleanField(default=True, help_text="false: what was delivered too.")


class WebhooksView(ApiView):
    @extend_schema(
        operation_id="webhooks_list",
        summary="The webhooks of my shop",
        responses={200: Shape(WebhookListJSON), **problems("shop_needed")},
    )
    def get(self, request: Request) -> Response:
        found = WebhookEndpoint.objects.filter(shop=shop_for_webhooks(self.user)).order_by("id")
        return Response({"webhooks": [webhook_json(one) for one in found]})

    @extend_schema(
        operation_id="webhooks_create",
        summary="Have the events of my shop posted to an address",
        description=f"At most {limits.WEBHOOKS_PER_SHOP}. The answer holds `secret`, which is never shown again. "
        "Each event is a POST of `{id, kind, created_at, data}`, signed in `Tenfold-Signature`; answer 2xx within 10 "
        "seconds. Anything else is tried again over about a day. docs/webhooks.md shows how to verify.",
        request=WebhookInput,
        responses={
            201: Shape(WebhookJSON),
            **problems("shop_needed", "too_many_webhooks", "bad_webhook_url", "unknown_event_kind"),
        },
        examples=[example("Orders only", {"url": "https://shop.example/hooks/tenfold", "kinds": ["order.*"]})],
    )
    def post(self, request: Request) -> Response:
        endpoint = webhooks.create_endpoint(by=self.user, **self.data(WebhookInput))
        return Response(webhook_json(endpoint, shows_secret=True), status=201)


class WebhookView(ApiView):
    @extend_schema(
        operation_id="webhooks_retrieve",
        summary="One webhook",
        responses={200: Shape(WebhookJSON), **problems("not_found")},
    )
    def get(self, request: Request, webhook: int) -> Response:
        return Response(webhook_json(endpoint_for_managing(self.user, webhook)))

    @extend_schema(
        operation_id="webhooks_change",
        summary="Change the address or the events, or switch it on or off",
        description="Switching it on again forgets its failures. Events of the time it was off: replay them.",
        request=WebhookChanges,
        responses={200: Shape(WebhookJSON), **problems("not_found", "bad_webhook_url", "unknown_event_kind")},
    )
    def patch(self, request: Request, webhook: int) -> Response:
        changed = webhooks.change_endpoint(by=self.user, endpoint_id=webhook, **self.data(WebhookChanges))
        return Response(webhook_json(changed))

    @extend_schema(
        operation_id="webhooks_delete",
        summary="Delete a webhook, its deliveries with it",
        responses={204: None, **problems("not_found")},
    )
    def delete(self, request: Request, webhook: int) -> Response:
        webhooks.delete_endpoint(by=self.user, endpoint_id=webhook)
        return Response(status=204)


class WebhookSecretView(ApiView):
    @extend_schema(
        operation_id="webhooks_renew_secret",
        summary="A new secret",
        description="Shown once. For 24 hours bodies carry two signatures, the second with the secret before.",
        request=None,
        responses={200: Shape(WebhookJSON), **problems("not_found")},
    )
    def post(self, request: Request, webhook: int) -> Response:
        return Response(webhook_json(webhooks.rotate_secret(by=self.user, endpoint_id=webhook), shows_secret=True))


class WebhookTestView(ApiView):
    @extend_schema(
        operation_id="webhooks_test",
        summary="Send an event of kind ping",
        description="Ask for the delivery a moment later to see what became of it.",
        request=None,
        responses={202: Shape(WebhookDeliveryJSON), **problems("not_found", "webhook_disabled")},
    )
    def post(self, request: Request, webhook: int) -> Response:
        return Response(delivery_json(webhooks.send_ping(by=self.user, endpoint_id=webhook)), status=202)


class WebhookReplayView(ApiView):
    @extend_schema(
        operation_id="webhooks_replay",
        summary="Send what was not delivered in a time span again",
        description="Events that came while the webhook was off are among them. Oldest first, at most "
        f"{webhooks.REPLAYED_AT_ONCE} at once. Event ids stay the same, so receivers can tell what they had.",
        request=ReplayInput,
        responses={202: Shape(WebhookReplayJSON), **problems("not_found", "webhook_disabled", "bad_range")},
    )
    def post(self, request: Request, webhook: int) -> Response:
        count, last_at, has_more = webhooks.replay_range(by=self.user, endpoint_id=webhook, **self.data(ReplayInput))
        last = timestamp(last_at) if last_at else None
        return Response({"count": count, "has_more": has_more, "last_at": last}, status=202)


class WebhookDeliveriesView(ApiView):
    @extend_schema(
        operation_id="webhooks_deliveries",
        summary="What was sent and what became of it, newest first",
        parameters=[
            OpenApiParameter("state", str, enum=WebhookDelivery.State.values),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses={200: Shape(DeliveryPageJSON), **problems("not_found", "bad_cursor", "bad_limit", "unknown_state")},
    )
    def get(self, request: Request, webhook: int) -> Response:
        deliveries = WebhookDelivery.objects.filter(endpoint=endpoint_for_managing(self.user, webhook))
        if state := request.query_params.get("state", ""):
            if state not in WebhookDelivery.State.values:
                raise Invalid("unknown_state", field="state")
            deliveries = deliveries.filter(state=state)
        return Response(page(deliveries.defer("body"), request, serialize=delivery_json))


class WebhookDeliveryView(ApiView):
    @extend_schema(
        operation_id="webhooks_delivery",
        summary="One delivery, with the body that is signed",
        responses={200: Shape(WebhookDeliveryJSON), **problems("not_found")},
    )
    def get(self, request: Request, webhook: int, delivery: int) -> Response:
        return Response(delivery_json(delivery_for_managing(self.user, webhook, delivery), shows_body=True))


class WebhookRedeliveryView(ApiView):
    @extend_schema(
        operation_id="webhooks_redeliver",
        summary="Send one once more",
        description="Whatever became of it; its tries begin anew.",
        request=None,
        responses={
            202: Shape(WebhookDeliveryJSON),
            **problems("not_found", "webhook_disabled", "webhook_in_flight"),
        },
    )
    def post(self, request: Request, webhook: int, delivery: int) -> Response:
        again = webhooks.replay_delivery(by=self.user, endpoint_id=webhook, delivery_id=delivery)
        return Response(delivery_json(again), status=202)


routes = [
    path("webhooks", WebhooksView.as_view()),
    path("webhooks/<int:webhook>", WebhookView.as_view()),
    path("webhooks/<int:webhook>/secret", WebhookSecretView.as_view()),
    path("webhooks/<int:webhook>/test", WebhookTestView.as_view()),
    path("webhooks/<int:webhook>/replay", WebhookReplayView.as_view()),
    path("webhooks/<int:webhook>/deliveries", WebhookDeliveriesView.as_view()),
    path("webhooks/<int:webhook>/deliveries/<int:delivery>", WebhookDeliveryView.as_view()),
    path("webhooks/<int:webhook>/deliveries/<int:delivery>/replay", WebhookRedeliveryView.as_view()),
]

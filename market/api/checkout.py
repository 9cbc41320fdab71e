"""REST: from the cart, or a quote, to an order, and its payment."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.idempotency import idempotent
from core.schema import Shape, example, problems
from market import payments
from market.access.orders import group_for_paying, payment_for_reading
from market.actions import checkout, paying
from market.actions.cancelling import expire_on_read
from market.actions.sandbox import pay_in_sandbox
from market.plans import Wish
from market.serializers.checkout import checkout_json, placed_json
from market.serializers.orders import payment_json
from market.shapes.orders import CheckoutJSON, PaymentJSON, PlacedJSON

_ID: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}


class WishBody(serializers.Serializer):
    quote = serializers.IntegerField(
        **_ID, required=False, allow_null=True, default=None, help_text="Order this quote instead of the cart."
    )
    currency = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=3, help_text="Of the cart, what is sold in it."
    )
    shops = serializers.ListField(
        child=serializers.IntegerField(**_ID), required=False, default=list, max_length=50,
        help_text="Of the cart, what these shops sell; empty: all.",
    )  # fmt: skip
    address = serializers.IntegerField(**_ID, required=False, allow_null=True, default=None)
    delivery = serializers.DictField(
        child=serializers.IntegerField(**_ID), required=False, default=dict, help_text="Shop -> way of delivery."
    )
    coupons = serializers.DictField(
        child=serializers.CharField(max_length=64, allow_blank=True), required=False, default=dict,
        help_text="Shop -> code.",
    )  # fmt: skip
    notes = serializers.DictField(
        child=serializers.CharField(max_length=500, allow_blank=True), required=False, default=dict,
        help_text="Shop -> a word to the seller.",
    )  # fmt: skip

    @staticmethod
    def wish(data: dict[str, Any]) -> Wish:
        return Wish(
            currency=data["currency"].upper(),
            quote=data["quote"],
            shops=tuple(data["shops"]),
            address=data["address"],
            delivery=by_shop(data["delivery"]),
            coupons=by_shop(data["coupons"]),
            notes=by_shop(data["notes"]),
        )


class CheckoutBody(WishBody):
    expected_total_minor = serializers.IntegerField(
        min_value=0, max_value=2**53, help_text="What the preview said; at another price nothing is ordered."
    )
    provider = serializers.CharField(required=False, allow_blank=True, default="", max_length=16)


def by_shop(values: dict[str, Any]) -> dict[int, Any]:
    """Keys of JSON objects are strings."""
    wrong = [key for key in values if not (key.isascii() and key.isdigit() and len(key) < 19)]
    if wrong or len(values) > 50:
        raise serializers.ValidationError({"non_field_errors": ["Keys are ids of shops."]})
    return {int(key): value for key, value in values.items()}


_PROBLEMS = (
    "empty_cart", "several_currencies", "quote_expired", "quote_used", "quote_not_found", "address_not_found",
)  # fmt: skip
_WISH = {"currency": "EUR", "address": 7, "delivery": {"12": 31}, "coupons": {"12": "SPRING"}}


class CheckoutPreviewView(ApiView):
    @extend_schema(
        operation_id="checkout_preview",
        summary="What ordering would cost",
        description="Changes nothing. `problems` name what stands in the way, each with a code; "
        "`total.minor` is what an order expects back as `expected_total_minor`.",
        request=WishBody,
        responses={200: Shape(CheckoutJSON), **problems(*_PROBLEMS)},
        examples=[example("The cart", _WISH), example("A quote", {"quote": 5})],
    )
    def post(self, request: Request) -> Response:
        plan = checkout.preview(by=self.user, wish=WishBody.wish(self.data(WishBody)))
        return Response(checkout_json(plan))


class CheckoutView(ApiView):
    @extend_schema(
        operation_id="checkout_order",
        summary="Order the cart, or a quote",
        description="One order for each shop, one payment for all. Stock is held for 15 minutes from now. "
        "Needs an `Idempotency-Key`: the same key and body order once. Then start the payment.",
        request=CheckoutBody,
        responses={
            201: Shape(PlacedJSON),
            **problems(
                *_PROBLEMS, "price_changed", "out_of_stock", "max_per_buyer", "address_needed", "not_delivered_there",
                "no_common_delivery", "unknown_delivery", "coupon_unknown", "coupon_used_up", "coupon_expired",
                "coupon_used_by_you", "coupon_minimum", "own_listing", "not_available", "on_holiday", "sanctioned",
                "no_payments", "unknown_provider", "idempotency_key_needed", "idempotency_key_reused",
                "idempotency_key_running",
            ),
        },
        examples=[example("The cart", {**_WISH, "expected_total_minor": 12500})],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        body = self.data(CheckoutBody)
        group, payment = checkout.place_order(
            by=self.user,
            wish=WishBody.wish(body),
            expected_total_minor=body["expected_total_minor"],
            provider=body["provider"],
        )
        return Response(placed_json(group, payment), status=201)


class GroupView(ApiView):
    @extend_schema(
        operation_id="checkout_get",
        summary="What was ordered together",
        responses={200: Shape(PlacedJSON), **problems("order_not_found")},
    )
    def get(self, request: Request, group: int) -> Response:
        found = group_for_paying(self.user, group)
        for order in found.orders.all():
            expire_on_read(order)
        return Response(placed_json(found, found.payments.order_by("-pk").first()))


class GroupPaymentView(ApiView):
    @extend_schema(
        operation_id="payments_create",
        summary="The payment that is under way for what was ordered together",
        description="After a payment that failed it is a new one, as long as the orders wait.",
        request=None,
        responses={200: Shape(PaymentJSON), **problems("order_not_found", "paid_already", "wrong_state")},
    )
    def post(self, request: Request, group: int) -> Response:
        return Response(payment_json(paying.payment_of(by=self.user, group_id=group)))


class PaymentView(ApiView):
    @extend_schema(
        operation_id="payments_get",
        summary="How a payment stands",
        responses={200: Shape(PaymentJSON), **problems("payment_not_found")},
    )
    def get(self, request: Request, payment: int) -> Response:
        return Response(payment_json(payment_for_reading(self.user, payment)))


class PaymentStartView(ApiView):
    @extend_schema(
        operation_id="payments_start",
        summary="Begin a payment, or ask how it stands at the provider",
        description="`action_url` is where the buyer pays. May be called as often as one likes.",
        request=None,
        responses={
            200: Shape(PaymentJSON),
            **problems("payment_not_found", "payment_unavailable", "payment_refused"),
        },
    )
    def post(self, request: Request, payment: int) -> Response:
        return Response(payment_json(paying.start(by=self.user, payment_id=payment)))


class SandboxPayBody(serializers.Serializer):
    card = serializers.ChoiceField(
        choices=["ok", "declined", "challenge", "hold", "late", "doubled", "reversed"], default="ok"
    )
    is_confirmed = serializers.BooleanField(required=False, allow_null=True, default=None)


class SandboxPayView(ApiView):
    """For clients under test: what the sandbox's page does. Not there where the sandbox is off."""

    @extend_schema(
        operation_id="payments_sandbox",
        summary="Pay with play money",
        description="Only where the sandbox is on: presses the button of its page with one of its test cards.",
        request=SandboxPayBody,
        responses={200: Shape(PaymentJSON), **problems("payment_not_found", "unknown_provider")},
    )
    def post(self, request: Request, payment: int) -> Response:
        body = self.data(SandboxPayBody)
        row = payment_for_reading(self.user, payment)
        return Response(payment_json(pay_in_sandbox(row, body["card"], is_confirmed=body["is_confirmed"])))


class ProvidersView(ApiView):
    @extend_schema(
        operation_id="payments_providers",
        summary="How one can pay here",
        responses={200: {"type": "object", "properties": {"providers": {"type": "array", "items": {"type": "string"}}}},
                   **problems()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response({"providers": payments.enabled()})


routes = [
    path("checkout", CheckoutView.as_view()),
    path("checkout/preview", CheckoutPreviewView.as_view()),
    path("checkout/<int:group>", GroupView.as_view()),
    path("checkout/<int:group>/payment", GroupPaymentView.as_view()),
    path("payments/providers", ProvidersView.as_view()),
    path("payments/<int:payment>", PaymentView.as_view()),
    path("payments/<int:payment>/start", PaymentStartView.as_view()),
    path("payments/<int:payment>/sandbox", SandboxPayView.as_view()),
]

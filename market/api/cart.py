"""REST: the cart. Each change answers the whole of it."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.idempotency import idempotent
from core.schema import Shape, example, problems
from market.actions import cart
from market.serializers.cart import cart_json
from market.shapes.orders import CartJSON
from messenger.fields import id_field


class CartLineBody(serializers.Serializer):
    variant = id_field()
    quantity = serializers.IntegerField(min_value=1, max_value=limits.PIECES, default=1)


class CartQuantityBody(serializers.Serializer):
    quantity = serializers.IntegerField(min_value=1, max_value=limits.PIECES)


class CartView(ApiView):
    @extend_schema(
        operation_id="cart_retrieve",
        summary="My cart, as it can be bought now",
        responses={200: Shape(CartJSON), **problems()},
    )
    def get(self, request: Request) -> Response:
        return Response(cart_json(self.user))

    @extend_schema(operation_id="cart_clear", summary="Empty my cart", responses={200: Shape(CartJSON), **problems()})
    def delete(self, request: Request) -> Response:
        cart.clear_cart(by=self.user)
        return Response(cart_json(self.user))


class CartLinesView(ApiView):
    @extend_schema(
        operation_id="cart_add",
        summary="Put so many more into my cart",
        description="With an `Idempotency-Key`. The price is the seller's, whatever else is sent.",
        request=CartLineBody,
        responses={
            201: Shape(CartJSON),
            **problems(
                "variant_not_found", "own_listing", "not_available", "on_holiday", "price_on_request", "out_of_stock",
                "max_per_buyer", "cart_full", "bad_quantity", "idempotency_key_needed", "idempotency_key_reused",
                "idempotency_key_running",
            ),
        },
        examples=[example("Two of it", {"variant": 12, "quantity": 2})],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        body = self.data(CartLineBody)
        cart.add_to_cart(by=self.user, variant_id=body["variant"], quantity=body["quantity"])
        return Response(cart_json(self.user), status=201)


class CartLineView(ApiView):
    @extend_schema(
        operation_id="cart_set_quantity",
        summary="Have exactly so many of it",
        request=CartQuantityBody,
        responses={
            200: Shape(CartJSON),
            **problems(
                "cart_line_not_found", "not_available", "on_holiday", "out_of_stock", "max_per_buyer", "bad_quantity"
            ),
        },
    )
    def patch(self, request: Request, line: int) -> Response:
        cart.set_quantity(by=self.user, line_id=line, quantity=self.data(CartQuantityBody)["quantity"])
        return Response(cart_json(self.user))

    @extend_schema(
        operation_id="cart_remove",
        summary="Take it out of my cart",
        responses={200: Shape(CartJSON), **problems("cart_line_not_found")},
    )
    def delete(self, request: Request, line: int) -> Response:
        cart.remove_line(by=self.user, line_id=line)
        return Response(cart_json(self.user))


class CartPricesView(ApiView):
    @extend_schema(
        operation_id="cart_accept_prices",
        summary="Agree to the prices of now",
        description="Lines whose price has changed since they were added are no longer a problem then.",
        request=None,
        responses={200: Shape(CartJSON), **problems()},
    )
    def post(self, request: Request) -> Response:
        cart.accept_prices(by=self.user)
        return Response(cart_json(self.user))


routes = [
    path("cart", CartView.as_view()),
    path("cart/lines", CartLinesView.as_view()),
    path("cart/lines/<int:line>", CartLineView.as_view()),
    path("cart/prices", CartPricesView.as_view()),
]

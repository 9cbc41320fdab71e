"""REST: coupons of my shop."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.paging import page
from core.schema import Shape, example, problems
from core.shapes import page_of
from market.access.offers import coupon_for_editing, coupons_for_editing
from market.actions import coupons
from market.models import Coupon
from market.money import MAX_MINOR
from market.serializers.cart import coupon_json
from market.shapes.orders import CouponJSON
from messenger.fields import PAGING

CouponPageJSON = page_of("CouponPageJSON", CouponJSON)
_PROBLEMS = ("bad_value", "bad_amount", "bad_count", "bad_period", "sanctioned")
_VALUE = "Basis points of a percent coupon (1000 is 10 %), else minor units of the shop's currency."


class CouponTerms(serializers.Serializer):
    min_items_minor = serializers.IntegerField(min_value=0, max_value=MAX_MINOR, required=False)
    max_uses = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False, allow_null=True)
    per_buyer = serializers.IntegerField(min_value=1, max_value=100, required=False)
    valid_from = serializers.DateTimeField(required=False, allow_null=True)
    valid_until = serializers.DateTimeField(required=False, allow_null=True)
    is_active = serializers.BooleanField(required=False)


class CouponBody(CouponTerms):
    code = serializers.CharField(max_length=32)
    kind = serializers.ChoiceField(choices=Coupon.Kind.choices)
    value = serializers.IntegerField(min_value=1, max_value=MAX_MINOR, help_text=_VALUE)


class CouponChanges(CouponTerms):
    value = serializers.IntegerField(min_value=1, max_value=MAX_MINOR, required=False, help_text=_VALUE)


class CouponsView(ApiView):
    @extend_schema(
        operation_id="coupons_list",
        summary="The coupons of my shop, newest first",
        parameters=PAGING,
        responses={200: Shape(CouponPageJSON), **problems("shop_not_found", "bad_cursor", "bad_limit")},
    )
    def get(self, request: Request) -> Response:
        return Response(page(coupons_for_editing(self.user), request, serialize=coupon_json))

    @extend_schema(
        operation_id="coupons_create",
        summary="Make a coupon",
        description=f"At most {limits.COUPONS_PER_SHOP} of a shop.",
        request=CouponBody,
        responses={
            201: Shape(CouponJSON),
            **problems("shop_not_found", "bad_code", "coupon_exists", "too_many_coupons", *_PROBLEMS),
        },
        examples=[example("10 % for the first hundred", {"code": "SPRING", "kind": "percent", "value": 1000,
                                                         "max_uses": 100})],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return Response(coupon_json(coupons.create_coupon(by=self.user, **self.data(CouponBody))), status=201)


class CouponView(ApiView):
    @extend_schema(
        operation_id="coupons_retrieve",
        summary="A coupon of my shop",
        responses={200: Shape(CouponJSON), **problems("coupon_not_found")},
    )
    def get(self, request: Request, coupon: int) -> Response:
        return Response(coupon_json(coupon_for_editing(self.user, coupon)))

    @extend_schema(
        operation_id="coupons_edit",
        summary="Change the terms of a coupon",
        description="What was ordered with it keeps its discount.",
        request=CouponChanges,
        responses={200: Shape(CouponJSON), **problems("coupon_not_found", "below_use_count", *_PROBLEMS)},
    )
    def patch(self, request: Request, coupon: int) -> Response:
        edited = coupons.edit_coupon(by=self.user, coupon_id=coupon, **self.data(CouponChanges))
        return Response(coupon_json(edited))

    @extend_schema(
        operation_id="coupons_delete",
        summary="Delete a coupon; one that was used is switched off",
        responses={204: None, **problems("coupon_not_found")},
    )
    def delete(self, request: Request, coupon: int) -> Response:
        coupons.delete_coupon(by=self.user, coupon_id=coupon)
        return Response(status=204)


routes = [
    path("coupons", CouponsView.as_view()),
    path("coupons/<int:coupon>", CouponView.as_view()),
]

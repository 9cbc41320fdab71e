"""REST: the variants of a listing, and how many there are."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.schema import Shape, problems
from market.actions import variants
from market.api.listing_bodies import StockBody, VariantBody, VariantEditBody
from market.models import Variant
from market.serializers.listings import variant_json
from market.shapes.listings import VariantJSON

_CODES = (
    "variant_name_taken", "sku_taken", "bad_amount", "price_needed", "photo_not_found", "listing_removed",
    "prohibited", "listing_incomplete", "sanctioned",
)  # fmt: skip


def _answer(variant: Variant, status: int = 200) -> Response:
    return Response(variant_json(variant, variant.listing.currency, is_mine=True), status=status)


class VariantsView(ApiView):
    @extend_schema(
        operation_id="variants_create",
        summary="Add a variant to my listing",
        description="Two of one name are refused, so that sending it again makes no second one.",
        request=VariantBody,
        responses={
            201: Shape(VariantJSON),
            **problems("listing_not_found", "too_many_variants", "bad_quantity", *_CODES),
        },
    )
    def post(self, request: Request, listing: int) -> Response:
        return _answer(variants.add_variant(by=self.user, listing_id=listing, **self.data(VariantBody)), 201)


class VariantView(ApiView):
    @extend_schema(
        operation_id="variants_edit",
        summary="Change a variant",
        request=VariantEditBody,
        responses={200: Shape(VariantJSON), **problems("variant_not_found", *_CODES)},
    )
    def patch(self, request: Request, variant: int) -> Response:
        return _answer(variants.edit_variant(by=self.user, variant_id=variant, **self.data(VariantEditBody)))

    @extend_schema(
        operation_id="variants_delete",
        summary="Take a variant out",
        responses={204: None, **problems("variant_not_found", "last_variant", "listing_removed", "sanctioned")},
    )
    def delete(self, request: Request, variant: int) -> Response:
        variants.remove_variant(by=self.user, variant_id=variant)
        return Response(status=204)


class StockView(ApiView):
    @extend_schema(
        operation_id="variants_set_stock",
        summary="Say how many there are",
        description="What is held or sold and not sent yet is part of it: `stock_in_use` says how many are `promised`.",
        request=StockBody,
        responses={
            200: Shape(VariantJSON),
            **problems("variant_not_found", "bad_quantity", "stock_in_use", "stock_busy"),
        },
    )
    def put(self, request: Request, variant: int) -> Response:
        return _answer(variants.set_stock(by=self.user, variant_id=variant, **self.data(StockBody)))


routes = [
    path("listings/<int:listing>/variants", VariantsView.as_view()),
    path("variants/<int:variant>", VariantView.as_view()),
    path("variants/<int:variant>/stock", StockView.as_view()),
]

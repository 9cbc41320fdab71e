"""REST: shops, as everybody sees them and as their owners keep them."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.names import one_line, plain
from core.api import ApiView
from core.paging import page
from core.schema import Shape, problems
from core.shapes import page_of
from market.access.listings import own_shop, shop_for_viewing
from market.actions import shops
from market.api.photos import PHOTO_FORM, file_of
from market.models import Listing, Shop
from market.serializers.listings import listing_cards_json, shop_json
from market.shapes.listings import ListingCardJSON, ShopJSON
from messenger.fields import PAGING

_DAYS = 366


class LineField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        return one_line(super().to_internal_value(data))


class TextField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        return plain(super().to_internal_value(data))


class ShopBody(serializers.Serializer):
    """All of it may be left out: then it stays."""

    name = LineField(max_length=64, required=False)
    kind = serializers.ChoiceField(choices=Shop.Kind.choices, required=False)
    about = TextField(max_length=2000, required=False, allow_blank=True)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False)
    shipping_policy = TextField(max_length=2000, required=False, allow_blank=True)
    return_policy = TextField(max_length=2000, required=False, allow_blank=True)
    return_days = serializers.IntegerField(min_value=0, max_value=_DAYS, required=False)
    ship_within_days = serializers.IntegerField(min_value=1, max_value=60, required=False)
    legal_name = LineField(max_length=120, required=False, allow_blank=True)
    legal_address = TextField(max_length=400, required=False, allow_blank=True)
    tax_id = LineField(max_length=40, required=False, allow_blank=True)
    vat_bp = serializers.IntegerField(min_value=0, max_value=5_000, required=False)
    holiday_until = serializers.DateField(required=False, allow_null=True)
    holiday_note = LineField(max_length=200, required=False, allow_blank=True)
    is_away = serializers.BooleanField(required=False)
    away_message = TextField(max_length=500, required=False, allow_blank=True)


class ShopView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="shops_retrieve",
        summary="A shop",
        responses={200: Shape(ShopJSON), **problems("shop_not_found")},
    )
    def get(self, request: Request, shop: int) -> Response:
        return Response(shop_json(shop_for_viewing(self.user, shop), self.user))


class ShopListingsView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="shops_list_listings",
        summary="What a shop sells now, newest first",
        parameters=PAGING,
        responses={
            200: Shape(page_of("ListingPageJSON", ListingCardJSON)),
            **problems("shop_not_found", "bad_cursor", "bad_limit"),
        },
    )
    def get(self, request: Request, shop: int) -> Response:
        rows = Listing.objects.visible().filter(shop=shop_for_viewing(self.user, shop))
        answer = page(rows, request, key="-published_at", size=24, serialize=lambda listing: listing)
        return Response({**answer, "results": listing_cards_json(answer["results"], self.user)})


class FollowView(ApiView):
    @extend_schema(
        operation_id="shops_follow",
        summary="Follow a shop",
        request=None,
        responses={200: Shape(ShopJSON), **problems("shop_not_found", "own_shop")},
    )
    def put(self, request: Request, shop: int) -> Response:
        return Response(shop_json(shops.follow_shop(by=self.user, shop_id=shop), self.user))

    @extend_schema(operation_id="shops_unfollow", summary="No longer follow it", responses={204: None, **problems()})
    def delete(self, request: Request, shop: int) -> Response:
        shops.unfollow_shop(by=self.user, shop_id=shop)
        return Response(status=204)


class OwnShopView(ApiView):
    @extend_schema(
        operation_id="shops_mine",
        summary="My shop",
        responses={200: Shape(ShopJSON), **problems("shop_not_found")},
    )
    def get(self, request: Request) -> Response:
        return Response(shop_json(own_shop(self.user), self.user))

    @extend_schema(
        operation_id="shops_edit",
        summary="Change my shop",
        description=(
            "Opens it, if there is none yet. The currency can change until something is priced in it. `holiday_until`: "
            "nothing can be bought up to and on that day. A business needs its legal name and address."
        ),
        request=ShopBody,
        responses={
            200: Shape(ShopJSON),
            **problems(
                "name_needed", "imprint_needed", "currency_in_use", "unknown_currency", "shop_closed", "sanctioned"
            ),
        },
    )
    def patch(self, request: Request) -> Response:
        return Response(shop_json(shops.edit_shop(by=self.user, **self.data(ShopBody)), self.user))


class OwnShopPhotoView(ApiView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="shops_set_photo",
        summary="Give my shop a photo",
        description="One picture of at most 8 MiB as multipart/form-data; its middle is cut out as a square.",
        request=PHOTO_FORM,
        responses={
            200: Shape(ShopJSON),
            **problems("photo_missing", "photo_unreadable", "photo_too_large", "shop_closed", "sanctioned"),
        },
    )
    def put(self, request: Request) -> Response:
        return Response(shop_json(shops.set_shop_photo(by=self.user, file=file_of(request)), self.user))

    @extend_schema(
        operation_id="shops_clear_photo",
        summary="Take the photo away",
        responses={200: Shape(ShopJSON), **problems("shop_not_found")},
    )
    def delete(self, request: Request) -> Response:
        return Response(shop_json(shops.clear_shop_photo(by=self.user), self.user))


routes = [
    path("shops/<int:shop>", ShopView.as_view()),
    path("shops/<int:shop>/listings", ShopListingsView.as_view()),
    path("shops/<int:shop>/follow", FollowView.as_view()),
    path("my-shop", OwnShopView.as_view()),
    path("my-shop/photo", OwnShopPhotoView.as_view()),
]

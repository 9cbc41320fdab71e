"""REST: the ways in which my shop delivers, and my quick replies."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.schema import Shape, problems
from core.shapes import page_of
from market.access.listings import own_shop
from market.actions import delivery
from market.api.listing_bodies import minor_field
from market.api.shops import LineField, TextField
from market.models import DeliveryOption
from market.serializers.listings import delivery_option_json
from market.serializers.selling import quick_reply_json
from market.shapes.listings import DeliveryOptionJSON, QuickReplyJSON

_DAYS = 120
_COUNTRIES = 250


class OptionFields(serializers.Serializer):
    price_minor = minor_field(required=False, help_text="For the first piece.")
    extra_minor = minor_field(required=False, help_text="For each further one.")
    free_from_minor = minor_field(required=False, allow_null=True, help_text="Of the goods' value.")
    countries = serializers.ListField(
        child=serializers.RegexField(r"^[A-Z]{2}$"), max_length=_COUNTRIES, required=False, help_text="Empty: anywhere."
    )
    days_min = serializers.IntegerField(min_value=0, max_value=_DAYS, required=False)
    days_max = serializers.IntegerField(min_value=0, max_value=_DAYS, required=False)


class OptionEditBody(OptionFields):
    name = LineField(max_length=60, required=False)
    position = serializers.IntegerField(min_value=0, max_value=1_000, required=False)


class OptionBody(OptionFields):
    kind = serializers.ChoiceField(choices=DeliveryOption.Kind.choices)
    name = LineField(max_length=60)


class ReplyEditBody(serializers.Serializer):
    title = LineField(max_length=40, required=False)
    text = TextField(max_length=1000, required=False)
    position = serializers.IntegerField(min_value=0, max_value=1_000, required=False)


class ReplyBody(serializers.Serializer):
    title = LineField(max_length=40)
    text = TextField(max_length=1000)


class OptionsView(ApiView):
    @extend_schema(
        operation_id="delivery_list",
        summary="How my shop delivers",
        responses={200: Shape(page_of("DeliveryOptionListJSON", DeliveryOptionJSON)), **problems("shop_not_found")},
    )
    def get(self, request: Request) -> Response:
        shop = own_shop(self.user)
        options = shop.delivery_options.filter(is_active=True)
        return Response({"results": [delivery_option_json(one, shop.currency) for one in options], "next": None})

    @extend_schema(
        operation_id="delivery_create",
        summary="Add a way to deliver",
        request=OptionBody,
        responses={
            201: Shape(DeliveryOptionJSON),
            **problems("too_many_delivery_options", "bad_amount", "bad_days", "name_needed", "shop_closed"),
        },
    )
    def post(self, request: Request) -> Response:
        option = delivery.add_delivery_option(by=self.user, **self.data(OptionBody))
        return Response(delivery_option_json(option, option.shop.currency), status=201)


class OptionView(ApiView):
    @extend_schema(
        operation_id="delivery_edit",
        summary="Change it",
        description="Orders keep what was agreed.",
        request=OptionEditBody,
        responses={
            200: Shape(DeliveryOptionJSON),
            **problems("delivery_option_not_found", "bad_amount", "bad_days", "name_needed"),
        },
    )
    def patch(self, request: Request, option: int) -> Response:
        edited = delivery.edit_delivery_option(by=self.user, option_id=option, **self.data(OptionEditBody))
        return Response(delivery_option_json(edited, edited.shop.currency))

    @extend_schema(
        operation_id="delivery_delete",
        summary="No longer offer it",
        responses={204: None, **problems("delivery_option_not_found")},
    )
    def delete(self, request: Request, option: int) -> Response:
        delivery.remove_delivery_option(by=self.user, option_id=option)
        return Response(status=204)


class RepliesView(ApiView):
    @extend_schema(
        operation_id="replies_list",
        summary="My quick replies",
        responses={200: Shape(page_of("QuickReplyListJSON", QuickReplyJSON)), **problems("shop_not_found")},
    )
    def get(self, request: Request) -> Response:
        replies = own_shop(self.user).quick_replies.all()
        return Response({"results": [quick_reply_json(reply) for reply in replies], "next": None})

    @extend_schema(
        operation_id="replies_create",
        summary="Keep a sentence for later",
        request=ReplyBody,
        responses={201: Shape(QuickReplyJSON), **problems("title_taken", "too_many_quick_replies", "shop_closed")},
    )
    def post(self, request: Request) -> Response:
        return Response(quick_reply_json(delivery.add_quick_reply(by=self.user, **self.data(ReplyBody))), status=201)


class ReplyView(ApiView):
    @extend_schema(
        operation_id="replies_edit",
        summary="Change it",
        request=ReplyEditBody,
        responses={200: Shape(QuickReplyJSON), **problems("quick_reply_not_found", "title_taken")},
    )
    def patch(self, request: Request, reply: int) -> Response:
        edited = delivery.edit_quick_reply(by=self.user, reply_id=reply, **self.data(ReplyEditBody))
        return Response(quick_reply_json(edited))

    @extend_schema(
        operation_id="replies_delete",
        summary="Forget it",
        responses={204: None, **problems("quick_reply_not_found")},
    )
    def delete(self, request: Request, reply: int) -> Response:
        delivery.remove_quick_reply(by=self.user, reply_id=reply)
        return Response(status=204)


routes = [
    path("my-shop/delivery-options", OptionsView.as_view()),
    path("my-shop/delivery-options/<int:option>", OptionView.as_view()),
    path("my-shop/quick-replies", RepliesView.as_view()),
    path("my-shop/quick-replies/<int:reply>", ReplyView.as_view()),
]

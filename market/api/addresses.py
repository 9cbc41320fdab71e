"""REST: where things are sent."""

from typing import TypedDict

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.schema import Shape, example, problems
from market.access.offers import address_for_using
from market.actions import addresses
from market.models import Address
from market.serializers.cart import address_json
from market.shapes.orders import AddressJSON

_PROBLEMS = ("bad_characters", "too_long", "field_needed", "unknown_country", "bad_phone")


class AddressListJSON(TypedDict):
    addresses: list[AddressJSON]  # the default first


def _optional(max_length: int) -> serializers.CharField:
    return serializers.CharField(max_length=max_length, required=False, allow_blank=True, trim_whitespace=False)


class AddressBody(serializers.Serializer):
    name = serializers.CharField(max_length=80, trim_whitespace=False)
    line1 = serializers.CharField(max_length=120, trim_whitespace=False)
    line2 = _optional(120)
    postcode = _optional(16)
    city = serializers.CharField(max_length=80, trim_whitespace=False)
    region = _optional(80)
    country = serializers.CharField(max_length=2, help_text="ISO 3166-1.")
    phone = _optional(20)
    is_default = serializers.BooleanField(default=False)


class AddressChanges(serializers.Serializer):
    name = serializers.CharField(max_length=80, required=False, trim_whitespace=False)
    line1 = serializers.CharField(max_length=120, required=False, trim_whitespace=False)
    line2 = _optional(120)
    postcode = _optional(16)
    city = serializers.CharField(max_length=80, required=False, trim_whitespace=False)
    region = _optional(80)
    country = serializers.CharField(max_length=2, required=False, help_text="ISO 3166-1.")
    phone = _optional(20)
    is_default = serializers.BooleanField(default=False, help_text="false changes nothing: there is always one.")


class AddressesView(ApiView):
    @extend_schema(
        operation_id="addresses_list",
        summary="My addresses, the default first",
        responses={200: Shape(AddressListJSON), **problems()},
    )
    def get(self, request: Request) -> Response:
        return Response({"addresses": [address_json(one) for one in Address.objects.filter(user=self.user)]})

    @extend_schema(
        operation_id="addresses_create",
        summary="Add an address",
        description=f"At most {limits.ADDRESSES_PER_PERSON}. The first is the default.",
        request=AddressBody,
        responses={201: Shape(AddressJSON), **problems("too_many_addresses", *_PROBLEMS)},
        examples=[
            example(
                "In Berlin",
                {"name": "Dana", "line1": "Torstraße 1", "postcode": "10119", "city": "Berlin", "country": "DE"},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        address = addresses.create_address(by=self.user, **self.data(AddressBody))
        return Response(address_json(address), status=201)


class AddressView(ApiView):
    @extend_schema(
        operation_id="addresses_retrieve",
        summary="An address of mine",
        responses={200: Shape(AddressJSON), **problems("address_not_found")},
    )
    def get(self, request: Request, address: int) -> Response:
        return Response(address_json(address_for_using(self.user, address)))

    @extend_schema(
        operation_id="addresses_edit",
        summary="Change an address, or make it the default",
        request=AddressChanges,
        responses={200: Shape(AddressJSON), **problems("address_not_found", *_PROBLEMS)},
    )
    def patch(self, request: Request, address: int) -> Response:
        edited = addresses.edit_address(by=self.user, address_id=address, **self.data(AddressChanges))
        return Response(address_json(edited))

    @extend_schema(
        operation_id="addresses_delete",
        summary="Delete an address",
        description="Orders keep the one they were made with.",
        responses={204: None, **problems("address_not_found")},
    )
    def delete(self, request: Request, address: int) -> Response:
        addresses.delete_address(by=self.user, address_id=address)
        return Response(status=204)


routes = [
    path("addresses", AddressesView.as_view()),
    path("addresses/<int:address>", AddressView.as_view()),
]

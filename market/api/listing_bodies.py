"""What a seller may send about a listing. What is not here (owner, state, currency, counts) is ignored."""

from typing import Any

from rest_framework import serializers

from core import limits
from market.models import Listing
from market.money import MAX_MINOR
from market.stock import MAX_ON_HAND
from messenger.fields import id_field, ids_field

_ATTRIBUTES = 60


def minor_field(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MAX_MINOR, **kwargs)


def count_field(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MAX_ON_HAND, **kwargs)


class LocationBody(serializers.Serializer):
    """A cell as other answers have it, or a position, which is blurred to its cell and not kept."""

    name = serializers.CharField(max_length=80, allow_blank=True, default="")
    cell = serializers.CharField(max_length=16, required=False)
    latitude = serializers.FloatField(required=False, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, min_value=-180, max_value=180)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "cell" not in attrs and not ("latitude" in attrs and "longitude" in attrs):
            raise serializers.ValidationError("Give cell, or latitude and longitude.")
        return attrs


class AttributesField(serializers.DictField):
    """Key -> text, number, choice or true/false; what is null or "" is taken out."""

    child = serializers.JSONField()

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        if isinstance(value, dict) and len(value) > _ATTRIBUTES:
            raise serializers.ValidationError(f"At most {_ATTRIBUTES}.")
        return value


class EditBody(serializers.Serializer):
    """All of it may be left out: then it stays."""

    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    category = serializers.CharField(max_length=160, required=False, allow_null=True, allow_blank=True)
    condition = serializers.ChoiceField(choices=Listing.Condition.choices, required=False, allow_blank=True)
    attributes = AttributesField(required=False)
    price_minor = minor_field(
        required=False, allow_null=True, help_text="Of the only variant; null is on request, for services. 0 is free."
    )
    takes_offers = serializers.BooleanField(required=False)
    max_per_buyer = serializers.IntegerField(min_value=1, max_value=limits.PIECES, required=False, allow_null=True)
    delivery_options = ids_field(limits.DELIVERY_OPTIONS_PER_SHOP, required=False)
    location = LocationBody(required=False, allow_null=True)
    digital_text = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    course_chat = id_field(required=False, allow_null=True)
    external_id = serializers.CharField(max_length=64, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=Listing.Kind.choices, required=False, help_text="Until it is published.")


class CreateBody(EditBody):
    on_hand = count_field(required=False, help_text="Pieces of the first variant; goods begin with one.")
    is_counted = serializers.BooleanField(
        required=False, help_text="false: any number can be sold. Goods are counted, all else is not, unless said so."
    )


class RevisedBody(EditBody):
    revision = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, help_text="What was seen: 409 listing_changed if it is not."
    )


class VariantBody(serializers.Serializer):
    name = serializers.CharField(max_length=80, allow_blank=True, default="")
    price_minor = minor_field(allow_null=True, default=None)
    sku = serializers.CharField(max_length=64, allow_blank=True, default="")
    photo = id_field(required=False, allow_null=True)
    low_stock_at = count_field(default=0)
    on_hand = count_field(allow_null=True, default=1, help_text="null: not counted, any number can be sold.")


class VariantEditBody(serializers.Serializer):
    name = serializers.CharField(max_length=80, allow_blank=True, required=False)
    price_minor = minor_field(allow_null=True, required=False)
    sku = serializers.CharField(max_length=64, allow_blank=True, required=False)
    photo = id_field(required=False, allow_null=True)
    low_stock_at = count_field(required=False)
    position = serializers.IntegerField(min_value=0, max_value=1_000, required=False)


class StockBody(serializers.Serializer):
    on_hand = count_field(allow_null=True, help_text="null: not counted, any number can be sold.")


class FilesBody(serializers.Serializer):
    attachments = serializers.ListField(child=serializers.UUIDField(), max_length=limits.FILES_PER_LISTING)

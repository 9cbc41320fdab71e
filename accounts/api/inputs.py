"""What the accounts API takes. Unknown keys are ignored, so nothing can be set that is not listed here."""

from rest_framework import serializers

from accounts.models import Audience

_MAX_ID = 2**63 - 1


class ProfileInput(serializers.Serializer):
    handle = serializers.CharField(max_length=40, required=False)
    name = serializers.CharField(max_length=64, allow_blank=True, required=False)
    bio = serializers.CharField(max_length=280, allow_blank=True, required=False)
    status = serializers.CharField(max_length=80, allow_blank=True, required=False)
    language = serializers.CharField(max_length=10, allow_blank=True, required=False)
    time_zone = serializers.CharField(max_length=64, allow_blank=True, required=False)
    hides_address = serializers.BooleanField(required=False, help_text="In calls: only through a relay.")


class PrivacyInput(serializers.Serializer):
    last_seen = serializers.ChoiceField(choices=Audience.choices, required=False)
    photo = serializers.ChoiceField(choices=Audience.choices, required=False)
    phone = serializers.ChoiceField(choices=Audience.choices, required=False)
    write = serializers.ChoiceField(choices=Audience.choices, required=False)
    group = serializers.ChoiceField(choices=Audience.choices, required=False)
    call = serializers.ChoiceField(choices=Audience.choices, required=False)


class PhotoInput(serializers.Serializer):
    photo = serializers.FileField(max_length=200)


class DeletionInput(serializers.Serializer):
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    delete_messages = serializers.BooleanField(default=False)


class ContactInput(serializers.Serializer):
    user = serializers.IntegerField(min_value=1, max_value=_MAX_ID, required=False)
    handle = serializers.CharField(max_length=40, required=False)
    alias = serializers.CharField(max_length=64, allow_blank=True, default="")

    def validate(self, data: dict) -> dict:
        if ("user" in data) == ("handle" in data):
            raise serializers.ValidationError({"user": ["Give either user or handle."]})
        return data


class PeopleQuery(serializers.Serializer):
    q = serializers.CharField(max_length=64, required=False)
    ids = serializers.RegexField(r"^\d{1,19}(,\d{1,19}){0,99}$", required=False)

    def validate(self, data: dict) -> dict:
        if ("q" in data) == ("ids" in data):
            raise serializers.ValidationError({"q": ["Give either q or ids (at most 100)."]})
        return data


class SubscriptionInput(serializers.Serializer):
    """What PushSubscription.toJSON() gives in a browser, its keys beside the endpoint."""

    endpoint = serializers.URLField(max_length=1000)
    p256dh = serializers.RegexField(r"^[A-Za-z0-9_\-=]{80,120}$")
    auth = serializers.RegexField(r"^[A-Za-z0-9_\-=]{16,40}$")


class EndpointInput(serializers.Serializer):
    endpoint = serializers.CharField(max_length=1000)

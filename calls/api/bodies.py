"""What the REST API of calls takes, and the examples that several operations show."""

import uuid
from typing import Any

from rest_framework import serializers

from calls.models import Call
from calls.queries import FILTERS
from core import limits
from core.errors import Invalid, TooLarge
from core.schema import example
from messenger.fields import MAX_ID, id_field

PHONE, LAPTOP = "3f2b8c52-8d5e-4f0a-9a51-2f6b6f0b7c11", "b1c7e2aa-47b0-4f7e-8d53-0d6f6e1a9d20"
_DEVICE = "Made by the client, one per running app or tab: it addresses signals, and may answer again."


def device_in(path: str) -> uuid.UUID:
    """The device an address names, however it is written. Invalid("bad_device")."""
    try:
        return uuid.UUID(path[:40])
    except ValueError:
        raise Invalid("bad_device", field="device") from None


class DeviceBody(serializers.Serializer):
    device = serializers.UUIDField(help_text=_DEVICE)


class EnterBody(DeviceBody):
    has_video = serializers.BooleanField(required=False, default=False, help_text="Does this device show a picture?")


class StartBody(DeviceBody):
    chat = id_field()
    kind = serializers.ChoiceField(choices=Call.Kind.choices, default=Call.Kind.AUDIO)
    has_video = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Left out: as the kind says."
    )


class DeclineBody(serializers.Serializer):
    text = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Goes into the chat as a message."
    )


class LegBody(serializers.Serializer):
    """Only what is given changes."""

    is_muted = serializers.BooleanField(required=False)
    has_video = serializers.BooleanField(required=False)
    is_sharing = serializers.BooleanField(required=False)
    hand = serializers.BooleanField(required=False, help_text="Raise or lower it.")


class MuteBody(serializers.Serializer):
    device = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="Left out: everybody's.")


class CandidatesField(serializers.ListField):
    child = serializers.DictField()

    def to_internal_value(self, data: Any) -> list[Any]:
        """Counted before each is looked at: there may be a million."""
        if isinstance(data, list) and len(data) > limits.CANDIDATES_AT_ONCE:
            raise TooLarge("signal_too_large", limit=limits.CANDIDATES_AT_ONCE)
        return super().to_internal_value(data)


class SignalBody(DeviceBody):
    to_device = serializers.UUIDField(help_text="Another device in the call: `legs` of the Call.")
    n = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, help_text="Counts what goes to that device, from 1; the same again is once."
    )
    description = serializers.DictField(
        required=False, allow_null=True, default=None, help_text="RTCSessionDescription: {type, sdp}; at most 48 KiB."
    )
    candidates = CandidatesField(
        required=False, allow_null=True, default=None, help_text="RTCIceCandidateInit, at most 30 at once."
    )


class SignalsQuery(serializers.Serializer):
    device = serializers.UUIDField()
    after = serializers.IntegerField(min_value=0, max_value=MAX_ID, default=0, help_text="The largest `id` you have.")


class LogQuery(serializers.Serializer):
    filter = serializers.ChoiceField(choices=list(FILTERS), default="all")
    cursor = serializers.CharField(required=False, max_length=200, help_text="`next` of the page before.")
    limit = serializers.CharField(required=False, max_length=20, help_text="1 to 100, else 30.")


STARTING = [
    example("By voice", {"chat": 12, "device": PHONE}),
    example("With picture", {"chat": 12, "device": PHONE, "kind": "video"}),
]
ENTERING = [example("On this device", {"device": LAPTOP, "has_video": False})]
LEAVING = [example("This device", {"device": LAPTOP})]
DECLINING = [example("With a message", {"text": "In class, back at six."}), example("Without", {})]
SIGNALLING = [
    example(
        "An offer",
        {"device": PHONE, "to_device": LAPTOP, "n": 1, "description": {"type": "offer", "sdp": "v=0\r\n…"}},
    ),
    example(
        "Ways to this device",
        {
            "device": PHONE, "to_device": LAPTOP, "n": 2,
            "candidates": [
                {
                    "candidate": "candidate:1 1 udp 41885439 192.0.2.1 50000 typ relay raddr 0.0.0.0 rport 0",
                    "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "8hhY",
                }
            ],
        },
    ),
]  # fmt: skip

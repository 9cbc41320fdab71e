"""REST: listings shown in chats, and the way to the seller."""

from typing import TypedDict

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.schema import Shape, example, problems
from market.actions.sharing import ask_seller, share_listing
from messenger.fields import ids_field
from messenger.shapes import MessageJSON

_CLIENT_ID = "0b4e0f2c-5a5e-4d8e-a2a5-5e1d6e3f9c11"


class ShareBody(serializers.Serializer):
    chats = ids_field(max_length=limits.CHATS_PER_FORWARD)
    client_ids = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=limits.CHATS_PER_FORWARD,
        help_text="One for each chat, in that order.",
    )
    text = serializers.CharField(allow_blank=True, trim_whitespace=False, default="")


class AskBody(serializers.Serializer):
    text = serializers.CharField(allow_blank=True, trim_whitespace=False, default="")
    client_id = serializers.UUIDField(required=False, help_text="Of the text, so that it is said once.")


class UnsharedJSON(TypedDict):
    chat: int
    code: str
    detail: str


class SharedJSON(TypedDict):
    messages: list[MessageJSON]
    failed: list[UnsharedJSON]  # chats that it did not reach, while it reached others


class AskedJSON(TypedDict):
    """The chat with the seller, and where the listing stands in it."""

    chat: int
    seq: int


class ShareView(ApiView):
    @extend_schema(
        operation_id="listings_share",
        summary="Show a listing in chats",
        request=ShareBody,
        responses={
            201: Shape(SharedJSON),
            **problems(
                "listing_not_found", "chat_not_found", "too_many", "bad_client_ids", "right_needed", "blocked",
                "sanctioned", "slow_mode", "text_too_long", "client_id_reused",
            ),
        },
        examples=[example("Into one chat", {"chats": [4], "client_ids": [_CLIENT_ID], "text": "For you?"})],
    )  # fmt: skip
    def post(self, request: Request, listing: int) -> Response:
        sent, failed = share_listing(by=self.user, listing_id=listing, **self.data(ShareBody))
        unshared = [{"chat": one.chat, "code": one.error.code, "detail": str(one.error.detail)} for one in failed]
        return Response({"messages": [one.data for one in sent], "failed": unshared}, status=201)


class AskView(ApiView):
    @extend_schema(
        operation_id="listings_ask",
        summary="Ask the seller",
        description="Opens the chat with the seller; the listing is shown and pinned there, once however often one "
        "asks. A shop that is away answers by itself, once a day.",
        request=AskBody,
        responses={
            200: Shape(AskedJSON),
            **problems(
                "listing_not_found", "own_listing", "privacy", "blocked", "blocked_by_you", "sanctioned",
                "text_too_long", "client_id_reused",
            ),
        },
        examples=[example("A question", {"text": "Is it still there?", "client_id": _CLIENT_ID})],
    )  # fmt: skip
    def post(self, request: Request, listing: int) -> Response:
        message = ask_seller(by=self.user, listing_id=listing, **self.data(AskBody))
        return Response({"chat": message.chat_id, "seq": message.seq})


routes = [
    path("listings/<int:listing>/share", ShareView.as_view()),
    path("listings/<int:listing>/ask", AskView.as_view()),
]

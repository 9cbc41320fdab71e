"""REST: showing something of another app in a chat."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.schema import Shape, example, problems
from messenger.actions.cards import send_card
from messenger.fields import id_field
from messenger.shapes import MessageJSON


class CardBody(serializers.Serializer):
    client_id = serializers.UUIDField(help_text="Yours; the same again answers what is stored.")
    kind = serializers.CharField(max_length=16)
    id = id_field()
    text = serializers.CharField(allow_blank=True, trim_whitespace=False, default="")


class CardsView(ApiView):
    @extend_schema(
        operation_id="messages_send_card",
        summary="Send a card",
        description="Something that can be shown in chats, with what one has to say about it. What it says of itself "
        "is the service's: `snapshot` stays as it is now, `live` follows. 200 when this client_id was stored before.",
        request=CardBody,
        responses={
            201: Shape(MessageJSON),
            200: Shape(MessageJSON),
            **problems(
                "chat_not_found", "card_not_found", "right_needed", "blocked", "sanctioned", "slow_mode",
                "text_too_long", "client_id_reused",
            ),
        },
        examples=[
            example(
                "A listing",
                {"client_id": "0b4e0f2c-5a5e-4d8e-a2a5-5e1d6e3f9c11", "kind": "listing", "id": 12, "text": "For you?"},
            )
        ],
    )  # fmt: skip
    def post(self, request: Request, chat: int) -> Response:
        sent = send_card(by=self.user, chat_id=chat, **self.data(CardBody))
        return Response(sent.data, status=201 if sent.is_new else 200)

"""REST: what is done with messages that are there: edit, delete, react, pin, forward, who has read."""

from typing import Any, TypedDict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.serializers import UserJSON, user_json
from core import limits
from core.api import ApiView
from core.schema import Shape, example, problems
from messenger import access
from messenger.actions import deleting, editing, forwarding, pins, reactions
from messenger.api import messages
from messenger.readers import readers_of
from messenger.serializers import message_json, messages_json
from messenger.shapes import MessageJSON

_SEQ: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}
_FOR = ("me", "everybody")
_BASIC = ("not_found", "message_deleted")


class EditBody(serializers.Serializer):
    text = serializers.CharField(allow_blank=True, trim_whitespace=False)
    entities = serializers.ListField(
        child=serializers.DictField(), required=False, allow_null=True, default=None, max_length=100,
        help_text="Left out: the text holds light markup. Given: the text is taken as it is.",
    )  # fmt: skip


# "for" is a word of Python's own, so these two cannot be written as classes.
_WHOM = {"for": serializers.ChoiceField(choices=_FOR, default="me")}
_SEQS = serializers.ListField(child=serializers.IntegerField(**_SEQ), min_length=1, max_length=limits.IDS_PER_REQUEST)
DeleteQuery = type("DeleteQuery", (serializers.Serializer,), {**_WHOM})
DeleteBody = type("DeleteBody", (serializers.Serializer,), {**_WHOM, "seqs": _SEQS})


class ForwardBody(serializers.Serializer):
    from_chat = serializers.IntegerField(**_SEQ)
    seqs = serializers.ListField(
        child=serializers.IntegerField(**_SEQ), min_length=1, max_length=limits.MESSAGES_PER_FORWARD
    )
    to = serializers.ListField(
        child=serializers.IntegerField(**_SEQ), min_length=1, max_length=limits.CHATS_PER_FORWARD
    )
    client_ids = serializers.ListField(
        child=serializers.UUIDField(), max_length=limits.MESSAGES_PER_FORWARD,
        help_text="One per copy: chat by chat in the order of `to`, in each in the order of `seqs`.",
    )  # fmt: skip
    hide_sender = serializers.BooleanField(default=False)


class FailedForwardJSON(TypedDict):
    client_id: str
    chat: int
    code: str
    detail: str


class ForwardedJSON(TypedDict):
    messages: list[MessageJSON]
    failed: list[FailedForwardJSON]  # copies that did not arrive, while others did


class PinsJSON(TypedDict):
    results: list[MessageJSON]
    next: str | None


class ReadersJSON(TypedDict):
    results: list[UserJSON]
    next: str | None


def _delete(by: Any, chat: int, seqs: list[int], whom: str) -> None:
    act = deleting.delete_for_everybody if whom == "everybody" else deleting.delete_for_me
    act(by=by, chat=chat, seqs=seqs)


class MessageView(messages.MessageView):
    """One message: see it, edit it, delete it."""

    @extend_schema(
        operation_id="messages_edit",
        summary="Edit a message",
        request=EditBody,
        responses={
            200: Shape(MessageJSON),
            **problems(
                *_BASIC, "not_yours", "edit_too_late", "not_editable", "service_message", "sanctioned", "blocked",
                "right_needed", "empty_message", "text_too_long", "bad_entities", "kept_for_disputes",
            ),
        },
        examples=[example("Another text", {"text": "**Tonight** at 9, sorry!"})],
    )  # fmt: skip
    def patch(self, request: Request, chat: int, seq: int) -> Response:
        body = self.data(EditBody)
        limits.check("edit", self.user.pk)
        return Response(message_json(editing.edit_message(by=self.user, chat=chat, seq=seq, **body)))

    @extend_schema(
        operation_id="messages_delete",
        summary="Delete a message, for me or for everybody",
        parameters=[OpenApiParameter("for", str, enum=_FOR, default="me")],
        responses={204: None, **problems("not_found", "not_yours", "kept_for_disputes")},
    )
    def delete(self, request: Request, chat: int, seq: int) -> Response:
        _delete(self.user, chat, [seq], self.query(DeleteQuery)["for"])
        return Response(status=204)


class DeleteMessagesView(ApiView):
    @extend_schema(
        operation_id="messages_delete_many",
        summary="Delete several messages: all of them or none",
        request=DeleteBody,
        responses={204: None, **problems("not_found", "not_yours", "kept_for_disputes")},
    )
    def post(self, request: Request, chat: int) -> Response:
        body = self.data(DeleteBody)
        _delete(self.user, chat, body["seqs"], body["for"])
        return Response(status=204)


class ReactionView(ApiView):
    @extend_schema(
        operation_id="messages_react",
        summary="Set a reaction",
        description="`emoji` is one emoji, percent-encoded. At most three of one person on one message.",
        request=None,
        responses={
            200: Shape(MessageJSON),
            **problems(*_BASIC, "bad_emoji", "right_needed", "blocked", "service_message", "too_many_reactions"),
        },
    )
    def put(self, request: Request, chat: int, seq: int, emoji: str) -> Response:
        limits.check("react", self.user.pk)
        return Response(message_json(reactions.set_reaction(by=self.user, chat=chat, seq=seq, emoji=emoji)))

    @extend_schema(
        operation_id="messages_unreact",
        summary="Take a reaction back",
        responses={200: Shape(MessageJSON), **problems(*_BASIC, "bad_emoji")},
    )
    def delete(self, request: Request, chat: int, seq: int, emoji: str) -> Response:
        limits.check("react", self.user.pk)
        return Response(message_json(reactions.unset_reaction(by=self.user, chat=chat, seq=seq, emoji=emoji)))


class PinView(ApiView):
    @extend_schema(
        operation_id="messages_pin",
        summary="Pin a message",
        request=None,
        responses={
            200: Shape(MessageJSON),
            **problems(*_BASIC, "right_needed", "blocked", "service_message", "too_many_pins"),
        },
    )
    def put(self, request: Request, chat: int, seq: int) -> Response:
        return Response(message_json(pins.pin_message(by=self.user, chat=chat, seq=seq)))

    @extend_schema(
        operation_id="messages_unpin",
        summary="Unpin a message",
        responses={200: Shape(MessageJSON), **problems(*_BASIC, "right_needed")},
    )
    def delete(self, request: Request, chat: int, seq: int) -> Response:
        return Response(message_json(pins.unpin_message(by=self.user, chat=chat, seq=seq)))


class PinsView(ApiView):
    @extend_schema(
        operation_id="messages_pins",
        summary="The pinned messages of a chat, newest pin first",
        responses={200: Shape(PinsJSON), **problems("not_found")},
    )
    def get(self, request: Request, chat: int) -> Response:
        found = pins.pinned_messages(access.membership_for_reading(self.user, chat))
        return Response({"results": messages_json(found) if found else [], "next": None})


class ReadersView(ApiView):
    @extend_schema(
        operation_id="messages_readers",
        summary="Who has read a message",
        description="In direct chats and in groups of up to 200 members.",
        responses={200: Shape(ReadersJSON), **problems(*_BASIC, "readers_unknown")},
    )
    def get(self, request: Request, chat: int, seq: int) -> Response:
        message = access.message_for_reading(access.membership_for_reading(self.user, chat), seq)
        return Response({"results": [user_json(user) for user in readers_of(message)], "next": None})


class PreviewView(ApiView):
    @extend_schema(
        operation_id="messages_remove_preview",
        summary="Take the link preview off a message",
        responses={200: Shape(MessageJSON), **problems(*_BASIC, "not_yours")},
    )
    def delete(self, request: Request, chat: int, seq: int) -> Response:
        return Response(message_json(editing.remove_preview(by=self.user, chat=chat, seq=seq)))


class ForwardsView(ApiView):
    @extend_schema(
        operation_id="messages_forward",
        summary="Forward messages to other chats",
        description="Safe to repeat with the same client_ids. Copies that failed while others arrived are in `failed`.",
        request=ForwardBody,
        responses={
            201: Shape(ForwardedJSON),
            200: Shape(ForwardedJSON),
            **problems(
                *_BASIC, "not_forwardable", "too_many", "bad_client_ids", "chat_not_found", "right_needed", "blocked",
                "sanctioned", "slow_mode", "client_id_reused",
            ),
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = self.data(ForwardBody)
        limits.check("forward", self.user.pk, cost=min(len(body["client_ids"]), limits.MESSAGES_PER_FORWARD) or 1)
        sent, failures = forwarding.forward_messages(by=self.user, **body)
        failed = [{"client_id": str(one.client_id), "chat": one.chat, **one.error.as_json()} for one in failures]
        is_new = any(one.is_new for one in sent)
        return Response({"messages": [one.data for one in sent], "failed": failed}, status=201 if is_new else 200)

"""REST: reading and sending messages, catching up."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.schema import Shape, example, problems
from messenger import access, queries
from messenger.actions.outgoing import Outgoing
from messenger.actions.reading import read_chat
from messenger.models import Mention
from messenger.serializers import message_json, messages_json
from messenger.shapes import ChangesJSON, HistoryJSON, MessageJSON, MyJSON, SyncJSON
from messenger.writer import send

_CLIENT_ID = "0b4e3c9e-2f6d-4c55-8d0e-6a4a1f6f3b11"
_SEQ: dict[str, Any] = {"min_value": 0, "max_value": 2**63 - 1, "required": False}


class HistoryQuery(serializers.Serializer):
    before = serializers.IntegerField(**_SEQ, help_text="Messages with a smaller seq.")
    after = serializers.IntegerField(**_SEQ, help_text="Messages with a larger seq.")
    around = serializers.IntegerField(**_SEQ, help_text="Half a page up to this seq and half a page beyond it.")
    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)


class SendBody(serializers.Serializer):
    client_id = serializers.UUIDField(help_text="Made by the client; the same again answers what is stored.")
    text = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, default="")
    entities = serializers.ListField(
        child=serializers.DictField(), required=False, allow_null=True, default=None, max_length=100,
        help_text="Left out: the text holds light markup. Given: the text is taken as it is.",
    )  # fmt: skip
    reply_to = serializers.IntegerField(**{**_SEQ, "min_value": 1}, allow_null=True, default=None)
    quote = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, default="")
    attachments = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=100)
    is_silent = serializers.BooleanField(required=False, default=False)


class ReadBody(serializers.Serializer):
    seq = serializers.IntegerField(min_value=0, max_value=2**63 - 1)


class AfterQuery(serializers.Serializer):
    after = serializers.IntegerField(min_value=0, max_value=2**63 - 1)


_SENDING = [
    example("A line with light markup", {"client_id": _CLIENT_ID, "text": "**Tonight** at 8, as always?"}),
    example(
        "A reply with a quote",
        {"client_id": _CLIENT_ID, "text": "I am in.", "reply_to": 41, "quote": "Tonight at 8", "is_silent": True},
    ),
    example(
        "Formatted by the client",
        {
            "client_id": _CLIENT_ID,
            "text": "See the map",
            "entities": [{"type": "link", "offset": 8, "length": 3, "url": "https://example.org/map"}],
        },
    ),
    example(
        "Photos that are uploaded",
        {"client_id": _CLIENT_ID, "text": "", "attachments": ["5f7c2b0a-50c5-4c47-9e39-7a8e7d7c1f10"]},
    ),
]
_SYNCED = example(
    "Nothing new",
    {"token": "WzcsMTc…", "user": 7, "fact_seq": 31, "heads": [], "gone": [], "hidden": [], "has_more": False},
    of_answer=True,
)


class MessagesView(ApiView):
    @extend_schema(
        operation_id="messages_list",
        summary="A page of a chat's history",
        description="Ascending by seq. Without `before`, `after` and `around`: the newest page. Messages hidden for "
        "me, or older than my joining where history is closed, are left out; deleted ones are tombstones.",
        parameters=[HistoryQuery],
        responses={200: Shape(HistoryJSON), **problems("not_found")},
    )
    def get(self, request: Request, chat: int) -> Response:
        query = self.query(HistoryQuery)
        membership = access.membership_for_reading(self.user, chat)
        page = queries.history(
            membership,
            before=query.get("before"),
            after=query.get("after"),
            around=query.get("around"),
            limit=query["limit"],
        )
        return Response(page)

    @extend_schema(
        operation_id="messages_send",
        summary="Send a message",
        description="Answered after the commit: 201 when stored now, 200 when this client_id was stored before.",
        request=SendBody,
        responses={
            201: Shape(MessageJSON),
            200: Shape(MessageJSON),
            **problems(
                "chat_not_found", "right_needed", "blocked", "sanctioned", "slow_mode", "text_too_long",
                "empty_message", "bad_entities", "attachment_not_found", "reply_not_found", "client_id_reused",
            ),
        },
        examples=_SENDING,
    )  # fmt: skip
    def post(self, request: Request, chat: int) -> Response:
        body = self.data(SendBody)
        limits.check("send", self.user.pk)
        limits.check("send_chat", (self.user.pk, chat))
        sent = send(Outgoing(by=self.user.pk, chat=chat, **body))
        return Response(sent.data, status=201 if sent.is_new else 200)


class MessageView(ApiView):
    @extend_schema(
        operation_id="messages_get",
        summary="One message",
        responses={200: Shape(MessageJSON), **problems("not_found", "message_deleted")},
    )
    def get(self, request: Request, chat: int, seq: int) -> Response:
        membership = access.membership_for_reading(self.user, chat)
        return Response(message_json(access.message_for_reading(membership, seq)))


class ReadView(ApiView):
    @extend_schema(
        operation_id="messages_read",
        summary="Move the read mark",
        description="Everything up to `seq` has been read. The mark only grows, and never beyond the newest message. "
        "It also takes off the mark of a chat that was set aside as unread.",
        request=ReadBody,
        responses={200: Shape(MyJSON), **problems("not_found")},
    )
    def post(self, request: Request, chat: int) -> Response:
        return Response(read_chat(by=self.user, chat=chat, seq=self.data(ReadBody)["seq"]))


class ChangesView(ApiView):
    @extend_schema(
        operation_id="chat_changes",
        summary="What changed in a chat since a modseq",
        description="Each message and member that changed, once, in the present state. While `has_more`, ask again "
        "with the answer's modseq; after `reset` load the newest page instead.",
        parameters=[OpenApiParameter("after", int, required=True)],
        responses={200: Shape(ChangesJSON), **problems("not_found")},
    )
    def get(self, request: Request, chat: int) -> Response:
        after = self.query(AfterQuery)["after"]
        return Response(queries.changes(access.membership_for_reading(self.user, chat), after))


class SyncView(ApiView):
    @extend_schema(
        operation_id="sync",
        summary="What changed since the last sync",
        description="Without a token: the head of the chat list. With the token of the last answer: the chats that "
        "changed since, those that are `gone`, and messages hidden on another device. While `has_more`, ask again.",
        examples=[_SYNCED],
        parameters=[OpenApiParameter("token", str)],
        responses={200: Shape(SyncJSON), **problems("bad_token")},
    )
    def get(self, request: Request) -> Response:
        return Response(queries.sync(self.user, request.query_params.get("token")))


class MentionsView(ApiView):
    @extend_schema(
        operation_id="messages_mentions",
        summary="Messages that mention me, oldest unread first",
        description="`unread=1`: only those beyond my read mark. At most 100.",
        parameters=[OpenApiParameter("unread", bool)],
        responses={200: Shape(HistoryJSON), **problems("not_found")},
    )
    def get(self, request: Request, chat: int) -> Response:
        membership = access.membership_for_reading(self.user, chat)
        rows = Mention.objects.filter(user=self.user, chat=chat, seq__gt=membership.joined_seq)
        if request.query_params.get("unread"):
            rows = rows.filter(seq__gt=membership.read_seq)
        seqs = list(rows.order_by("seq").values_list("seq", flat=True)[: limits.PAGE_MAX])
        visible = queries.visible_messages(self.user, chat, membership.joined_seq)
        messages = list(visible.filter(seq__in=seqs, deleted_at=None).order_by("seq"))
        return Response(self._page(messages, membership.chat.modseq))

    @staticmethod
    def _page(messages: list[Any], modseq: int) -> dict[str, Any]:
        data = messages_json(messages) if messages else []
        return {"messages": data, "has_before": False, "has_after": False, "modseq": modseq}

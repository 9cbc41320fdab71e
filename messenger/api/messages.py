"""REST: reading and sending messages, catching up."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.schema import Shape, problems
from messenger import access, queries
from messenger.actions.outgoing import Outgoing
from messenger.actions.reading import read_chat
from messenger.models import Mention
from messenger.serializers import message_json, messages_json
from messenger.shapes import ChangesJSON, HistoryJSON, MessageJSON, MyJSON, SyncJSON
from messenger.writer import send

_SEQ = {"min_value": 0, "max_value": 2**63 - 1, "required": False}


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


class MessagesView(ApiView):
    @extend_schema(
        operation_id="messages_list",
        summary="A page of a chat's history",
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
        request=ReadBody,
        responses={200: Shape(MyJSON), **problems("not_found")},
    )
    def post(self, request: Request, chat: int) -> Response:
        return Response(read_chat(by=self.user, chat=chat, seq=self.data(ReadBody)["seq"]))


class ChangesView(ApiView):
    @extend_schema(
        operation_id="chat_changes",
        summary="What changed in a chat since a modseq",
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
        parameters=[OpenApiParameter("token", str)],
        responses={200: Shape(SyncJSON), **problems("bad_token")},
    )
    def get(self, request: Request) -> Response:
        return Response(queries.sync(self.user, request.query_params.get("token")))


class MentionsView(ApiView):
    @extend_schema(
        operation_id="messages_mentions",
        summary="Messages that mention me, oldest unread first",
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

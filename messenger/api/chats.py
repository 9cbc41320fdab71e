"""REST: the chat list, making chats, what a chat says of itself."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.errors import Invalid
from core.schema import Shape, example, problems
from messenger import queries
from messenger.actions import chats
from messenger.actions.invites import public_chat, state_of
from messenger.api.heads import HeadsView, HeadView
from messenger.fields import LineField, ParagraphField, RightsField, id_field, ids_field
from messenger.invite_serializers import chat_preview_json
from messenger.models import Chat, Membership
from messenger.shapes import ChatPreviewJSON, CreatedJSON, HeadJSON

_PHOTO = {"multipart/form-data": {"type": "object", "properties": {"photo": {"type": "string", "format": "binary"}}}}


class ChatCreateBody(serializers.Serializer):
    kind = serializers.ChoiceField(choices=[Chat.Kind.GROUP, Chat.Kind.CHANNEL])
    title = LineField(max_length=128)
    description = ParagraphField(max_length=500, default="")
    handle = serializers.CharField(max_length=40, allow_null=True, default=None, help_text="Makes the chat public.")
    members = ids_field(default=list, help_text=f"At most {limits.MEMBERS_PER_REQUEST} people.")


class ChatEditBody(serializers.Serializer):
    title = LineField(max_length=128, required=False)
    description = ParagraphField(max_length=500, required=False)
    handle = serializers.CharField(max_length=40, allow_null=True, required=False, help_text="null: private again.")
    slow_mode_seconds = serializers.IntegerField(min_value=0, max_value=3_600, required=False)
    default_rights = RightsField(required=False, help_text="What plain members may.")
    is_history_visible = serializers.BooleanField(required=False, help_text="To those who join from now on.")


class PersonBody(serializers.Serializer):
    user = id_field()


def one_head(membership: Membership) -> HeadJSON:
    return queries.head_json(membership.user, membership)


class ChatsView(HeadsView):
    @extend_schema(
        operation_id="chats_create",
        summary="Make a group or channel",
        description="`refused` names those who could not be added, with the reason.",
        request=ChatCreateBody,
        responses={
            201: Shape(CreatedJSON),
            **problems("too_many_members", "too_many_chats", "handle_invalid", "handle_reserved", "handle_taken"),
        },
        examples=[
            example("A group", {"kind": "group", "title": "Book club", "members": [12, 31]}),
            example("A public channel", {"kind": "channel", "title": "Harbour news", "handle": "harbour_news"}),
        ],
    )
    def post(self, request: Request) -> Response:
        body = self.data(ChatCreateBody)
        members = body.pop("members")
        created = chats.create_chat(by=self.user, member_ids=members, **body)
        refused = [{"user": user, "code": code} for user, code in created.refused]
        return Response({**one_head(created.membership), "refused": refused}, status=201)


class DirectChatView(ApiView):
    @extend_schema(
        operation_id="chats_direct",
        summary="Open the chat with a person",
        description="201 when it is new. The other sees it with the first message.",
        request=PersonBody,
        responses={
            200: Shape(HeadJSON),
            201: Shape(HeadJSON),
            **problems("user_not_found", "privacy", "blocked_by_you", "sanctioned"),
        },
    )
    def post(self, request: Request) -> Response:
        membership, is_new = chats.open_direct(by=self.user, user_id=self.data(PersonBody)["user"])
        return Response(one_head(membership), status=201 if is_new else 200)


class SavedChatView(ApiView):
    @extend_schema(
        operation_id="chats_saved",
        summary="Open my saved messages",
        request=None,
        responses={200: Shape(HeadJSON), 201: Shape(HeadJSON), **problems()},
    )
    def post(self, request: Request) -> Response:
        membership, is_new = chats.open_saved(by=self.user)
        return Response(one_head(membership), status=201 if is_new else 200)


class ChatView(HeadView):
    @extend_schema(
        operation_id="chats_edit",
        summary="Change what a group or channel says of itself",
        description=(
            "Title and description need the right change_info, slow mode and default rights the right ban; handle and "
            "is_history_visible are the owner's. What is left out, or is as it was, stays."
        ),
        request=ChatEditBody,
        responses={
            200: Shape(HeadJSON),
            **problems(
                "not_found", "wrong_chat_kind", "right_needed", "owner_only", "rights_of_admins_only",
                "rights_beyond_yours", "handle_invalid", "handle_reserved", "handle_taken", "sanctioned",
            ),
        },
    )  # fmt: skip
    def patch(self, request: Request, chat: int) -> Response:
        return Response(one_head(chats.edit_chat(by=self.user, chat_id=chat, **self.data(ChatEditBody))))

    @extend_schema(
        operation_id="chats_delete",
        summary="Delete a group or channel for everybody",
        responses={204: None, **problems("not_found", "wrong_chat_kind", "owner_only")},
    )
    def delete(self, request: Request, chat: int) -> Response:
        chats.delete_chat(by=self.user, chat_id=chat)
        return Response(status=204)


class ChatPhotoView(ApiView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="chats_set_photo",
        summary="Give a group or channel a photo",
        description="One picture as multipart/form-data; its middle is cut out as a square.",
        request=_PHOTO,
        responses={
            200: Shape(HeadJSON),
            **problems("not_found", "right_needed", "photo_missing", "photo_unreadable", "photo_too_large"),
        },
    )
    def put(self, request: Request, chat: int) -> Response:
        file: Any = next(iter(request.FILES.values()), None)
        if file is None:
            raise Invalid("photo_missing", field="photo")
        return Response(one_head(chats.set_photo(by=self.user, chat_id=chat, file=file)))

    @extend_schema(
        operation_id="chats_clear_photo",
        summary="Take the photo away",
        responses={200: Shape(HeadJSON), **problems("not_found", "wrong_chat_kind", "right_needed")},
    )
    def delete(self, request: Request, chat: int) -> Response:
        return Response(one_head(chats.clear_photo(by=self.user, chat_id=chat)))


class ChatByHandleView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="chats_by_handle",
        summary="A public group or channel before one is in",
        description="Also for those who are not signed in.",
        responses={200: Shape(ChatPreviewJSON), **problems("not_found")},
    )
    def get(self, request: Request, handle: str) -> Response:
        by = self.user if self.user.is_authenticated else None
        chat = public_chat(by, handle)
        return Response(chat_preview_json(chat, state_of(by, chat)))

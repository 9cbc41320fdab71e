"""REST: how I keep a chat, my drafts, my folders."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.schema import Shape, problems
from messenger.actions import folders, keeping
from messenger.fields import MAX_ID, LineField, ids_field
from messenger.folders import folders_json
from messenger.models import Folder
from messenger.queries import my_json_now
from messenger.shapes import FolderJSON, FoldersJSON, MyJSON, MyListJSON


class KeepBody(serializers.Serializer):
    muted_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="null, or a past time: not muted."
    )
    muted_for_seconds = serializers.IntegerField(
        min_value=0, max_value=MAX_ID, required=False, allow_null=True,
        help_text="0: not muted; null, or more than ten years: until further notice (muted_until in the year 9999).",
    )  # fmt: skip
    pinned = serializers.BooleanField(
        required=False, help_text=f"At the head of the list; at most {limits.PINNED_CHATS}."
    )
    is_archived = serializers.BooleanField(required=False)
    unread = serializers.BooleanField(
        required=False, help_text="true: show it as unread though it is read, until the next read mark."
    )
    folders = ids_field(limits.FOLDERS_PER_PERSON, required=False, help_text="Exactly these folders.")

    def validate(self, attrs: dict) -> dict:
        if "muted_for_seconds" in attrs:
            attrs["muted_until"] = keeping.mute_end(attrs.pop("muted_for_seconds"))
        if "pinned" in attrs:
            attrs["is_pinned"] = attrs.pop("pinned")
        if "unread" in attrs:
            attrs["is_marked_unread"] = attrs.pop("unread")
        return attrs


class DraftBody(serializers.Serializer):
    text = serializers.CharField(
        allow_blank=True, trim_whitespace=False, max_length=limits.MESSAGE_CHARS, default="",
        help_text="As it stands in the composer, light markup and all.",
    )  # fmt: skip
    reply_to = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, default=None)


class ChatIdsBody(serializers.Serializer):
    chats = ids_field(limits.PINNED_CHATS)


class FolderBody(serializers.Serializer):
    name = LineField(max_length=24)
    chats = ids_field(default=list)


class FolderEditBody(serializers.Serializer):
    name = LineField(max_length=24, required=False)
    chats = ids_field(required=False, help_text="Exactly these chats.")


class FolderIdsBody(serializers.Serializer):
    folders = ids_field(limits.FOLDERS_PER_PERSON)


class MembershipView(ApiView):
    @extend_schema(
        operation_id="keeping_change",
        summary="Mute, pin, archive, mark as unread, put into folders",
        description="My own affair: nobody else learns of it, and all my devices do. What is left out stays.",
        request=KeepBody,
        responses={
            200: Shape(MyJSON),
            **problems("not_found", "too_many_pinned", "unknown_folder", "folder_full"),
        },
    )
    def patch(self, request: Request, chat: int) -> Response:
        return Response(my_json_now(keeping.keep_chat(by=self.user, chat_id=chat, **self.data(KeepBody))))


class PinnedOrderView(ApiView):
    @extend_schema(
        operation_id="keeping_order_pinned",
        summary="Put the pinned chats in order",
        description="`chats` are exactly the pinned ones.",
        request=ChatIdsBody,
        responses={200: Shape(MyListJSON), **problems("not_the_pinned")},
    )
    def put(self, request: Request) -> Response:
        rows = keeping.order_pinned(by=self.user, chat_ids=self.data(ChatIdsBody)["chats"])
        return Response({"chats": [{"chat": row.chat_id, "my": my_json_now(row)} for row in rows]})


class DraftView(ApiView):
    @extend_schema(
        operation_id="keeping_save_draft",
        summary="Keep what stands unsent in the composer",
        description="Blank text without reply_to is no draft.",
        request=DraftBody,
        responses={200: Shape(MyJSON), **problems("not_found", "reply_not_found")},
    )
    def put(self, request: Request, chat: int) -> Response:
        return Response(my_json_now(keeping.save_draft(by=self.user, chat_id=chat, **self.data(DraftBody))))

    @extend_schema(
        operation_id="keeping_drop_draft", summary="Drop the draft", responses={204: None, **problems("not_found")}
    )
    def delete(self, request: Request, chat: int) -> Response:
        keeping.save_draft(by=self.user, chat_id=chat, text="")
        return Response(status=204)


class FoldersView(ApiView):
    @extend_schema(
        operation_id="folders_list",
        summary="My folders, in my order",
        responses={200: Shape(FoldersJSON), **problems()},
    )
    def get(self, request: Request) -> Response:
        return Response({"folders": folders_json(self.user)})

    @extend_schema(
        operation_id="folders_create",
        summary="Make a folder",
        request=FolderBody,
        responses={
            201: Shape(FolderJSON),
            **problems("folder_exists", "too_many_folders", "folder_full", "unknown_chat"),
        },
    )
    def post(self, request: Request) -> Response:
        body = self.data(FolderBody)
        folder = folders.create_folder(by=self.user, name=body["name"], chat_ids=body["chats"])
        return Response(_folder_json(folder), status=201)


def _folder_json(folder: Folder) -> FolderJSON:
    return next(one for one in folders_json(folder.owner) if one["id"] == folder.pk)


class FolderView(ApiView):
    @extend_schema(
        operation_id="folders_edit",
        summary="Rename a folder, or say which chats are in it",
        request=FolderEditBody,
        responses={
            200: Shape(FolderJSON),
            **problems("folder_not_found", "folder_exists", "folder_full", "unknown_chat"),
        },
    )
    def patch(self, request: Request, folder: int) -> Response:
        body = self.data(FolderEditBody)
        edited = folders.edit_folder(by=self.user, folder_id=folder, name=body.get("name"), chat_ids=body.get("chats"))
        return Response(_folder_json(edited))

    @extend_schema(
        operation_id="folders_delete",
        summary="Delete a folder; its chats stay",
        responses={204: None, **problems("folder_not_found")},
    )
    def delete(self, request: Request, folder: int) -> Response:
        folders.delete_folder(by=self.user, folder_id=folder)
        return Response(status=204)


class FolderOrderView(ApiView):
    @extend_schema(
        operation_id="folders_order",
        summary="Put my folders in order",
        description="`folders` are exactly mine, each once.",
        request=FolderIdsBody,
        responses={200: Shape(FoldersJSON), **problems("not_the_folders")},
    )
    def put(self, request: Request) -> Response:
        folders.order_folders(by=self.user, folder_ids=self.data(FolderIdsBody)["folders"])
        return Response({"folders": folders_json(self.user)})

"""REST: links into chats, and requests to be let in."""

from datetime import timedelta

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.paging import page
from core.schema import Shape, problems
from core.shapes import page_of
from messenger.actions import invites
from messenger.actions.standing import standing_in
from messenger.api.chats import one_head
from messenger.fields import PAGING
from messenger.invite_serializers import chat_preview_json, invite_json, join_request_json
from messenger.models import Invite, JoinRequest, Right
from messenger.serializers import member_json
from messenger.shapes import ChatPreviewJSON, HeadJSON, InviteJSON, JoinRequestJSON, MemberJSON, RequestedJSON

_YEAR = 366 * 24 * 3_600


class InviteBody(serializers.Serializer):
    expires_at = serializers.DateTimeField(required=False, allow_null=True, help_text="null: never.")
    expires_in_seconds = serializers.IntegerField(
        min_value=60, max_value=_YEAR, required=False, help_text="Instead of expires_at, for clocks that are wrong."
    )
    max_uses = serializers.IntegerField(min_value=1, max_value=100_000, required=False, allow_null=True)
    needs_approval = serializers.BooleanField(default=False, help_text="Joining asks the admins first.")

    def validate(self, attrs: dict) -> dict:
        if (seconds := attrs.pop("expires_in_seconds", None)) is not None:
            attrs["expires_at"] = timezone.now() + timedelta(seconds=seconds)
        return attrs


class InvitesView(ApiView):
    @extend_schema(
        operation_id="invites_list",
        summary="The links of a chat, newest first",
        parameters=PAGING,
        description="One's own; all of them with the right ban. Revoked ones are not listed.",
        responses={
            200: Shape(page_of("InvitePageJSON", InviteJSON)),
            **problems("not_found", "wrong_chat_kind", "right_needed", "bad_cursor"),
        },
    )
    def get(self, request: Request, chat: int) -> Response:
        own = standing_in(self.user, chat, Right.INVITE)
        rows = Invite.objects.filter(chat=chat, revoked_at=None).select_related("created_by")
        if not own.may(Right.BAN):
            rows = rows.filter(created_by=self.user)
        return Response(page(rows, request, serialize=invite_json))

    @extend_schema(
        operation_id="invites_create",
        summary="Make a link",
        request=InviteBody,
        responses={
            201: Shape(InviteJSON),
            **problems(
                "not_found", "wrong_chat_kind", "right_needed", "too_many_invites", "limit_with_approval",
                "expires_in_the_past", "sanctioned",
            ),
        },
    )  # fmt: skip
    def post(self, request: Request, chat: int) -> Response:
        invite = invites.create_invite(by=self.user, chat_id=chat, **self.data(InviteBody))
        return Response(invite_json(invite), status=201)


class InviteView(ApiView):
    @extend_schema(
        operation_id="invites_revoke",
        summary="Revoke a link",
        responses={204: None, **problems("not_found", "invite_not_found", "wrong_chat_kind", "right_needed")},
    )
    def delete(self, request: Request, chat: int, invite: int) -> Response:
        invites.revoke_invite(by=self.user, chat_id=chat, invite_id=invite)
        return Response(status=204)


class InvitePreviewView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="invites_preview",
        summary="Where a link leads",
        description="Also for those who are not signed in: the link is the permission.",
        responses={200: Shape(ChatPreviewJSON), **problems("invite_not_found", "invite_closed")},
    )
    def get(self, request: Request, token: str) -> Response:
        by = self.user if self.user.is_authenticated else None
        invite = invites.invite_for_joining(by, token)
        state = invites.state_of(by, invite.chat)
        if state == "outside":
            invites.require_open(invite)
        return Response(chat_preview_json(invite.chat, state, invite=invite))


class InviteJoinView(ApiView):
    @extend_schema(
        operation_id="invites_join",
        summary="Join by a link",
        description="202 when the admins are asked first.",
        request=None,
        responses={
            200: Shape(HeadJSON),
            202: Shape(RequestedJSON),
            **problems("invite_not_found", "invite_closed", "group_full", "too_many_requests"),
        },
    )
    def post(self, request: Request, token: str) -> Response:
        outcome = invites.join_by_link(by=self.user, token=token)
        if isinstance(outcome, JoinRequest):
            return Response({"state": "requested"}, status=202)
        return Response(one_head(outcome))


class JoinRequestsView(ApiView):
    @extend_schema(
        operation_id="invites_list_requests",
        summary="Who asks to be let in, oldest first",
        parameters=PAGING,
        responses={
            200: Shape(page_of("JoinRequestPageJSON", JoinRequestJSON)),
            **problems("not_found", "wrong_chat_kind", "right_needed", "bad_cursor"),
        },
    )
    def get(self, request: Request, chat: int) -> Response:
        standing_in(self.user, chat, Right.BAN)
        rows = JoinRequest.objects.filter(chat=chat).select_related("user")
        return Response(page(rows, request, key="id", serialize=join_request_json))


class JoinRequestView(ApiView):
    @extend_schema(
        operation_id="invites_approve",
        summary="Let someone in",
        request=None,
        responses={
            200: Shape(MemberJSON),
            **problems("not_found", "request_not_found", "wrong_chat_kind", "right_needed", "group_full"),
        },
    )
    def put(self, request: Request, chat: int, user: int) -> Response:
        return Response(member_json(invites.approve_request(by=self.user, chat_id=chat, user_id=user)))

    @extend_schema(
        operation_id="invites_refuse",
        summary="Refuse a request",
        description="The person is not told.",
        responses={204: None, **problems("not_found", "wrong_chat_kind", "right_needed")},
    )
    def delete(self, request: Request, chat: int, user: int) -> Response:
        invites.refuse_request(by=self.user, chat_id=chat, user_id=user)
        return Response(status=204)

"""REST: who is in a chat, and what they may."""

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.errors import Forbidden
from core.paging import page
from core.schema import Shape, problems
from core.shapes import page_of
from messenger.access import membership_for_reading
from messenger.actions import members
from messenger.actions.standing import require_kind, standing_in
from messenger.api.chats import PersonBody, one_head
from messenger.fields import PAGING, RightsField, ids_field
from messenger.models import Chat, Membership, Right
from messenger.serializers import member_json
from messenger.shapes import AddedJSON, HeadJSON, MemberJSON

_PAGE = Shape(page_of("MemberPageJSON", MemberJSON))


class MembersQuery(serializers.Serializer):
    q = serializers.CharField(required=False, max_length=64, help_text="Part of a name or handle.")
    role = serializers.ChoiceField(choices=["staff", "member"], required=False, help_text="staff: owner and admins.")


class MembersAddBody(serializers.Serializer):
    users = ids_field(allow_empty=False, help_text=f"At most {limits.MEMBERS_PER_REQUEST} people.")


class MemberRoleBody(serializers.Serializer):
    role = serializers.ChoiceField(choices=[Membership.Role.ADMIN, Membership.Role.MEMBER], required=False)
    rights = RightsField(required=False, help_text="Of an admin. Left out for a new admin: all of yours but promote.")


def _members_json(rows: list[Membership], chat: object) -> list[MemberJSON]:
    for row in rows:
        row.chat = chat  # type: ignore[assignment]  # all of one chat: not once more per row
    return [member_json(row) for row in rows]


class MembersView(ApiView):
    @extend_schema(
        operation_id="members_list",
        summary="The members, in the order they were first here",
        description="The subscribers of a channel are known to its admins only.",
        parameters=[MembersQuery, *PAGING],
        responses={200: _PAGE, **problems("not_found", "wrong_chat_kind", "members_hidden", "bad_cursor")},
    )
    def get(self, request: Request, chat: int) -> Response:
        query = self.query(MembersQuery)
        own = membership_for_reading(self.user, chat)
        require_kind(own, Chat.Kind.GROUP, Chat.Kind.CHANNEL, Chat.Kind.ORDER)
        if own.chat.is_broadcast and own.role == Membership.Role.MEMBER:
            raise Forbidden("members_hidden")
        rows = Membership.objects.filter(chat=chat, state=Membership.State.ACTIVE).select_related("user")
        if text := query.get("q", "").removeprefix("@"):
            rows = rows.filter(Q(user__name__icontains=text) | Q(user__handle__istartswith=text))
        if role := query.get("role"):
            is_plain = Q(role=Membership.Role.MEMBER)
            rows = rows.filter(is_plain if role == "member" else ~is_plain)
        answer = page(rows, request, key="id", serialize=lambda row: row)
        return Response({**answer, "results": _members_json(answer["results"], own.chat)})

    @extend_schema(
        operation_id="members_add",
        summary="Add people",
        description="Those who do not let themselves be added are in `refused`; nothing fails for the others.",
        request=MembersAddBody,
        responses={
            200: Shape(AddedJSON),
            **problems("not_found", "wrong_chat_kind", "right_needed", "too_many_members", "sanctioned"),
        },
    )
    def post(self, request: Request, chat: int) -> Response:
        result = members.add_members(by=self.user, chat_id=chat, user_ids=self.data(MembersAddBody)["users"])
        return Response(
            {
                "added": [member_json(membership) for membership in result.added],
                "refused": [{"user": user, "code": code} for user, code in result.refused],
                "suggest_link": result.suggest_link,
            }
        )


class MemberView(ApiView):
    @extend_schema(
        operation_id="members_change_role",
        summary="Make someone an admin, change an admin's rights, or make them a plain member again",
        request=MemberRoleBody,
        responses={
            200: Shape(MemberJSON),
            **problems(
                "not_found", "member_not_found", "wrong_chat_kind", "right_needed", "not_on_yourself",
                "owner_is_untouchable", "admin_is_untouchable", "rights_beyond_yours", "rights_of_admins_only",
                "too_many_admins",
            ),
        },
    )  # fmt: skip
    def patch(self, request: Request, chat: int, user: int) -> Response:
        membership = members.change_role(by=self.user, chat_id=chat, user_id=user, **self.data(MemberRoleBody))
        return Response(member_json(membership))

    @extend_schema(
        operation_id="members_remove",
        summary="Remove a member, or leave",
        description="A removed person may come back by a link; see bans.",
        responses={
            204: None,
            **problems(
                "not_found", "member_not_found", "wrong_chat_kind", "right_needed", "owner_is_untouchable",
                "admin_is_untouchable", "owner_must_hand_over",
            ),
        },
    )  # fmt: skip
    def delete(self, request: Request, chat: int, user: int) -> Response:
        if user == self.user.pk:
            members.leave_chat(by=self.user, chat_id=chat)
        else:
            members.remove_member(by=self.user, chat_id=chat, user_id=user)
        return Response(status=204)


class BansView(ApiView):
    @extend_schema(
        operation_id="members_list_bans",
        summary="Who is banned",
        parameters=PAGING,
        responses={200: _PAGE, **problems("not_found", "wrong_chat_kind", "right_needed", "bad_cursor")},
    )
    def get(self, request: Request, chat: int) -> Response:
        own = standing_in(self.user, chat, Right.BAN)
        rows = Membership.objects.filter(chat=chat, state=Membership.State.BANNED).select_related("user")
        answer = page(rows, request, key="id", serialize=lambda row: row)
        return Response({**answer, "results": _members_json(answer["results"], own.chat)})


class BanView(ApiView):
    @extend_schema(
        operation_id="members_ban",
        summary="Ban a person, member or not",
        request=None,
        responses={
            200: Shape(MemberJSON),
            **problems(
                "not_found", "user_not_found", "wrong_chat_kind", "right_needed", "not_on_yourself",
                "owner_is_untouchable", "admin_is_untouchable",
            ),
        },
    )  # fmt: skip
    def put(self, request: Request, chat: int, user: int) -> Response:
        return Response(member_json(members.ban_member(by=self.user, chat_id=chat, user_id=user)))

    @extend_schema(
        operation_id="members_unban",
        summary="Lift a ban",
        description="The person may come back, but is not in.",
        responses={204: None, **problems("not_found", "member_not_found", "wrong_chat_kind", "right_needed")},
    )
    def delete(self, request: Request, chat: int, user: int) -> Response:
        members.unban_member(by=self.user, chat_id=chat, user_id=user)
        return Response(status=204)


class OwnerView(ApiView):
    @extend_schema(
        operation_id="members_hand_over",
        summary="Make another member the owner",
        request=PersonBody,
        responses={
            200: Shape(MemberJSON),
            **problems("not_found", "member_not_found", "wrong_chat_kind", "owner_only", "not_on_yourself"),
        },
    )
    def post(self, request: Request, chat: int) -> Response:
        membership = members.hand_over(by=self.user, chat_id=chat, user_id=self.data(PersonBody)["user"])
        return Response(member_json(membership))


class JoinView(ApiView):
    @extend_schema(
        operation_id="members_join",
        summary="Join a public group or channel",
        request=None,
        responses={200: Shape(HeadJSON), **problems("not_found", "group_full")},
    )
    def post(self, request: Request, chat: int) -> Response:
        return Response(one_head(members.join_public(by=self.user, chat_id=chat)))


class LeaveView(ApiView):
    @extend_schema(
        operation_id="members_leave",
        summary="Leave a group or channel",
        description="The last one takes the chat along; an owner with others in it hands it over first.",
        request=None,
        responses={204: None, **problems("not_found", "wrong_chat_kind", "owner_must_hand_over")},
    )
    def post(self, request: Request, chat: int) -> Response:
        members.leave_chat(by=self.user, chat_id=chat)
        return Response(status=204)

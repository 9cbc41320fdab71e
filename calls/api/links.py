"""REST: links into a group's calls, and the lobby."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from calls import access, doors
from calls.actions.linking import link_for_knocking, open_link, revoke_link
from calls.actions.lobby import answer_door, knock
from calls.serializers import guest_json
from calls.shapes import CallDoorJSON, CallLinkJSON, LobbyGuestJSON, LobbyJSON
from core.api import ApiView
from core.schema import Shape, example, problems
from messenger.fields import id_field


class LinkBody(serializers.Serializer):
    chat = id_field(help_text="A group.")


class AdmitBody(serializers.Serializer):
    admit = serializers.BooleanField(help_text="false: not this time; and out, if they are in.")


class LinksView(ApiView):
    @extend_schema(
        operation_id="calls_open_link",
        summary="The link into a group's calls",
        description="For those who may ban there. A group has one open link; made if there is none. Whoever has it may "
        "knock while a call runs.",
        request=LinkBody,
        responses={200: Shape(CallLinkJSON), **problems("not_found", "no_calls_here", "right_needed", "sanctioned")},
        examples=[example("Of a group", {"chat": 12})],
    )
    def post(self, request: Request) -> Response:
        return Response(doors.link_json(open_link(by=self.user, chat_id=self.data(LinkBody)["chat"])))


class LinkView(ApiView):
    @extend_schema(
        operation_id="calls_door",
        summary="Where a link leads",
        description="To members its state is `member`: they join as ever. `call` is null until one has to do with it.",
        responses={200: Shape(CallDoorJSON), **problems("link_not_found")},
    )
    def get(self, request: Request, token: str) -> Response:
        return Response(doors.door_json(self.user, link_for_knocking(self.user, token)))

    @extend_schema(
        operation_id="calls_revoke_link",
        summary="Revoke a link",
        description="For those who may ban there. Who was let in stays.",
        responses={204: None, **problems("link_not_found", "right_needed")},
    )
    def delete(self, request: Request, token: str) -> Response:
        revoke_link(by=self.user, token=token)
        return Response(status=204)


class KnockView(ApiView):
    @extend_schema(
        operation_id="calls_knock",
        summary="Ask to be let into the call that runs there",
        description="The answer comes as `call.door`. After a no one may ask again twice, not within a minute.",
        request=None,
        responses={
            200: Shape(LobbyGuestJSON),
            **problems("link_not_found", "nobody_there", "is_member", "lobby_full", "refused", "sanctioned"),
        },
    )
    def post(self, request: Request, token: str) -> Response:
        return Response(guest_json(knock(by=self.user, token=token)))


class LobbyView(ApiView):
    @extend_schema(
        operation_id="calls_lobby",
        summary="Who waits at the door of a call, and who was let in",
        description="For those who may ban in the chat.",
        responses={200: Shape(LobbyJSON), **problems("call_not_found", "call_ended", "not_found", "right_needed")},
    )
    def get(self, request: Request, call: int) -> Response:
        found = access.running_call_for(self.user, call)
        access.host_of(found, self.user)
        return Response(doors.lobby_json(found))


class GuestView(ApiView):
    @extend_schema(
        operation_id="calls_answer_door",
        summary="Let somebody in, or not",
        description="For those who may ban in the chat. The guest hears `call.door`, and is in this call alone.",
        request=AdmitBody,
        responses={
            200: Shape(LobbyJSON),
            **problems("call_not_found", "call_ended", "not_found", "right_needed", "guest_not_found"),
        },
        examples=[example("Come in", {"admit": True}), example("Not this time", {"admit": False})],
    )
    def post(self, request: Request, call: int, user: int) -> Response:
        answered = answer_door(by=self.user, call_id=call, user_id=user, **self.data(AdmitBody))
        return Response(doors.lobby_json(answered))
